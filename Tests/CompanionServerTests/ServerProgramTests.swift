import CompanionCore
import Foundation
import Testing

/// The built program, from its start to its end.
struct ServerProgramTests {
    @Test("It starts with nothing but a folder, answers, and ends at SIGTERM with 0", .timeLimit(.minutes(3)))
    func life() async throws {
        let server = try RunningServer()
        defer { server.kill() }
        try await server.untilReady()
        #expect(try await server.get("/healthz").status == 200)
        let page = try await server.get("/")
        #expect(page.status == 200 && page.text.contains("<html"))
        #expect(try await server.get("/v1/me").status == 401)
        #expect(try await server.get("/openapi.json").text.hasPrefix("{"))
        server.signal(SIGTERM)
        #expect(await server.status() == 0)
        let output = try server.output()
        #expect(output.contains("companion-server is at http://127.0.0.1:\(server.port)"))
        #expect(FileManager.default.fileExists(atPath: "\(server.folder)/server.sqlite"))
    }

    @Test("What is set wrongly ends it with 64 and a line for each", .timeLimit(.minutes(3)))
    func wrong() async throws {
        let server = try RunningServer(["--role", "boss", "--workers", "none"], ["OPENAI_API_KEY": "a secret"])
        defer { server.kill() }
        #expect(await server.status() == 64)
        let output = try server.output()
        #expect(output.split(separator: "\n").count == 3)
        #expect(output.contains("--role") && output.contains("--workers") && output.contains("OPENAI_API_KEY"))
        #expect(!output.contains("a secret"))
    }

    @Test("A process of workers answers only how it is", .timeLimit(.minutes(3)))
    func worker() async throws {
        let server = try RunningServer(["--role", "worker"])
        defer { server.kill() }
        try await server.untilReady()
        #expect(try await server.get("/readyz").status == 200)
        #expect(try await server.get("/v1/plan").status == 404)
        server.signal(SIGINT)
        #expect(await server.status() == 0)
    }
}

/// A `companion-server` with a folder of its own, on a port that was free.
private final class RunningServer: Sendable {
    let port: Int
    let folder: String
    private let process = Process()
    private let ended: AsyncStream<Int32>

    init(_ arguments: [String] = [], _ environment: [String: String] = [:]) throws {
        port = try Self.freePort()
        folder = FileManager.default.temporaryDirectory.path + "/companion-server-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        _ = FileManager.default.createFile(atPath: "\(folder)/output", contents: nil)
        let output = try #require(FileHandle(forWritingAtPath: "\(folder)/output"))
        // Beside the tests, where the build puts it.
        process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
            .deletingLastPathComponent().appendingPathComponent("companion-server")
        process.arguments = ["--port", "\(port)", "--database", "sqlite:\(folder)/server.sqlite"] + arguments
        process.environment = ["HOME": folder].merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
        ended = stream
        process.terminationHandler = { process in
            continuation.yield(process.terminationStatus)
            continuation.finish()
        }
        try process.run()
    }

    func signal(_ number: Int32) { Foundation.kill(process.processIdentifier, number) }

    func kill() {
        if process.isRunning { signal(SIGKILL) }
        try? FileManager.default.removeItem(atPath: folder)
    }

    func status() async -> Int32? { await ended.first { _ in true } }

    func output() throws -> String { try String(contentsOfFile: "\(folder)/output", encoding: .utf8) }

    /// The test's time limit bounds it.
    func untilReady() async throws {
        while (try? await get("/readyz").status) != 200 {
            guard process.isRunning else { throw CompanionError(.unavailable, try output()) }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    func get(_ path: String) async throws -> (status: Int, text: String) {
        // By hand: a connection for each request, and no thread that waits in the pool of tasks.
        try await withCheckedThrowingContinuation { continuation in
            let port = port
            Thread.detachNewThread {
                continuation.resume(with: Result { try Self.answer(to: path, port: port) })
            }
        }
    }

    private static func answer(to path: String, port: Int) throws -> (status: Int, text: String) {
        let descriptor = try connected(to: port)
        defer { close(descriptor) }
        let request = Array("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n\r\n".utf8)
        guard write(descriptor, request, request.count) == request.count else {
            throw CompanionError(.unavailable, "The request can't be written.")
        }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while case let count = read(descriptor, &chunk, chunk.count), count > 0 { bytes += chunk[..<count] }
        let text = String(decoding: bytes, as: UTF8.self)
        guard let head = text.firstRange(of: "\r\n\r\n"), let status = Int(text.dropFirst(9).prefix(3)) else {
            throw CompanionError(.malformedResponse, "No answer.")
        }
        return (status, String(text[head.upperBound...]))
    }

    private static func address(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = in_addr_t(UInt32(0x7F00_0001).bigEndian)
        return address
    }

    private static var stream: Int32 {
        #if canImport(Glibc)
            Int32(SOCK_STREAM.rawValue)
        #else
            SOCK_STREAM
        #endif
    }

    private static func connected(to port: Int) throws -> Int32 {
        let descriptor = socket(AF_INET, stream, 0)
        var address = address(port)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            close(descriptor)
            throw CompanionError(.unavailable, "Nobody listens.")
        }
        return descriptor
    }

    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, stream, 0)
        defer { close(descriptor) }
        var address = address(0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                _ = bind(descriptor, pointer, size)
                _ = getsockname(descriptor, pointer, &size)
            }
            return Int(UInt16(bigEndian: pointer.pointee.sin_port))
        }
    }
}
