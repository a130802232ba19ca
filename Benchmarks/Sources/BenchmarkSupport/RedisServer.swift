import Foundation

/// A Redis server of its own on loopback, and those who talk to it.
public final class RedisServer {
    public let port: Int
    private let process = Process()
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("redis-benchmark-\(UUID())")

    /// Nil where it is not installed.
    public init?() throws {
        guard let program = Self.path(of: "redis-server") else { return nil }
        port = Int.random(in: 20_000..<60_000)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        process.executableURL = program
        process.arguments = ["--port", "\(port)", "--bind", "127.0.0.1", "--save", "", "--dir", folder.path]
        process.standardOutput = FileHandle.nullDevice
        try process.run()
    }

    public func stop() {
        // Threads of a Swift program block signals, and what they start is deaf to all others.
        kill(process.processIdentifier, SIGKILL)
        try? FileManager.default.removeItem(at: folder)
    }

    /// The rates of `redis-benchmark`, by the command.
    public func benchmark(count: Int, pipeline: Int) -> [String: Double] {
        guard let program = Self.path(of: "redis-benchmark") else { return [:] }
        let output = Self.output(
            of: program,
            [
                "-p", "\(port)", "-c", "50", "-n", "\(count)", "-P", "\(pipeline)", "-d", "100", "-t", "get,set",
                "--csv",
            ])
        var rates: [String: Double] = [:]
        for line in output.split(separator: "\n") {
            let fields = line.split(separator: ",").map { $0.trimmingCharacters(in: ["\""]) }
            if fields.count > 1, let rate = Double(fields[1]) { rates[fields[0]] = rate }
        }
        return rates
    }

    public func pythonClient(count: Int) -> (get: Double, set: Double)? {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let python = folder.appendingPathComponent(".build/peers-venv/bin/python")
        guard FileManager.default.isExecutableFile(atPath: python.path) else {
            print("redis-py is LEFT OUT: run Benchmarks/Peers/setup.sh first.")
            return nil
        }
        let script = folder.appendingPathComponent("Peers/redis-py.py").path
        let words = Self.output(of: python, [script, "\(port)", "\(count)"]).split(whereSeparator: \.isWhitespace)
        guard words.first == "RATE", words.count == 3, let get = Double(words[1]), let set = Double(words[2]) else {
            print("redis-py is LEFT OUT: \(words.dropFirst().joined(separator: " "))")
            return nil
        }
        return (get, set)
    }

    private static func output(of program: URL, _ arguments: [String]) -> String {
        let (process, pipe) = (Process(), Pipe())
        process.executableURL = program
        process.arguments = arguments
        process.standardOutput = pipe
        guard (try? process.run()) != nil else { return "" }
        // Its end is the end of its output; waiting for it otherwise wants a run loop.
        return String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    }

    private static func path(of program: String) -> URL? {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
            .map { URL(fileURLWithPath: String($0)).appendingPathComponent(program) }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }
}
