internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

struct SQLLorebooks: LorebookRepository {
    let transaction: SQLStoreTransaction

    func insert(_ lorebook: CompanionLorebook) throws {
        try transaction.requireWriting()
        guard try transaction.first(.userExists, [.id(lorebook.owner)], { try $0.integer(0) }) == 1 else {
            throw CompanionError(.notFound, "The lorebook's owner does not exist: insert the user first.")
        }
        try transaction.write(
            .insertLorebook,
            [
                .id(lorebook.owner), .id(lorebook.id), .text(lorebook.name), .json(lorebook.book.storedJSON),
                .integer(lorebook.book.entries.count), .boolean(lorebook.isEverywhere), .integer(lorebook.revision),
                .timestamp(lorebook.createdAt), .timestamp(lorebook.updatedAt),
            ]
        ) { CompanionError(.conflict, "A lorebook with this identifier exists already.") }
    }

    func lorebook(_ id: CompanionLorebook.ID, of user: User.ID) throws -> CompanionLorebook? {
        try transaction.first(.selectLorebook, [.id(user), .id(id)]) { row in
            CompanionLorebook(
                id: id, owner: user, name: try row.text(0), book: try Lorebook(storedJSON: try row.json(1)),
                isEverywhere: try row.boolean(2), revision: try row.integer(3), createdAt: try row.timestamp(4),
                updatedAt: try row.timestamp(5))
        }
    }

    func update(_ lorebook: CompanionLorebook, of user: User.ID) throws {
        let updated = try transaction.run(
            .updateLorebook,
            [
                .id(user), .id(lorebook.id), .integer(lorebook.revision), .text(lorebook.name),
                .json(lorebook.book.storedJSON), .integer(lorebook.book.entries.count),
                .boolean(lorebook.isEverywhere), .timestamp(lorebook.updatedAt),
            ])
        guard updated == 0 else { return }
        throw try exists(lorebook.id, of: user)
            ? CompanionError(.conflict, "The lorebook was changed meanwhile: read it again.")
            : CompanionError(.notFound, "There is no such lorebook.")
    }

    func delete(_ id: CompanionLorebook.ID, of user: User.ID) throws -> Bool {
        try transaction.run(.deleteLorebook, [.id(user), .id(id)]) == 1
    }

    func lorebooks(of user: User.ID, after id: CompanionLorebook.ID?, limit: Int) throws -> [LorebookSummary] {
        guard limit > 0 else { return [] }
        guard let id else {
            return try transaction.all(.selectFirstLorebooks, [.id(user), .integer(limit)]) {
                try LorebookSummary(row: $0)
            }
        }
        return try transaction.all(.selectLorebooksAfter, [.id(user), .id(id), .integer(limit)]) {
            try LorebookSummary(row: $0)
        }
    }

    func count(of user: User.ID) throws -> Int {
        try transaction.first(.countLorebooks, [.id(user)]) { try $0.integer(0) } ?? 0
    }

    func attach(_ id: CompanionLorebook.ID, to chat: Chat.ID, of user: User.ID) throws -> Bool {
        try transaction.requireWriting()
        guard try exists(id, of: user), try SQLChats(transaction: transaction).exists(chat, of: user) else {
            throw CompanionError(.notFound, "There is no such lorebook, or no such chat.")
        }
        return try transaction.run(.attachLorebook, [.id(user), .id(chat), .id(id)]) == 1
    }

    func detach(_ id: CompanionLorebook.ID, from chat: Chat.ID, of user: User.ID) throws -> Bool {
        try transaction.run(.detachLorebook, [.id(user), .id(chat), .id(id)]) == 1
    }

    func stamps(in chat: Chat.ID?, of user: User.ID) throws -> [LorebookStamp] {
        let stamps = try transaction.all(.selectStamps, [.id(user), .id(chat)]) { row in
            LorebookStamp(id: try row.id(0), revision: try row.integer(1), isEverywhere: try row.boolean(2))
        }
        return stamps.sorted { left, right in
            left.isEverywhere == right.isEverywhere ? left.id < right.id : right.isEverywhere
        }
    }

    func state(of chat: Chat.ID, of user: User.ID) throws -> LorebookState? {
        try transaction.first(.selectLoreState, [.id(user), .id(chat)]) { row in
            guard let state = try? JSONDecoder().decode(LorebookState.self, from: Data(row.json(0).utf8)) else {
                throw SQLFailure(.corrupt)
            }
            return state
        }
    }

