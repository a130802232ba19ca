internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

struct SQLChats: ChatRepository {
    let transaction: SQLStoreTransaction

    func insert(_ chat: Chat) throws {
        try transaction.requireWriting()
        guard try transaction.first(.userExists, [.id(chat.user)], { try $0.integer(0) }) == 1 else {
            throw CompanionError(.notFound, "The chat's user does not exist: insert the user first.")
        }
        let characters = SQLCharacters(transaction: transaction)
        guard try characters.exists(chat.character, revision: chat.characterRevision, of: chat.user) else {
            throw CompanionError(.notFound, "The chat's character does not exist: insert the character first.")
        }
        try transaction.write(
            .insertChat,
            [
                .id(chat.user), .id(chat.id), .id(chat.character), .text(chat.title), .id(chat.origin?.chat),
                .integer(chat.origin?.sequence), .timestamp(chat.createdAt), .timestamp(chat.updatedAt),
                .integer(chat.characterRevision),
            ]
        ) { CompanionError(.conflict, "A chat with this identifier exists already.") }
    }

    func exists(_ id: Chat.ID, of user: User.ID) throws -> Bool {
        try transaction.first(.chatExists, [.id(user), .id(id)]) { try $0.integer(0) } == 1
    }

    func chat(_ id: Chat.ID, of user: User.ID) throws -> Chat? {
        try transaction.first(.selectChat, [.id(user), .id(id)]) { try Chat(row: $0) }
    }

    func rename(_ id: Chat.ID, of user: User.ID, to title: String, at now: Date) throws {
        try transaction.write(.renameChat, [.id(user), .id(id), .text(title), .timestamp(now)]) {
            CompanionError.noSuchChat
        }
    }

    func move(_ id: Chat.ID, of user: User.ID, to characterRevision: Int, at now: Date) throws {
        try transaction.write(
            .moveChat, [.id(user), .id(id), .integer(characterRevision), .timestamp(now)]
        ) { CompanionError(.notFound, "There is no such chat, or no such version of its character.") }
    }

    /// The references would delete the rest as well, row by row and at twice the price.
    func delete(_ id: Chat.ID, of user: User.ID) throws -> Bool {
        let chat: [SQLValue] = [.id(user), .id(id)]
        try transaction.write(.deleteAlternativesOfChat, chat)
        try transaction.write(.deleteMessagesOfChat, chat)
        return try transaction.run(.deleteChat, chat) == 1
    }

    func chats(of user: User.ID, after cursor: ChatCursor?, limit: Int) throws -> [Chat] {
        guard limit > 0 else { return [] }
        guard let cursor else {
            return try transaction.all(.selectLatestChats, [.id(user), .integer(limit)]) { try Chat(row: $0) }
        }
        return try transaction.all(
            .selectChatsBefore, [.id(user), .timestamp(cursor.updatedAt), .id(cursor.id), .integer(limit)]
        ) { try Chat(row: $0) }
    }

    func chats(
        of user: User.ID, with character: CompanionCharacter.ID, after id: Chat.ID?, limit: Int
    ) throws -> [Chat] {
        guard limit > 0 else { return [] }
        guard let id else {
            return try transaction.all(
                .selectFirstChatsWithCharacter, [.id(user), .id(character), .integer(limit)]
            ) { try Chat(row: $0) }
        }
        return try transaction.all(
            .selectChatsWithCharacterAfter, [.id(user), .id(character), .id(id), .integer(limit)]
        ) { try Chat(row: $0) }
    }

    /// Marks that messages of the chat have changed.
    func touch(_ id: Chat.ID, of user: User.ID, at now: Date) throws {
        try transaction.write(.touchChat, [.id(user), .id(id), .timestamp(now)]) { transaction.halfDone(.noSuchChat) }
    }
}

extension CompanionError {
    static var noSuchChat: CompanionError { CompanionError(.notFound, "There is no such chat.") }
}

extension Chat {
    fileprivate init(row: some SQLRow) throws {
        self.init(
            id: try row.id(1), user: try row.id(0), character: try row.id(2), characterRevision: try row.integer(10),
            title: try row.text(3),
            origin: row.isNull(4) ? nil : Origin(chat: try row.id(4), sequence: try row.integer(5)),
            lastSequence: try row.integer(6), revision: try row.integer(7), createdAt: try row.timestamp(8),
            updatedAt: try row.timestamp(9))
    }
}

extension SQLStatement {
    fileprivate static let insertChat = SQLStatement(
        """
        INSERT INTO chats (user_id, id, character_id, title, origin_chat_id, origin_sequence, last_sequence, revision,
            created_at, updated_at, character_revision)
        VALUES ($1, $2, $3, $4, $5, $6, 0, 0, $7, $8, $9)
        ON CONFLICT DO NOTHING
        """)
    private static let selectChats = """
        SELECT user_id, id, character_id, title, origin_chat_id, origin_sequence, last_sequence, revision,
            created_at, updated_at, character_revision
        FROM chats
        """
    fileprivate static let selectChat = SQLStatement("\(selectChats) WHERE user_id = $1 AND id = $2")
    fileprivate static let selectLatestChats = SQLStatement(
        "\(selectChats) WHERE user_id = $1 ORDER BY updated_at DESC, id DESC LIMIT $2")
    fileprivate static let selectChatsBefore = SQLStatement(
        """
        \(selectChats) WHERE user_id = $1 AND (updated_at, id) < ($2, $3) ORDER BY updated_at DESC, id DESC LIMIT $4
        """)
    /// With subqueries, because SQLite would read all of the person's chats otherwise, as they are in order.
    fileprivate static let selectFirstChatsWithCharacter = SQLStatement(
        """
        \(selectChats) WHERE user_id = $1 AND id IN
            (SELECT id FROM chats WHERE user_id = $1 AND character_id = $2 ORDER BY id LIMIT $3)
        ORDER BY id
        """)
    fileprivate static let selectChatsWithCharacterAfter = SQLStatement(
        """
        \(selectChats) WHERE user_id = $1 AND id IN
            (SELECT id FROM chats WHERE user_id = $1 AND character_id = $2 AND id > $3 ORDER BY id LIMIT $4)
        ORDER BY id
        """)
    fileprivate static let chatExists = SQLStatement("SELECT count(*) FROM chats WHERE user_id = $1 AND id = $2")
    fileprivate static let renameChat = SQLStatement(
        "UPDATE chats SET title = $3, updated_at = $4 WHERE user_id = $1 AND id = $2")
    fileprivate static let moveChat = SQLStatement(
        """
        UPDATE chats SET character_revision = $3, updated_at = $4 WHERE user_id = $1 AND id = $2 AND EXISTS (
            SELECT 1 FROM character_versions v
            WHERE v.character_id = chats.character_id AND v.revision = $3 AND v.owner_id = $1)
        """)
    fileprivate static let deleteAlternativesOfChat = SQLStatement(
        "DELETE FROM alternatives WHERE user_id = $1 AND chat_id = $2")
    fileprivate static let deleteMessagesOfChat = SQLStatement(
        "DELETE FROM messages WHERE user_id = $1 AND chat_id = $2")
    fileprivate static let deleteChat = SQLStatement("DELETE FROM chats WHERE user_id = $1 AND id = $2")
    fileprivate static let touchChat = SQLStatement(
        "UPDATE chats SET revision = revision + 1, updated_at = $3 WHERE user_id = $1 AND id = $2")
}
