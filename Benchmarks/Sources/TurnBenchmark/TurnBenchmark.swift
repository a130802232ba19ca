import CompanionCore
import CompanionOpenAI
import CompanionSQLite
import Foundation

/// What a turn costs besides the model: its fixed part in chats of different lengths, and its part for each chunk of a
/// streamed reply. Both run on a store in a SQLite file, as a host has it.
@main
struct TurnBenchmark {
    static func main() async throws {
        if CommandLine.arguments.dropFirst().first == "upstream" {
            try Upstream.serve()
            return
        }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("turn-benchmark-\(getpid())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        print("A turn with an instant model, store in SQLite (500 turns each):")
        var medians: [Double] = []
        for length in [100, 10_000, 100_000] {
            let times = try await turns(in: length, messages: folder.appendingPathComponent("\(length).sqlite").path)
            medians.append(times.quantile(0.5))
            print(
                row(
                    "  chat of \(length) messages", "p50 \(times.quantile(0.5).milliseconds)",
                    "p99 \(times.quantile(0.99).milliseconds)"))
        }
        print(row("  100,000 against 10,000 messages", "p50 × \(String(format: "%.2f", medians[2] / medians[1]))", ""))
        try await chunks(store: folder.appendingPathComponent("chunks.sqlite").path)
    }

    // MARK: The fixed part

    private static func turns(in length: Int, messages path: String) async throws -> [Double] {
        let store = try SQLiteStore(path: path)
        let companion = Companion(languageModel: InstantModel(), relationalStore: store)
        let (user, chat) = try await place(in: companion)
        try await fill(chat, of: user, with: length, in: store)
        var times: [Double] = []
        for turn in 0..<520 {
            let start = ContinuousClock.now
            _ = try await companion.chats.reply(to: "And what did you see then, number \(turn)?", in: chat, by: user)
            times.append(seconds(ContinuousClock.now - start))
        }
        // The first turns read the history and prepare statements.
        return Array(times.dropFirst(20))
    }

    private static func place(in companion: Companion) async throws -> (User.ID, Chat.ID) {
        let user = try await companion.accounts.register(name: "Ada", persona: "I sail.")
        let card = CharacterCard(
            name: "Luna", description: String(repeating: "She keeps a lighthouse. ", count: 40), personality: "Calm.")
        let character = try await companion.characters.add(card, by: user.id)
        return (user.id, try await companion.chats.start(with: character.id, by: user.id).id)
    }

    private static func fill(_ chat: Chat.ID, of user: User.ID, with count: Int, in store: SQLiteStore) async throws {
        let identifiers = IdentifierGenerator()
        let now = Date(millisecondsSince1970: 1_700_000_000_000)
        for start in stride(from: 1, through: count, by: 1_000) {
            let messages = (start..<min(start + 1_000, count + 1)).map { sequence in
                Message(
                    id: identifiers.next(), chat: chat, sequence: sequence,
                    author: sequence % 2 == 1 ? .user : .character,
                    alternatives: [
                        Alternative(
                            id: identifiers.next(), text: "Message \(sequence): the sea was quiet, and a boat came in.",
                            createdAt: now)
                    ],
                    createdAt: now)
            }
            try await store.transaction { try $0.messages.append(messages, to: chat, of: user, at: now) }
        }
    }

    // MARK: The part for each chunk

    private static func chunks(store path: String) async throws {
        let upstream = try Upstream.start()
        defer { upstream.stop() }
        let openAI = OpenAI(configuration: .init(apiKey: "none", baseURL: "http://127.0.0.1:\(upstream.port)/v1"))
        print("\nA reply of n chunks through SSE, JSON, the turn and the stream (CPU of this process, all threads):")
        for count in [10_000, 100_000] {
            let companion = Companion(
                languageModel: openAI.languageModel("chunks-\(count)"), relationalStore: try SQLiteStore(path: path),
                configuration: .init(maximumReplyBytes: 16 << 20))
            let (user, chat) = try await place(in: companion)
            var costs: [Double] = []
            var bytes = 0
            let memory = residentBytes()
            for _ in 0..<7 {
                let start = cpuSeconds()
                bytes = try await companion.chats.withReply(to: "Go on.", in: chat, by: user) { reply in
                    var bytes = 0
                    for try await piece in reply.text { bytes += piece.utf8.count }
                    return bytes
                }
                costs.append((cpuSeconds() - start) / Double(count))
            }
            print(
                row(
                    "  \(count) chunks, \(bytes) bytes of text",
                    "p50 \(costs.dropFirst().map(\.self).quantile(0.5).microseconds) a chunk",
                    "resident +\((residentBytes() - memory) / 1024) KiB"))
        }
    }
}

/// Says three words at once.
private struct InstantModel: LanguageModel {
    let name = "instant"
    let capabilities = LanguageModelCapabilities(contextWindow: 8_192)

    func withResponse<Result>(
        to request: LanguageModelRequest, isolation: isolated (any Actor)?,
        _ body: (LanguageModelStream) async throws -> Result
    ) async throws -> Result { try await body(LanguageModelStream(Events())) }

    private struct Events: AsyncSequence, AsyncIteratorProtocol {
        typealias Element = LanguageModelEvent
        typealias Failure = any Error
        private var rest: [LanguageModelEvent] = [.finish(.stop), .text("boat."), .text("white "), .text("A ")]

        func makeAsyncIterator() -> Self { self }
        mutating func next(isolation actor: isolated (any Actor)?) async throws -> LanguageModelEvent? {
            rest.popLast()
        }
        mutating func next() async throws -> LanguageModelEvent? { rest.popLast() }
    }
}
