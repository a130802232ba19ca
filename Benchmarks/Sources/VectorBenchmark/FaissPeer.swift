import Foundation

/// faiss's exact index in a process of its own (`Benchmarks/Peers/faiss-flat.py`).
final class FaissPeer {
    struct Answer {
        var microseconds: Double
        /// The places of what was found, the best first.
        var found: [Int]
    }

    struct Failure: Error {}

    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var unread: [UInt8] = []

    /// Nil, after having said why, where it can't be had.
    init?(vectors: URL, queries: URL, dimensions: Int) throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let python = folder.appendingPathComponent(".build/peers-venv/bin/python")
        guard FileManager.default.isExecutableFile(atPath: python.path) else {
            print("faiss is LEFT OUT: run Benchmarks/Peers/setup.sh first.")
            return nil
        }
        process.executableURL = python
        process.arguments = [
            folder.appendingPathComponent("Peers/faiss-flat.py").path, vectors.path, queries.path, "\(dimensions)",
        ]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let greeting = try line()
        guard greeting == "READY" else {
            print("faiss is LEFT OUT: \(greeting)")
            return nil
        }
    }

    /// The queries of a range, one after the other.
    func search(_ range: Range<Int>, limit: Int) throws -> [Answer] {
        try input.fileHandleForWriting.write(contentsOf: Data("\(range.lowerBound) \(range.count) \(limit)\n".utf8))
        return try range.map { _ in
            let parts = try line().split(separator: " ")
            guard let microseconds = parts.first.flatMap({ Double($0) }) else { throw Failure() }
            return Answer(microseconds: microseconds, found: parts.dropFirst().compactMap { Int($0) })
        }
    }

    func stop() {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    private func line() throws -> String {
        while true {
            if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
                defer { unread.removeSubrange(...end) }
                return String(decoding: unread[..<end], as: UTF8.self)
            }
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { throw Failure() }
            unread += more
        }
    }
}
