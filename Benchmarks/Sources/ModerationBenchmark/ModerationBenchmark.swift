import BenchmarkSupport
import CompanionCore
import CompanionInMemory
import Foundation

/// What screening costs: the matcher beside pyahocorasick and ahocorasick_rs on the same text and patterns, and turns with and
/// without it. The peers are given the text in lower case; the matcher folds it itself.
@main
enum ModerationBenchmark {
    static func main() async throws { try await run() }

    nonisolated private static func run() async throws {
        var report = Report("What screening costs")
        try matcher(&report)
        try await turns(&report)
        report.finish()
    }

    // MARK: The matcher

    nonisolated private static func matcher(_ report: inout Report) throws {
        report.section("10,000 patterns in plain English, MB/s on one core (medians):")
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("moderation-benchmark-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var words = EnglishWords(seed: 1)
        let text = try Self.english(bytes: 16 << 20)
        let patterns = words.patterns(10_000)
        let textFile = folder.appendingPathComponent("text")
        let patternFile = folder.appendingPathComponent("patterns")
        try Data(text.utf8).write(to: textFile)
        try Data(patterns.joined(separator: "\n").utf8).write(to: patternFile)
        let category = ModerationCategory("benchmark")
        let megabytes = Double(text.utf8.count) / 1e6
        for (name, placement, limit) in [
            ("folding and matching, whole words", KeywordTerm.Placement.wholeWord, 200.0),
            ("folding and matching, within words", .substring, 100),
        ] {
            let matcher = try KeywordMatcher(patterns.map { KeywordTerm($0, category: category, placement: placement) })
            var samples = Samples()
            var found = 0
            for _ in 0..<7 { found = samples.measureBlocking { Self.count(matcher, text) } }
            report.row(name, "\(found) found")
            // As a time, of which less is better.
            report.limit("  a megabyte", samples.median / megabytes, atMost: 1 / limit) {
                String(format: "%.1f MB/s", 1 / $0)
            }
        }
        try peers(text: textFile, patterns: patternFile)
    }

    /// What Debian has of licences, many times over: the same plain English on every machine.
    nonisolated private static func english(bytes: Int) throws -> String {
        let folder = URL(fileURLWithPath: "/usr/share/common-licenses")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        let page = files.compactMap { try? String(contentsOf: folder.appendingPathComponent($0), encoding: .utf8) }
            .joined(separator: "\n")
        guard page.utf8.count > 100_000 else {
            throw CompanionError(.notFound, "There is no English in \(folder.path).")
        }
        return String(repeating: page, count: bytes / page.utf8.count + 1)
    }

    /// In pieces of 4 KiB, as texts come, on one thread.
    nonisolated private static func count(_ matcher: KeywordMatcher, _ text: String) -> Int {
        var count = 0
        var scan = matcher.scan()
        var rest = text[...]
        while !rest.isEmpty {
            let end = rest.utf8.index(rest.startIndex, offsetBy: 4_096, limitedBy: rest.endIndex) ?? rest.endIndex
            count += scan.feed(String(rest[..<end])).count
            rest = rest[end...]
        }
        return count + scan.finish().count
    }

    nonisolated private static func peers(text: URL, patterns: URL) throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let python = root.appendingPathComponent(".build/peers-venv/bin/python")
        guard FileManager.default.isExecutableFile(atPath: python.path) else {
            print("  pyahocorasick and ahocorasick_rs are LEFT OUT: run Benchmarks/Peers/setup.sh first.")
            return
        }
        let (process, output) = (Process(), Pipe())
        process.executableURL = python
        process.arguments = [
            root.appendingPathComponent("Peers/aho-corasick.py").path, text.path, patterns.path,
        ]
        process.standardOutput = output
        try process.run()
        let answer = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        for line in answer.split(separator: "\n") { print("  \(line)") }
    }

    // MARK: Turns

    /// What keywords add to a turn, and to each chunk of a reply.
    nonisolated private static func turns(_ report: inout Report) async throws {
        report.section(
            "Turns in memory with a model that answers at once, without screening and with 10,000 keywords (medians):")
        var words = EnglishWords(seed: 2)
        let terms = words.patterns(10_000).map { KeywordTerm($0 + "zq", category: .harassment) }
        let chunks = (0..<2_000).map { _ in words.text(bytes: 12) + " " }
        let short = try await seconds(of: Array(chunks.prefix(5)), turns: 400, terms: terms)
        report.row("a turn of 5 chunks", short.plain.asMicroseconds, short.screened.asMicroseconds)
        report.limit("added to a turn", short.screened - short.plain, atMost: 50e-6, as: \.asMicroseconds)
        let long = try await seconds(of: chunks, turns: 15, terms: terms)
        let count = Double(chunks.count)
        report.row("a chunk of 15 bytes", (long.plain / count).asMicroseconds, (long.screened / count).asMicroseconds)
        // A twentieth of what a chunk takes that comes from a model at 100 a second.
        report.limit(
            "added to a chunk, of the time until the next", (long.screened - long.plain) / count / 10e-3, atMost: 0.05
        ) { String(format: "%.4f %%", $0 * 100) }
    }

    nonisolated private static func seconds(
        of chunks: [String], turns: Int, terms: [KeywordTerm]
    ) async throws -> (plain: Double, screened: Double) {
        let moderation = try Moderation(terms: terms, configuration: .init(disclosure: { _ in nil }))
        let plain = try await Talk(chunks, screening: nil)
        let screened = try await Talk(chunks, screening: moderation)
        var (first, second) = (Samples(), Samples())
        for round in 0..<(turns + turns / 5 + 1) {
            // In turns, so that both meet the same load; the first few only warm up.
            let one = try await plain.turn()
            let two = try await screened.turn()
            guard round > turns / 5 else { continue }
            first.add(one)
            second.add(two)
        }
        return (first.median, second.median)
    }
}

/// A chat whose model says the same each time.
private struct Talk {
    let companion: Companion
    let user: User.ID
    let chat: Chat.ID

    init(_ chunks: [String], screening: (any TurnScreening)?) async throws {
        companion = Companion(
            languageModel: ScriptedLanguageModel { _ in .text(chunks) }, relationalStore: InMemoryStore(),
            screening: screening,
            configuration: .init(
                prompt: .init(maximumPromptTokens: 600, replyReserve: 100), memory: .init(isEnabled: false)))
        user = try await companion.accounts.register(name: "Ada").id
        let character = try await companion.characters.add(CharacterCard(name: "Luna"), by: user).id
        chat = try await companion.chats.start(with: character, by: user).id
    }

    /// How long one turn takes.
    func turn() async throws -> Double {
        let start = ContinuousClock.now
        try await companion.chats.withReply(to: "How was your day, seen from a distance?", in: chat, by: user) {
            reply in
            for try await _ in reply {}
        }
        return (ContinuousClock.now - start).inSeconds
    }
}
