import BenchmarkSupport
import CompanionCore
import CompanionSQLite
import FoundationEssentials

/// A chat with a lorebook, and what its turns took and sent.
struct LoreChat {
    private(set) var times = Samples()
    private(set) var promptTokens = Samples()
    private(set) var lore = Samples()
    private(set) var turnsWithLore = 0
    private(set) var turnsWithMemories = 0
    /// Tokens of all prompts but the first; those that their beginnings share with the prompt before; and those of what
    /// lasts (all but lore, memories and what stands behind the history) and had been sent before at all.
    private(set) var sent = 0.0
    private(set) var kept = 0.0
    private(set) var cacheable = 0.0

    private let model = ListeningModel()
    private let store: SQLiteStore
    private let companion: Companion
    private let user: User.ID
    private let chat: Chat.ID
    private let places: Int
    private var turns = 0
    private var last: [PromptMessage] = []

    init(book: Lorebook, promptTokens: Int, remembering: Bool, in path: String) async throws {
        store = try SQLiteStore(path: path)
        companion = Companion(
            languageModel: model, relationalStore: store,
            configuration: .init(
                prompt: .init(maximumPromptTokens: promptTokens), memory: .init(isEnabled: remembering)))
        user = try await companion.accounts.register(name: "Ada", persona: "I sail.").id
        var card = CharacterCard(
            name: "Luna", description: String(repeating: "She keeps a lighthouse. ", count: 40), personality: "Calm.")
        card.book = book
        places = book.entries.count
        let character = try await companion.characters.add(card, by: user)
        chat = try await companion.chats.start(with: character.id, by: user).id
    }

    /// Adds messages until there are so many.
    func fill(to length: Int) async throws {
        let now = Date(millisecondsSince1970: 1_700_000_000_000)
        let identifiers = IdentifierGenerator()
        for start in stride(from: 1, through: length, by: 1_000) {
            let messages = (start..<min(start + 1_000, length + 1)).map { sequence in
                Message(
                    id: identifiers.next(), chat: chat, sequence: sequence,
                    author: sequence % 2 == 1 ? .user : .character,
                    alternatives: [
                        Alternative(id: identifiers.next(), text: Books.sentence(sequence, of: places), createdAt: now)
                    ],
                    createdAt: now)
            }
            try await store.transaction { [chat, user] transaction in
                try transaction.messages.append(messages, to: chat, of: user, at: now)
            }
        }
    }

    mutating func takeTurn() async throws {
        turns += 1
        let text = Books.sentence(turns * 31, of: places)
        let (chats, chat, user) = (companion.chats, chat, user)
        try await times.measure { _ = try await chats.reply(to: text, in: chat, by: user) }
        compare(model.heard)
    }

    private mutating func compare(_ messages: [PromptMessage]) {
        let counter = EstimatingTokenCounter()
        func tokens(_ messages: some Sequence<PromptMessage>) -> Double {
            Double(messages.reduce(0) { $0 + counter.count($1.text) + 4 })
        }
        let whole = tokens(messages)
        promptTokens.add(whole)
        lore.add(Double(messages.count { $0.part == .lore }))
        if messages.contains(where: { $0.part == .lore }) { turnsWithLore += 1 }
        if messages.contains(where: { $0.part == .memory }) { turnsWithMemories += 1 }
        defer { last = messages }
        guard !last.isEmpty else { return }
        let known = Set(last)
        let lastHistory = messages.lastIndex { $0.part == .history } ?? 0
        sent += whole
        kept += tokens(zip(messages, last).prefix { $0 == $1 }.map(\.0))
        cacheable += tokens(
            messages[...lastHistory].filter { known.contains($0) && $0.part != .lore && $0.part != .memory })
    }

    mutating func forgetTimes() { (times, promptTokens, lore) = (Samples(), Samples(), Samples()) }
}