    func put(_ state: LorebookState, of chat: Chat.ID, of user: User.ID) throws {
        try transaction.requireWriting()
        guard try SQLChats(transaction: transaction).exists(chat, of: user) else { throw CompanionError.noSuchChat }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let text = String(decoding: try encoder.encode(state), as: UTF8.self)
        try transaction.write(.putLoreState, [.id(user), .id(chat), .json(text)])
    }

    private func exists(_ id: CompanionLorebook.ID, of user: User.ID) throws -> Bool {
        try transaction.first(.lorebookExists, [.id(user), .id(id)]) { try $0.integer(0) } == 1
    }
}

extension LorebookSummary {
    fileprivate init(row: some SQLRow) throws {
        self.init(
            id: try row.id(0), name: try row.text(1), entryCount: try row.integer(2),
            isEverywhere: try row.boolean(3), revision: try row.integer(4), updatedAt: try row.timestamp(5))
    }
}

extension Lorebook {
    /// The book as it is stored: the JSON text of `lorebook_v3`.
    fileprivate var storedJSON: String { standaloneJSON.serialized() }

    fileprivate init(storedJSON text: String) throws {
        // What we wrote ourselves was within bounds when it came in.
        let limits = JSONLimits(depth: JSONLimits.deepest, bytes: .max, values: .max, numberLength: .max)
        do {
            self = try Lorebook.Import(json: JSONValue(parsing: text, limits: limits)).book
        } catch {
            throw SQLFailure(.corrupt, underlying: error)
        }
    }
}

extension SQLStatement {
    fileprivate static let insertLorebook = SQLStatement(
        """
        INSERT INTO lorebooks
            (user_id, id, name, book, entry_count, is_everywhere, revision, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT DO NOTHING
        """)
    fileprivate static let selectLorebook = SQLStatement(
        """
        SELECT name, book, is_everywhere, revision, created_at, updated_at FROM lorebooks
        WHERE user_id = $1 AND id = $2
        """)
    fileprivate static let updateLorebook = SQLStatement(
        """
        UPDATE lorebooks SET name = $4, book = $5, entry_count = $6, is_everywhere = $7, updated_at = $8,
            revision = revision + 1
        WHERE user_id = $1 AND id = $2 AND revision = $3
        """)
    fileprivate static let deleteLorebook = SQLStatement("DELETE FROM lorebooks WHERE user_id = $1 AND id = $2")
    private static let selectSummaries =
        "SELECT id, name, entry_count, is_everywhere, revision, updated_at FROM lorebooks WHERE user_id = $1"
    fileprivate static let selectFirstLorebooks = SQLStatement("\(selectSummaries) ORDER BY id LIMIT $2")
    fileprivate static let selectLorebooksAfter = SQLStatement("\(selectSummaries) AND id > $2 ORDER BY id LIMIT $3")
    fileprivate static let countLorebooks = SQLStatement("SELECT count(*) FROM lorebooks WHERE user_id = $1")
    fileprivate static let lorebookExists = SQLStatement(
        "SELECT count(*) FROM lorebooks WHERE user_id = $1 AND id = $2")
    fileprivate static let attachLorebook = SQLStatement(
        """
        INSERT INTO chat_lorebooks (user_id, chat_id, lorebook_id) VALUES ($1, $2, $3)
        ON CONFLICT DO NOTHING
        """)
    fileprivate static let detachLorebook = SQLStatement(
        "DELETE FROM chat_lorebooks WHERE user_id = $1 AND chat_id = $2 AND lorebook_id = $3")
    fileprivate static let selectStamps = SQLStatement(
        """
        SELECT b.id, b.revision, FALSE FROM chat_lorebooks a
        JOIN lorebooks b ON b.user_id = a.user_id AND b.id = a.lorebook_id
        WHERE a.user_id = $1 AND a.chat_id = $2
        UNION ALL
        SELECT b.id, b.revision, TRUE FROM lorebooks b WHERE b.user_id = $1 AND b.is_everywhere AND NOT EXISTS (
            SELECT 1 FROM chat_lorebooks a WHERE a.user_id = $1 AND a.chat_id = $2 AND a.lorebook_id = b.id)
        """)
    fileprivate static let selectLoreState = SQLStatement(
        "SELECT state FROM lorebook_states WHERE user_id = $1 AND chat_id = $2")
    fileprivate static let putLoreState = SQLStatement(
        """
        INSERT INTO lorebook_states (user_id, chat_id, state) VALUES ($1, $2, $3)
        ON CONFLICT (user_id, chat_id) DO UPDATE SET state = excluded.state
        """)
}
