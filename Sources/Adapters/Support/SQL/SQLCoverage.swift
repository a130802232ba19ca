internal import CompanionCore

struct SQLCoverage: CoverageRepository {
    let transaction: SQLStoreTransaction
    private var chats: SQLChats { SQLChats(transaction: transaction) }

    func cursor(of chat: Chat.ID, of user: User.ID) throws -> Int {
        try transaction.first(.selectCursor, [.id(user), .id(chat)]) { try $0.integer(0) } ?? 0
    }

    func advance(_ chat: Chat.ID, of user: User.ID, from old: Int, to new: Int) throws -> Bool {
        try transaction.requireWriting()
        guard new > old else { throw CompanionError(.invalidInput, "A cursor moves forward only.") }
        guard try chats.exists(chat, of: user) else { throw CompanionError.noSuchChat }
        return if old == 0 {
            try transaction.run(.insertCursor, [.id(user), .id(chat), .integer(new)]) == 1
        } else {
            try transaction.run(.moveCursor, [.id(user), .id(chat), .integer(old), .integer(new)]) == 1
        }
    }

    func reopen(_ sequences: [Int], in chat: Chat.ID, of user: User.ID) throws {
        try transaction.requireWriting()
        guard try chats.exists(chat, of: user) else { throw CompanionError.noSuchChat }
        let cursor = try cursor(of: chat, of: user)
        for sequence in sequences where sequence >= 1 && sequence <= cursor {
            try transaction.write(.reopen, [.id(user), .id(chat), .integer(sequence)])
        }
    }

    func reopened(in chat: Chat.ID, of user: User.ID, limit: Int) throws -> [Int] {
        guard limit > 0 else { return [] }
        return try transaction.all(.selectReopened, [.id(user), .id(chat), .integer(limit)]) { try $0.integer(0) }
    }

    func close(_ sequences: [Int], in chat: Chat.ID, of user: User.ID) throws -> Int {
        try transaction.requireWriting()
        return try sequences.reduce(0) { count, sequence in
            try count + transaction.run(.close, [.id(user), .id(chat), .integer(sequence)])
        }
    }
}

struct SQLSummaries: SummaryRepository {
    let transaction: SQLStoreTransaction

    func summary(of chat: Chat.ID, of user: User.ID) throws -> ChatSummary? {
        try transaction.first(.selectSummary, [.id(user), .id(chat)]) { row in
            ChatSummary(
                chat: chat, user: user, text: try row.text(0), throughSequence: try row.integer(1),
                updatedAt: try row.timestamp(2))
        }
    }

    func put(_ summary: ChatSummary) throws {
        try transaction.requireWriting()
        guard try SQLChats(transaction: transaction).exists(summary.chat, of: summary.user) else {
            throw CompanionError.noSuchChat
        }
        try transaction.write(
            .putSummary,
            [
                .id(summary.user), .id(summary.chat), .text(summary.text), .integer(summary.throughSequence),
                .timestamp(summary.updatedAt),
            ])
    }

    func delete(of chat: Chat.ID, of user: User.ID) throws -> Bool {
        try transaction.run(.deleteSummary, [.id(user), .id(chat)]) == 1
    }
}

extension SQLStatement {
    fileprivate static let selectCursor = SQLStatement(
        "SELECT sequence FROM coverage WHERE user_id = $1 AND chat_id = $2")
    fileprivate static let insertCursor = SQLStatement(
        "INSERT INTO coverage (user_id, chat_id, sequence) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
    fileprivate static let moveCursor = SQLStatement(
        "UPDATE coverage SET sequence = $4 WHERE user_id = $1 AND chat_id = $2 AND sequence = $3")
    fileprivate static let reopen = SQLStatement(
        "INSERT INTO reopened (user_id, chat_id, sequence) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
    fileprivate static let selectReopened = SQLStatement(
        "SELECT sequence FROM reopened WHERE user_id = $1 AND chat_id = $2 ORDER BY sequence LIMIT $3")
    fileprivate static let close = SQLStatement(
        "DELETE FROM reopened WHERE user_id = $1 AND chat_id = $2 AND sequence = $3")
    fileprivate static let selectSummary = SQLStatement(
        "SELECT text, through_sequence, updated_at FROM summaries WHERE user_id = $1 AND chat_id = $2")
    fileprivate static let putSummary = SQLStatement(
        """
        INSERT INTO summaries (user_id, chat_id, text, through_sequence, updated_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (user_id, chat_id) DO UPDATE SET text = excluded.text,
            through_sequence = excluded.through_sequence, updated_at = excluded.updated_at
        """)
    fileprivate static let deleteSummary = SQLStatement("DELETE FROM summaries WHERE user_id = $1 AND chat_id = $2")
}
