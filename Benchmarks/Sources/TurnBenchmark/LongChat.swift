import BenchmarkSupport
import CompanionCore
import CompanionSQLite
import FoundationEssentials

/// A chat with a history, and what turns in it took.
struct LongChat {
    let length: Int
    /// Whether recall is part of a turn.
    let remembers: Bool
    private(set) var times = Samples()
    var cpu = Samples()
    private let companion: Companion
    private let place: Place
    private var turns = 0

    init(of length: Int, remembering remembers: Bool, in path: String) async throws {
        self.length = length
        self.remembers = remembers
        let store = try SQLiteStore(path: path)
        companion = Companion(
            languageModel: InstantModel(), relationalStore: store,
            configuration: .init(memory: .init(isEnabled: remembers)))
        place = try await Place(in: companion)
        let now = Date(millisecondsSince1970: 1_700_000_000_000)
        let identifiers = IdentifierGenerator()
        for start in stride(from: 1, through: length, by: 1_000) {
            let messages = (start..<min(start + 1_000, length + 1)).map { sequence in
                Message(
                    id: identifiers.next(), chat: place.chat, sequence: sequence,
                    author: sequence % 2 == 1 ? .user : .character,
                    alternatives: [
                        Alternative(
                            id: identifiers.next(), text: "Message \(sequence): the sea was quiet, and a boat came in.",
                            createdAt: now)
                    ],
                    createdAt: now)
            }
            try await store.transaction { [place] transaction in
                try transaction.messages.append(messages, to: place.chat, of: place.user, at: now)
            }
        }
    }

    mutating func takeTurn() async throws {
        turns += 1
        let text = "And what did you see then, number \(turns)?"
        let (chats, place) = (companion.chats, place)
        try await times.measure { _ = try await chats.reply(to: text, in: place.chat, by: place.user) }
    }

    mutating func forgetTimes() { times = Samples() }
}

/// A person and a chat of theirs.
struct Place: Sendable {
    let user: User.ID
    let chat: Chat.ID

    init(in companion: Companion) async throws {
        user = try await companion.accounts.register(name: "Ada", persona: "I sail.").id
        let card = CharacterCard(
            name: "Luna", description: String(repeating: "She keeps a lighthouse. ", count: 40), personality: "Calm.")
        let character = try await companion.characters.add(card, by: user)
        chat = try await companion.chats.start(with: character.id, by: user).id
    }
}
