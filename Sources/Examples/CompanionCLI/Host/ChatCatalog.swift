internal import CompanionCore

/// Finds one person's chats.
struct ChatCatalog: Sendable {
    let companion: Companion
    let user: User.ID

    /// The chats, the one that was used last first; at most `limit`.
    func chats(limit: Int = 10_000) async throws -> [Chat] {
        var chats: [Chat] = []
        while chats.count < limit {
            let page = try await companion.chats.chats(
                by: user, after: chats.last.map { ChatCursor($0) }, limit: min(500, limit - chats.count))
            chats += page
            if page.count < 500 { break }
        }
        return chats
    }

    /// The chat that was used last, of a character if one is given; nil where there is none.
    func latest(of character: CompanionCharacter.ID? = nil) async throws -> Chat? {
        guard let character else { return try await chats(limit: 1).first }
        return try await chats().first { $0.character == character }
    }

    /// The chat whose identifier ends like that.
    func chat(meantBy text: String) async throws -> Chat {
        let found = try await chats().filter { $0.id.isMeant(by: text) }
        guard found.count <= 1 else {
            throw CompanionError(.invalidInput, "\(found.count) chats have ids that end like that: give more of it.")
        }
        guard let chat = found.first else {
            throw CompanionError(.notFound, "You have no chat with the id \(text); `companion chats list` shows them.")
        }
        return chat
    }

    /// The newest 100 chats with their characters' names.
    func summaries(current: Chat.ID? = nil, limit: Int = 100) async throws -> [ChatSummary] {
        let characters = try await companion.characters.all(by: user)
        let names = Dictionary(characters.map { ($0.id, $0.card.name) }, uniquingKeysWith: { first, _ in first })
        return try await chats(limit: limit).map { chat in
            ChatSummary(chat: chat, characterName: names[chat.character] ?? "", isCurrent: chat.id == current)
        }
    }
}
