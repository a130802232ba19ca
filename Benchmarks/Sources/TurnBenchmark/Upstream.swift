import Foundation

/// A server that speaks just enough of the Chat Completions protocol, as fast as it can, in a process of its own so
/// that its work does not count. A model named `chunks-10000` replies in 10,000 chunks.
struct Upstream {
    /// By which this program knows that it is to be the server.
    static let argument = "upstream"

    let port: Int
    private let process: Process

    /// Starts this program again as the server.
    static func start() throws -> Upstream {
        let process = Process()
        process.executableURL = Bundle.main.executableURL
        process.arguments = [argument]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) else { throw Failure.noPort }
        return Upstream(port: port, process: process)
    }

    /// Not `terminate()`: the process was started from a thread that blocks its signal, and inherits that.
    func stop() {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    enum Failure: Error { case noPort, socket }

    static func serve() throws {
        // Who leaves closes its connection: that is no reason to die.
        signal(SIGPIPE, SIG_IGN)
        #if canImport(Darwin)
            let listener = socket(AF_INET, SOCK_STREAM, 0)
        #else
            let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #endif
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, size) == 0 && listen(listener, 16) == 0
                    && getsockname(listener, address, &size) == 0
            }
        }
        guard isListening else { throw Failure.socket }
        FileHandle.standardOutput.write(Data("\(UInt16(bigEndian: address.sin_port))\n".utf8))
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { throw Failure.socket }
            respond(on: connection)
            close(connection)
        }
    }

    private static func respond(on connection: Int32) {
        guard let count = requestedChunks(on: connection) else { return }
        sendAll(
            Data("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n".utf8), on: connection
        )
        let block = 100
        var bytes = Data()
        for start in stride(from: 0, to: count, by: block) {
            bytes.removeAll(keepingCapacity: true)
            for _ in start..<min(start + block, count) {
                bytes.append(chunk(delta: #"{"content":" lighthouse"}"#, finish: "null"))
            }
            guard sendAll(bytes, on: connection) else { return }
        }
        sendAll(chunk(delta: "{}", finish: #""stop""#) + Data("data: [DONE]\n\n".utf8), on: connection)
    }

    private static func chunk(delta: String, finish: String) -> Data {
        Data(
            """
            data: {"id":"chatcmpl-9xK2mPq7RtUvWxYz1234567890ab","object":"chat.completion.chunk","created":1732000000,\
            "model":"mock","system_fingerprint":"fp_0123456789","choices":[{"index":0,"delta":\(delta),"logprobs":null,\
            "finish_reason":\(finish)}]}\n\n
            """.utf8)
    }

    /// Reads the whole request; nil where it names no number of chunks.
    private static func requestedChunks(on connection: Int32) -> Int? {
        var request = Data()
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            request.append(contentsOf: buffer[..<count])
            let text = String(decoding: request, as: UTF8.self)
            guard let head = text.range(of: "\r\n\r\n"),
                let length = text.lowercased().firstMatch(of: /content-length: (\d+)/).flatMap({ Int($0.1) }),
                text[head.upperBound...].utf8.count >= length
            else { continue }
            return text.firstMatch(of: /chunks-(\d+)/).flatMap { Int($0.1) }
        }
    }

    @discardableResult
    private static func sendAll(_ data: Data, on connection: Int32) -> Bool {
        data.withUnsafeBytes { bytes in
            var sent = 0
            while sent < bytes.count {
                let count = send(connection, bytes.baseAddress! + sent, bytes.count - sent, 0)
                guard count > 0 else { return false }
                sent += count
            }
            return true
        }
    }
}
