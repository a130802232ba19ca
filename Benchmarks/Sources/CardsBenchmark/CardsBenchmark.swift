import BenchmarkSupport
import CompanionCore
import Foundation

/// What characters as people make them cost: long prompts with large lorebooks, counting, reading cards, and how much of
/// a prompt a provider can take from its cache.
@main
struct CardsBenchmark {
    static func main() async throws { try await run() }

    /// Off the main thread, as a server's work is.
    nonisolated private static func run() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("cards-benchmark-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var report = Report("What cards, lorebooks and prompts cost.")
        try await measureTurns(in: folder, &report)
        measureLore(&report)
        try await SharedLore.measure(in: folder, &report)
        measureCounting(&report)
        try CardImports.measure(entries: 0, in: folder, &report)
        try CardImports.measure(entries: 60, in: folder, &report)
        try await measurePrefix(in: folder, &report)
        report.finish()
    }

    // MARK: Long prompts

    private static func measureTurns(in folder: URL, _ report: inout Report) async throws {
        report.section("A whole turn, prompts of 32,000 tokens, a lorebook of 5,000 entries (medians of 300):")
        // A history is cut at round numbers, so that it keeps its beginning: prompts are shorter than the most allowed.
        var chats: [LoreChat] = []
        for length in [10_000, 100_000] {
            let file = folder.appendingPathComponent("lore-\(length).sqlite").path
            let chat = try await LoreChat(
                book: Books.large, promptTokens: 48_000, remembering: false, in: file)
            try await chat.fill(to: length)
            chats.append(chat)
        }
        for index in chats.indices { for _ in 0..<20 { try await chats[index].takeTurn() } }
        for index in chats.indices { chats[index].forgetTimes() }
        for _ in 0..<30 {
            for index in chats.indices { for _ in 0..<10 { try await chats[index].takeTurn() } }
        }
        for (chat, length) in zip(chats, [10_000, 100_000]) {
            report.row(
                "chat of \(length) messages", "p50 \(chat.times.median.asMilliseconds)",
                "p99 \(chat.times.quantile(0.99).asMilliseconds)",
                "\(Int(chat.promptTokens.median)) tokens, \(Int(chat.lore.median)) entries")
        }
        report.limit("p50 at 100,000 messages", chats[1].times.median, atMost: 5e-3, as: \.asMilliseconds)
        report.limit(
            "p50 at 100,000 to that at 10,000", chats[1].times.median / chats[0].times.median, atMost: 1.25,
            as: \.asFactor)
    }

    private static func measureLore(_ report: inout Report) {
        report.section("Lore alone, 5,000 entries, an expression among ten of them:")
        let macros = Macros(character: "Luna", user: "Ada")
        var building = Samples()
        var activator = LorebookActivator([Books.large], macros: macros)
        for _ in 0..<5 { building.measureBlocking { activator = LorebookActivator([Books.large], macros: macros) } }
        var times = Samples()
        for turn in 0..<500 {
            let texts = (0..<4).map { Books.sentence(turn + $0) }
            let scene = LorebookScene(texts: texts, messageCount: 1_000 + turn, characterMessageCount: 500)
            let activation = times.measureBlocking { activator.activate(in: scene) }
            precondition(activation.warnings.isEmpty, "The expressions ran out of steps.")
        }
        report.row("making it ready, once for a character", building.median.asMilliseconds)
        report.row("one activation, p50", times.median.asMicroseconds, "p99 \(times.quantile(0.99).asMicroseconds)")
    }

    // MARK: Counting

    private static func measureCounting(_ report: inout Report) {
        report.section("Estimating tokens (medians of 9):")
        var slowest = Double.infinity
        for (name, text) in Texts.languages {
            let text = String(repeating: text, count: 2_000_000 / text.utf8.count)
            let counter = EstimatingTokenCounter()
            var times = Samples()
            for _ in 0..<9 { _ = times.measureBlocking { counter.count(text) } }
            let rate = Double(text.utf8.count) / times.median
            slowest = min(slowest, rate)
            report.row(name, rate.asMegabytes)
        }
        report.limit("slowest language", slowest, atLeast: 20e6, as: \.asMegabytes)
    }

    // MARK: The prefix

    private static func measurePrefix(in folder: URL, _ report: inout Report) async throws {
        report.section("500 turns, prompts of 8,192 tokens, lore and memories coming and going:")
        var chat = try await LoreChat(
            book: Books.small, promptTokens: 8_192, remembering: true,
            in: folder.appendingPathComponent("prefix.sqlite").path)
        for _ in 0..<500 { try await chat.takeTurn() }
        report.row("turns with lore, with memories", "\(chat.turnsWithLore)", "\(chat.turnsWithMemories)")
        report.row("of whole prompts", (chat.kept / chat.sent).asPercent)
        report.limit("of what could be cached", chat.kept / chat.cacheable, atLeast: 0.95, as: \.asPercent)
    }
}
