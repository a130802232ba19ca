internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

struct SQLErasures: ErasureRepository {
    let transaction: SQLStoreTransaction

    func begin(_ erasure: Erasure) throws -> Erasure {
        guard let user = erasure.user else {
            throw CompanionError(.invalidInput, "An erasure begins with whom it is about.")
        }
        try transaction.requireWriting()
        if let standing = try self.erasure(of: user) { return standing }
        guard try transaction.users.user(user) != nil else {
            throw CompanionError(.notFound, "There is no such user.")
        }
        try transaction.write(
            .insertErasure,
            [
                .id(erasure.id), .id(user), .timestamp(erasure.requestedAt), .timestamp(erasure.settlesAt),
                .json(try Self.json(erasure.erased)),
            ]
        ) { CompanionError(.conflict, "An erasure with this identifier exists already.") }
        return try self.erasure(erasure.id) ?? erasure
    }

    func erasure(_ id: Erasure.ID) throws -> Erasure? {
        try transaction.first(.selectErasure, [.id(id)]) { try Erasure(row: $0) }
    }

    func erasure(of user: User.ID) throws -> Erasure? {
        try transaction.first(.selectErasureOfUser, [.id(user)]) { try Erasure(row: $0) }
    }

    func erasures(after id: Erasure.ID?, limit: Int) throws -> [Erasure] {
        guard limit > 0 else { return [] }
        guard let id else {
            return try transaction.all(.selectFirstErasures, [.integer(limit)]) { try Erasure(row: $0) }
        }
        return try transaction.all(.selectErasuresAfter, [.id(id), .integer(limit)]) { try Erasure(row: $0) }
    }

    func update(_ erasure: Erasure) throws {
        try transaction.write(
            .updateErasure,
            [.id(erasure.id), .timestamp(erasure.settlesAt), .json(try Self.json(erasure.erased))]
        ) { Self.noErasure }
    }

    func eraseSome(of user: User.ID, limit: Int) throws -> [String: Int] {
        try transaction.requireWriting()
        guard try erasure(of: user) != nil else { throw Self.noErasure }
        var counts: [String: Int] = [:]
        var rest = limit
        for table in SQLPersonalTable.all where rest > 0 {
            let deleted = try transaction.run(table.deleteSome, [.id(user), .integer(rest)])
            if deleted > 0 { counts[table.name] = deleted }
            rest -= deleted
        }
        return counts
    }

    func remains(of user: User.ID) throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for table in SQLPersonalTable.all + [.people, .erasures] {
            let count = try transaction.first(table.count, [.id(user)]) { try $0.integer(0) } ?? 0
            if count > 0 { counts[table.name] = count }
        }
        return counts
    }

    func finish(_ id: Erasure.ID, at now: Date) throws {
        try transaction.requireWriting()
        guard let user = try erasure(id)?.user else { throw Self.noErasure }
        while try !eraseSome(of: user, limit: 10_000).isEmpty {}
        try transaction.write(.deletePerson, [.id(user)])
        try transaction.write(.finishErasure, [.id(id), .timestamp(now)])
    }

    func delete(_ id: Erasure.ID) throws -> Bool { try transaction.run(.deleteErasure, [.id(id)]) == 1 }

    private static func json(_ counts: [String: Int]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(counts), as: UTF8.self)
    }

    private static var noErasure: CompanionError { CompanionError(.notFound, "No such erasure goes on.") }
}

extension Erasure {
    fileprivate init(row: some SQLRow) throws {
        guard let erased = try? JSONDecoder().decode([String: Int].self, from: Data(row.json(5).utf8)) else {
            throw SQLFailure(.corrupt)
        }
        self.init(
            id: try row.id(0), user: try row.idIfAny(1), requestedAt: try row.timestamp(2),
            settlesAt: try row.timestamp(3), finishedAt: row.isNull(4) ? nil : try row.timestamp(4), erased: erased)
    }
}

/// A table of what belongs to people.
struct SQLPersonalTable {
    let name: String
    /// Deletes at most so many rows of a person.
    let deleteSome: SQLStatement
    let count: SQLStatement

