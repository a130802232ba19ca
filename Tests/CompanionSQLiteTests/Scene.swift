import CompanionCore
import CompanionSQLite

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A person with a character and a chat, and ways to fill it.
struct Scene: Sendable {
    let ids = IdentifierGenerator()
    let start = Date(millisecondsSince1970: 1_750_000_000_000)
    let user: User
    let character: CompanionCharacter
    let chat: Chat

    init() {
        user = User(id: ids.next(), name: "Ada", createdAt: start)
        character = CompanionCharacter(
            id: ids.next(), owner: user.id, card: CharacterCard(name: "Luna"), createdAt: start)
        chat = Chat(id: ids.next(), user: user.id, character: character.id, createdAt: start)
    }

    func insert(into store: SQLiteStore) async throws {
        try await store.transaction { transaction in
            try transaction.users.insert(user)
            try transaction.characters.insert(character)
            try transaction.chats.insert(chat)
        }
    }

    func alternative(_ text: String, _ status: Alternative.Status = .complete) -> Alternative {
        Alternative(id: ids.next(), text: text, status: status, createdAt: start)
    }

    func message(_ sequence: Int) -> Message {
        Message(
            id: ids.next(), chat: chat.id, sequence: sequence, author: sequence % 2 == 1 ? .user : .character,
            alternatives: [alternative("Message \(sequence)")], createdAt: start)
    }

    func append(_ sequences: ClosedRange<Int>, to store: SQLiteStore) async throws {
        let messages = sequences.map(message)
        try await store.transaction { transaction in
            try transaction.messages.append(messages, to: chat.id, of: user.id, at: start)
        }
    }

    func sequences(in store: SQLiteStore) async throws -> [Int] {
        try await store.read { transaction in
            try transaction.messages.messages(in: chat.id, of: user.id, before: nil, limit: .max).map(\.sequence)
        }
    }
}
