import CompanionCore
import CompanionSQLite
import FoundationEssentials

/// A chat whose messages alternate: a person's short one, a character's long one.
struct Workload: Sendable {
    let user: User
    let character: CompanionCharacter
    let chat: Chat
    private let ids = IdentifierGenerator()

    init() {
        let now = SystemClock().stamp
        user = User(id: ids.next(), name: "Ada", createdAt: now)
        character = CompanionCharacter(
            id: ids.next(), owner: user.id, card: CharacterCard(name: "Luna"), createdAt: now)
        chat = Chat(id: ids.next(), user: user.id, character: character.id, createdAt: now)
    }

    func insert(into store: SQLiteStore) async throws {
        try await store.transaction { transaction in
            try transaction.users.insert(user)
            try transaction.characters.insert(character)
            try transaction.chats.insert(chat)
        }
    }

    func message(_ sequence: Int) -> Message {
        let now = SystemClock().stamp
        let isUser = sequence % 2 == 1
        let length = isUser ? 80 + sequence % 80 : 300 + (sequence * 37) % 900
        let alternative = Alternative(
            id: ids.next(), text: String(repeating: "word ", count: length / 5),
            finishReason: isUser ? nil : .stop, model: isUser ? nil : "gpt-5.1",
            usage: isUser ? nil : TokenUsage(promptTokens: 900, completionTokens: length / 4),
            turn: isUser ? nil : ids.next(), createdAt: now)
        return Message(
            id: ids.next(), chat: chat.id, sequence: sequence, author: isUser ? .user : .character,
            alternatives: [alternative],
            clientID: isUser ? ClientMessageID(rawValue: alternative.id.description) : nil, createdAt: now)
    }
}
