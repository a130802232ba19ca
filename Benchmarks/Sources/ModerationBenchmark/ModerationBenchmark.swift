import BenchmarkSupport
import CompanionCore
import CompanionInMemory
import Foundation

/// What screening costs: the matcher beside pyahocorasick and ahocorasick_rs on the same text and patterns, and turns with and
/// without it. The peers are given the text in lower case; the matcher folds it itself.
@main
enum ModerationBenchmark {
    static func main() async throws {
        let failures = try await run()
        if CommandLine.arguments.contains("--check"), failures > 0 { exit(1) }
    }

    nonisolated private static func micro() throws {
        var words = EnglishWords(seed: 2)
        let terms = words.patterns(10_000).map { KeywordTerm($0 + "zq", category: .harassment) }
        let chunks = (0..<2_000).map { _ in words.text(bytes: 12) + " " }
        let matcher = try KeywordMatcher(terms)
        var (a, b, c) = (Samples(), Samples(), Samples())
        for _ in 0..<50 {
            var scan = matcher.scan()
            a.measureBlocking { for chunk in chunks { _ = scan.feed(chunk) } }
            var scan2 = matcher.scan()
            var sum = 0
            b.measureBlocking { for chunk in chunks { _ = scan2.feed(chunk); sum += scan2.undecidedStart } }
            var screen = HoldBackScreen(matcher, policy: .standard)
            c.measureBlocking { for chunk in chunks { sum += screen.feed(chunk).text.utf8.count } }
            if sum == 1 { print(sum) }
        }
        print("scan", a.median * 1e9 / 2000, "with undecided", b.median * 1e9 / 2000, "hold back", c.median * 1e9 / 2000)
    }

    nonisolated private static func run() async throws -> Int {
        if CommandLine.arguments.contains("--micro") { try micro(); return 0 }
        print("Medians; MB/s on one core, of plain English with 10,000 patterns.")
        var failures = CommandLine.arguments.contains("--turns") ? 0 : try await matcher()
        failures += try await turns()
        return failures
    }

    // MARK: The matcher

    nonisolated private static func matcher() async throws -> Int {
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
        let matcher = try KeywordMatcher(patterns.map { KeywordTerm($0, category: category, placement: .substring) })
        let wholeWords = try KeywordMatcher(patterns.map { KeywordTerm($0, category: category) })
        let megabytes = Double(text.utf8.count) / 1e6
        var (anywhere, whole, folding) = (Samples(), Samples(), Samples())
        var (found, foundWhole) = (0, 0)
        for _ in 0..<7 {
            found = anywhere.measureBlocking { Self.count(matcher, text) }
            foundWhole = whole.measureBlocking { Self.count(wholeWords, text) }
        }
        let letters = String(text.prefix(1 << 20))
        for _ in 0..<5 { _ = folding.measureBlocking { TextFolding.letters(of: letters).count } }
        report("folding and matching, within words", megabytes / anywhere.median, atLeast: 100, found)
        report("folding and matching, whole words", megabytes / whole.median, atLeast: 200, foundWhole)
        print(
            "  folding alone, into an array of letters   \(format(Double(letters.utf8.count) / 1e6 / folding.median))")
        try peers(text: textFile, patterns: patternFile, megabytes: megabytes)
        return (megabytes / anywhere.median < 100 ? 1 : 0) + (megabytes / whole.median < 200 ? 1 : 0)
    }

    /// What Debian has of licences, many times over: the same plain English on every machine.
    nonisolated private static func english(bytes: Int) throws -> String {
        let folder = URL(fileURLWithPath: "/usr/share/common-licenses")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        let page = files.compactMap { try? String(contentsOf: folder.appendingPathComponent($0), encoding: .utf8) }
            .joined(separator: "\n")
        guard page.utf8.count > 100_000 else { throw CompanionError(.notFound, "There is no English in \(folder.path).") }
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

    nonisolated private static func report(_ what: String, _ rate: Double, atLeast limit: Double, _ found: Int) {
        let padding = String(repeating: " ", count: max(1, 42 - what.count))
        print(
            "  \(what)\(padding)\(format(rate))   \(rate >= limit ? "at least" : "MISSES") \(Int(limit)); \(found) found"
        )
    }

    nonisolated private static func format(_ number: Double) -> String { String(format: "%7.1f", number) }

    nonisolated private static func peers(text: URL, patterns: URL, megabytes: Double) throws {
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
    nonisolated private static func turns() async throws -> Int {
        var words = EnglishWords(seed: 2)
        let terms = words.patterns(10_000).map { KeywordTerm($0 + "zq", category: .harassment) }
        let chunks = (0..<2_000).map { _ in words.text(bytes: 12) + " " }
        let short = try await seconds(of: Array(chunks.prefix(5)), turns: 400, terms: terms)
        let long = try await seconds(of: chunks, turns: 15, terms: terms)
        let added = (short.screened - short.plain) * 1e6
        let share = (long.screened - long.plain) / long.plain * 100
        print(
            String(
                format: "A turn: %.0f µs without screening, %.0f with; %.0f µs added, at most 50.", short.plain * 1e6,
                short.screened * 1e6, added))
        print(
            String(
                format: "A chunk: %.2f µs without screening, %.2f with; %.1f %% added, at most 5 %%.",
                long.plain * 1e6 / 2_000, long.screened * 1e6 / 2_000, share))
        return (added > 50 ? 1 : 0) + (share > 5 ? 1 : 0)
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
