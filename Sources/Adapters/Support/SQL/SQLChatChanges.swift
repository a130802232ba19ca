internal import CompanionCore

struct SQLChatChanges: ChatChangeRepository {
    let transaction: SQLStoreTransaction

    func insert(_ change: ChatChange, of user: User.ID) throws {
        try transaction.requireWriting()
        guard try SQLChats(transaction: transaction).exists(change.chat, of: user) else {
            throw CompanionError.noSuchChat
        }
        let details: [SQLValue] =
            switch change.kind {
            case .deletion: [.text("deletion"), .null, .null, .null]
            case .edit(let message, let alternative, let previousText):
                [.text("edit"), .id(message), .id(alternative), .text(previousText)]
            }
        try transaction.write(
            .insertChange, [.id(user), .id(change.chat), .id(change.id)] + details + [.timestamp(change.createdAt)]
        ) { CompanionError(.conflict, "A change with this identifier exists already.") }
    }

    func latest(in chat: Chat.ID, of user: User.ID) throws -> ChatChange? {
        try transaction.first(.selectLatestChange, [.id(user), .id(chat)]) { row in
            ChatChange(
                id: try row.id(0), chat: chat, kind: try ChatChange.Kind(row: row),
                createdAt: try row.timestamp(5))
        }
    }

    func delete(_ id: ChatChange.ID, in chat: Chat.ID, of user: User.ID) throws -> Bool {
        try transaction.run(.deleteChange, [.id(user), .id(chat), .id(id)]) == 1
    }
}

extension ChatChange.Kind {
    fileprivate init(row: some SQLRow) throws {
        switch try row.text(1) {
        case "deletion": self = .deletion
        case "edit":
            self = .edit(message: try row.id(2), alternative: try row.id(3), previousText: try row.text(4))
        default: throw SQLFailure(.corrupt)
        }
    }
}

extension SQLStatement {
    fileprivate static let insertChange = SQLStatement(
        """
        INSERT INTO chat_changes (user_id, chat_id, id, kind, message_id, alternative_id, previous_text, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT DO NOTHING
        """)
    fileprivate static let selectLatestChange = SQLStatement(
        """
        SELECT id, kind, message_id, alternative_id, previous_text, created_at FROM chat_changes
        WHERE user_id = $1 AND chat_id = $2 ORDER BY id DESC LIMIT 1
        """)
    fileprivate static let deleteChange = SQLStatement(
        "DELETE FROM chat_changes WHERE user_id = $1 AND chat_id = $2 AND id = $3")
}
