import BenchmarkSupport
import CompanionCore
import CompanionOpenAI
import CompanionSQLite
import Foundation

/// What a turn costs besides the model: its fixed part in chats of different lengths, and its part for each chunk of a
/// streamed reply. Both run on a store in a SQLite file, as a host has it.
@main
struct TurnBenchmark {
    static func main() async throws {
        if CommandLine.arguments.dropFirst().first == Upstream.argument {
            try Upstream.serve()
            return
        }
        try await run()
    }

    /// Off the main thread, as a server's work is.
    nonisolated private static func run() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("turn-benchmark-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var report = Report("What a turn costs besides the model.")
        try await measureTurns(in: folder, &report)
        try await measureChunks(in: folder, &report)
        report.finish()
    }

    // MARK: The fixed part

    private static func measureTurns(in folder: URL, _ report: inout Report) async throws {
        report.section("A turn with a model that answers at once, the store in SQLite (medians of 1,000 turns):")
        var chats: [LongChat] = []
        for remembers in [false, true] {
            for length in [100, 10_000, 100_000] {
                let file = folder.appendingPathComponent("\(remembers)-\(length).sqlite")
                chats.append(try await LongChat(of: length, remembering: remembers, in: file.path))
            }
        }
        // The first turns read the history and prepare statements.
        for index in chats.indices { for _ in 0..<20 { try await chats[index].takeTurn() } }
        for index in chats.indices { chats[index].forgetTimes() }
        // In turns, so that what else the machine does meets all of them.
        for _ in 0..<100 {
            for index in chats.indices {
                let start = Usage.cpuSeconds
                for _ in 0..<10 { try await chats[index].takeTurn() }
                chats[index].cpu.add((Usage.cpuSeconds - start) / 10)
            }
        }
        for chat in chats {
            report.row(
                "\(chat.remembers ? "with recall, " : "")chat of \(chat.length) messages",
                "p50 \(chat.times.median.asMilliseconds)",
                "p99 \(chat.times.quantile(0.99).asMilliseconds)", "CPU \(chat.cpu.median.asMilliseconds)")
        }
        report.limit("p50 at 10,000 messages", chats[1].times.median, atMost: 1e-3, as: \.asMilliseconds)
        report.limit(
            "p50 at 100,000 to that at 10,000", chats[2].times.median / chats[1].times.median, atMost: 2, as: \.asFactor
        )
    }

    // MARK: The part for each chunk

    private static func measureChunks(in folder: URL, _ report: inout Report) async throws {
        report.section(
            "A reply of n chunks through HTTP, SSE, JSON, the turn and the stream (medians of 9, all threads' CPU):")
        let upstream = try Upstream.start()
        defer { upstream.stop() }
        let openAI = OpenAI(configuration: .init(apiKey: "none", baseURL: "http://127.0.0.1:\(upstream.port)/v1"))
        let store = try SQLiteStore(path: folder.appendingPathComponent("chunks.sqlite").path)
        var replies: [LongReply] = []
        for count in [10_000, 100_000] {
            let reply = try await LongReply(of: count, from: openAI, in: store)
            report.row(
                "\(count) chunks, \(reply.textBytes) bytes", "CPU \(reply.cpu.median.asMicroseconds) a chunk",
                "wall \(reply.wall.median.asMicroseconds) a chunk",
                "memory +\(Int(reply.memory.median) / 1_024) KiB")
            replies.append(reply)
        }
        report.limit("CPU a chunk of 10,000", replies[0].cpu.median, atMost: 3e-6, as: \.asMicroseconds)
        // The text itself, in a buffer that doubles, and the copy that is being saved.
        report.limit(
            "memory's growth to the text's",
            (replies[1].memory.median - replies[0].memory.median)
                / Double(replies[1].textBytes - replies[0].textBytes), atMost: 4, as: \.asFactor)
    }
}
