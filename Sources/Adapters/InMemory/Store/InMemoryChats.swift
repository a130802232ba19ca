internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

struct InMemoryChats: ChatRepository {
    let transaction: InMemoryTransaction
    private var tables: Tables { transaction.tables }

    init(transaction: InMemoryTransaction) { self.transaction = transaction }

    func insert(_ chat: Chat) throws {
        try transaction.requireWriting()
        guard tables.chats[chat.id] == nil else {
            throw CompanionError(.conflict, "A chat with this identifier exists already.")
        }
        guard tables.users[chat.user] != nil else {
            throw CompanionError(.notFound, "The chat's user does not exist: insert the user first.")
        }
        guard
            try transaction.characters.character(chat.character, revision: chat.characterRevision, of: chat.user) != nil
        else {
            throw CompanionError(.notFound, "The chat's character does not exist: insert the character first.")
        }
        var stored = chat.asStored
        stored.lastSequence = 0
        stored.revision = 0
        tables.chats[chat.id] = stored
        tables.chatsByUser.insert(.init(updatedAt: stored.updatedAt, id: chat.id), in: chat.user)
        tables.chatsByCharacter.insert(chat.id, in: chat.character)
    }

    func chat(_ id: Chat.ID, of user: User.ID) throws -> Chat? { tables.chat(id, of: user) }

    func rename(_ id: Chat.ID, of user: User.ID, to title: String, at now: Date) throws {
        try transaction.requireWriting()
        guard let chat = tables.chat(id, of: user) else {
            throw CompanionError(.notFound, "There is no such chat.")
        }
        var renamed = chat
        renamed.title = title
        renamed.updatedAt = now.wholeMilliseconds
        tables.replace(chat, with: renamed)
    }

    func move(_ id: Chat.ID, of user: User.ID, to characterRevision: Int, at now: Date) throws {
        try transaction.requireWriting()
        guard let chat = tables.chat(id, of: user),
            try transaction.characters.character(chat.character, revision: characterRevision, of: user) != nil
        else { throw CompanionError(.notFound, "There is no such chat, or no such version of its character.") }
        var moved = chat
        moved.characterRevision = characterRevision
        moved.updatedAt = now.wholeMilliseconds
        tables.replace(chat, with: moved)
    }

    func delete(_ id: Chat.ID, of user: User.ID) throws -> Bool {
        try transaction.requireWriting()
        guard let chat = tables.chat(id, of: user) else { return false }
        for place in tables.messagesByChat.removeAll(in: id) {
            if let row = place.message.flatMap({ tables.messages[$0] }) { forget(row) }
        }
        tables.liveMessages.removeAll(in: id)
        tables.messagesByRevision.removeAll(in: id)
        for change in tables.changesByChat.removeAll(in: id) { tables.changes[change] = nil }
        tables.coverage[id] = nil
        tables.reopened.removeAll(in: id)
        tables.summaries[id] = nil
        tables.lorebooks.forget(id)
        tables.chats[id] = nil
        tables.chatsByUser.remove(.init(updatedAt: chat.updatedAt, id: id), from: user)
        tables.chatsByCharacter.remove(id, from: chat.character)
        return true
    }

    private func forget(_ row: Tables.MessageRow) {
        let message = row.message
        for alternative in message.alternatives {
            tables.alternatives[alternative.id] = nil
            tables.generating.remove(alternative.id, from: .all)
        }
        if let clientID = message.clientID {
            tables.clientIDs[.init(chat: message.chat, clientID: clientID)] = nil
        }
        if let change = row.deletion {
            tables.deletedMessages.removeAll(in: .init(chat: message.chat, change: change))
        }
        tables.messages[message.id] = nil
    }

    func chats(of user: User.ID, after cursor: ChatCursor?, limit: Int) throws -> [Chat] {
        let bound = cursor.map { Tables.RecentChat(updatedAt: $0.updatedAt.wholeMilliseconds, id: $0.id) }
        return tables.chatsByUser.last(limit, in: user, before: bound).reversed().compactMap { tables.chats[$0.id] }
    }

    func chats(
        of user: User.ID, with character: CompanionCharacter.ID, after id: Chat.ID?, limit: Int
    ) throws -> [Chat] {
        guard tables.characters[character]?.owner == user else { return [] }
        return tables.chatsByCharacter.first(limit, in: character, after: id).compactMap { tables.chats[$0] }
    }
}