    private init(_ name: String, of user: String = "user_id", key: String, in table: String? = nil) {
        let table = table ?? name
        self.name = name
        let ofUser = "FROM \(table) WHERE \(user) = $1"
        deleteSome = SQLStatement("DELETE FROM \(table) WHERE (\(key)) IN (SELECT \(key) \(ofUser) LIMIT $2)")
        count = SQLStatement("SELECT count(*) \(ofUser)")
    }

    /// What refers to something comes before that. Messages go before their texts, so that no reader meets one without.
    ///
    /// A table that refers to `users` and is missing here goes all the same, with the person's row; a test finds it.
    static let all = [
        SQLPersonalTable("messages", key: "user_id, chat_id, position"),
        SQLPersonalTable("alternatives", key: "user_id, chat_id, sequence, ordinal"),
        SQLPersonalTable("chat_changes", key: "user_id, chat_id, id"),
        SQLPersonalTable("reopened", key: "user_id, chat_id, sequence"),
        SQLPersonalTable("coverage", key: "user_id, chat_id"),
        SQLPersonalTable("summaries", key: "user_id, chat_id"),
        SQLPersonalTable("chat_lorebooks", key: "user_id, chat_id, lorebook_id"),
        SQLPersonalTable("lorebook_states", key: "user_id, chat_id"),
        SQLPersonalTable("lorebooks", key: "user_id, id"),
        SQLPersonalTable("chats", key: "user_id, id"),
        SQLPersonalTable("memory_sources", key: "user_id, memory_id, ordinal"),
        SQLPersonalTable("memories", key: "user_id, id"),
        SQLPersonalTable("memory_writes", key: "user_id, memory_id"),
        SQLPersonalTable("memory_revisions", key: "user_id"),
        SQLPersonalTable("forgotten_sources", key: "user_id, memory_id, ordinal"),
        SQLPersonalTable("forgotten_memories", key: "user_id, id"),
        SQLPersonalTable("jobs", key: "id"),
        SQLPersonalTable("credentials", key: "user_id"),
        SQLPersonalTable("identities", key: "user_id, provider"),
        SQLPersonalTable("one_time_tokens", key: "digest"),
        SQLPersonalTable("sessions", key: "user_id, id"),
        SQLPersonalTable("moderation_records", key: "id"),
        SQLPersonalTable("moderation_states", key: "user_id"),
        SQLPersonalTable("quota_reservations", key: "user_id, turn_id"),
        SQLPersonalTable("usage_days", key: "user_id, day, model"),
        SQLPersonalTable("subscriptions", key: "user_id"),
        SQLPersonalTable("catalog_ratings", key: "user_id, entry_id"),
        SQLPersonalTable("catalog_entries", of: "author_id", key: "id"),
        SQLPersonalTable("character_versions", of: "owner_id", key: "character_id, revision"),
        SQLPersonalTable("characters", of: "owner_id", key: "id"),
    ]
    static let people = SQLPersonalTable(ErasedKind.person, of: "id", key: "id", in: "users")
    static let erasures = SQLPersonalTable(ErasedKind.erasure, key: "id")
}

extension SQLStatement {
    fileprivate static let insertErasure = SQLStatement(
        """
        INSERT INTO erasures (id, user_id, requested_at, settles_at, erased) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT DO NOTHING
        """)
    private static let selectErasures =
        "SELECT id, user_id, requested_at, settles_at, finished_at, erased FROM erasures"
    fileprivate static let selectErasure = SQLStatement("\(selectErasures) WHERE id = $1")
    fileprivate static let selectErasureOfUser = SQLStatement("\(selectErasures) WHERE user_id = $1")
    fileprivate static let selectFirstErasures = SQLStatement("\(selectErasures) ORDER BY id LIMIT $1")
    fileprivate static let selectErasuresAfter = SQLStatement(
        "\(selectErasures) WHERE id > $1 ORDER BY id LIMIT $2")
    fileprivate static let updateErasure = SQLStatement(
        "UPDATE erasures SET settles_at = $2, erased = $3 WHERE id = $1 AND user_id IS NOT NULL")
    fileprivate static let deletePerson = SQLStatement("DELETE FROM users WHERE id = $1")
    fileprivate static let finishErasure = SQLStatement(
        "UPDATE erasures SET user_id = NULL, finished_at = $2 WHERE id = $1")
    fileprivate static let deleteErasure = SQLStatement("DELETE FROM erasures WHERE id = $1 AND user_id IS NULL")
}
