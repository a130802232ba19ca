import BenchmarkSupport
import CompanionCore
import CompanionInMemory
import CompanionSQLite
import Foundation

/// What recall costs on a SQLite file, by the public interface: a search in a short and in a long acquaintance, the first
/// search after a start, and what one more message adds to the next search.
@main
struct RecallBenchmark {
    static func main() async throws {
        var report = Report("Recall by words, from a SQLite file")
        for (turns, searchLimit) in [(1_000, 1e-3), (10_000, nil), (100_000, 10e-3)] {
            try await measure(turns: turns, searchLimit: searchLimit, into: &report)
        }
        report.finish()
    }

    private static func measure(turns: Int, searchLimit: Double?, into report: inout Report) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("recall-benchmark-\(getpid())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try SQLiteStore(path: folder.appendingPathComponent("companion.sqlite").path)
        var configuration = Companion.Configuration()
        configuration.recall.indexCacheBytes = 256 << 20
        func start() -> Companion {
            Companion(
                languageModel: OfflineLanguageModel(), relationalStore: store, configuration: configuration)
        }
        let companion = start()
        let user = try await companion.accounts.register(name: "Ada").id
        let character = try await companion.characters.add(CharacterCard(name: "Luna"), by: user).id
        let chat = try await companion.chats.start(with: character, by: user).id
        var talk = Talk()
        for start in stride(from: 0, to: turns, by: 5_000) {
            let part = talk.messages(min(5_000, turns - start))
            try await companion.chats.importMessages(part, into: chat, by: user)
        }

        report.section("\(turns) messages of 25 words")
        let (wall, cpu) = (ContinuousClock.now, Usage.cpuSeconds)
        _ = try await companion.memories.search("warm up", with: character, by: user, limit: 10)
        let first = (ContinuousClock.now - wall).inSeconds
        if turns == 10_000 {
            report.limit("First search after a start", first, atMost: 0.15) { $0.asMilliseconds }
        } else {
            report.row("First search after a start", first.asMilliseconds)
        }
        report.limit("Reading and indexing, CPU a message", (Usage.cpuSeconds - cpu) / Double(turns), atMost: 50e-6) {
            $0.asMicroseconds
        }

        var searches = Samples()
        var processor = Samples()
        for query in talk.queries(200) {
            let cpu = Usage.cpuSeconds
            _ = try await searches.measure {
                try await companion.memories.search(query, with: character, by: user, limit: 10)
            }
            processor.add(Usage.cpuSeconds - cpu)
        }
        if let searchLimit {
            report.limit("Search, p50", searches.median, atMost: searchLimit) { $0.asMilliseconds }
        } else {
            report.row("Search, p50", searches.median.asMilliseconds)
        }
        report.row("Search, p50 of CPU", processor.median.asMilliseconds)
        report.row("Search, p95", searches.quantile(0.95).asMilliseconds)

        var following = Samples()
        for query in talk.queries(50) {
            try await companion.chats.importMessages(talk.messages(1), into: chat, by: user)
            _ = try await following.measure {
                try await companion.memories.search(query, with: character, by: user, limit: 10)
            }
        }
        report.row("Search after one more message, p50", following.median.asMilliseconds)
    }
}

/// Messages and queries of words as often as words are: the n-th commonest of 20,000 once for n times the commonest.
private struct Talk {
    private var random = SeededRandomSource(seed: 7)
    private var said = 0
    private static let begin = Date(timeIntervalSince1970: 1_700_000_000)

    private mutating func word() -> String {
        // The inverse of the logarithm draws by Zipf's law, about.
        let rank = Int(exp(random.nextFraction() * log(20_000.0)))
        return "w" + String(rank, radix: 36)
    }

    mutating func messages(_ count: Int) -> [ImportedMessage] {
        (0..<count).map { _ in
            said += 1
            let text = (0..<25).map { _ in word() }.joined(separator: " ") + "."
            return ImportedMessage(
                said % 2 == 1 ? .user : .character, text, date: Self.begin.addingTimeInterval(Double(said) * 90))
        }
    }

    mutating func queries(_ count: Int) -> [String] {
        (0..<count).map { _ in "What about " + (0..<6).map { _ in word() }.joined(separator: " ") + "?" }
    }
}
