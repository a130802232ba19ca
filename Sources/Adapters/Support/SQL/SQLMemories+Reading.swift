internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension SQLMemories {
    func memory(_ id: Memory.ID, of user: User.ID) throws -> Memory? {
        try memories(.selectMemory, [.id(user), .id(id)], of: user).first
    }

    func memories(of user: User.ID, after id: Memory.ID?, limit: Int) throws -> [Memory] {
        guard limit > 0 else { return [] }
        let heads =
            if let id {
                try transaction.all(.selectMemoriesAfter, [.id(user), .id(id), .integer(limit)]) { try Head(row: $0) }
            } else {
                try transaction.all(.selectFirstMemories, [.id(user), .integer(limit)]) { try Head(row: $0) }
            }
        let sources = try sources(from: heads.first?.id, through: heads.last?.id, of: user, .selectSourcesOfPage)
        return try heads.map { try $0.memory(of: user, sources: sources[$0.id] ?? []) }
    }

    func memories(from message: Message.ID, of user: User.ID) throws -> [Memory] {
        try memories(.selectMemoriesFromMessage, [.id(user), .id(message)], of: user)
    }

    func count(of user: User.ID) throws -> Int {
        try transaction.first(.countMemories, [.id(user)]) { try $0.integer(0) } ?? 0
    }

    func memories(supersededBy id: Memory.ID, of user: User.ID) throws -> [Memory] {
        try memories(.selectMemoriesSuperseded, [.id(user), .id(id)], of: user)
    }

    func revision(of user: User.ID) throws -> Int {
        try transaction.first(.selectRevision, [.id(user)]) { try $0.integer(0) } ?? 0
    }

    func changes(of user: User.ID, after revision: Int, limit: Int) throws -> [MemoryChange] {
        guard limit > 0 else { return [] }
        let writes = try transaction.all(
            .selectWrites, [.id(user), .integer(revision), .integer(limit)]
        ) { row in
            (
                id: try row.id(12) as Memory.ID, revision: try row.integer(13),
                head: row.isNull(0) ? nil : try Head(row: row)
            )
        }
        return try writes.map { write in
            MemoryChange(
                id: write.id,
                memory: try write.head.map {
                    try $0.memory(of: user, sources: sources(of: write.id, of: user, .selectSources))
                },
                revision: write.revision)
        }
    }

    private func memories(_ statement: SQLStatement, _ parameters: [SQLValue], of user: User.ID) throws -> [Memory] {
        try transaction.all(statement, parameters) { try Head(row: $0) }.map { head in
            try head.memory(of: user, sources: sources(of: head.id, of: user, .selectSources))
        }
    }

    // MARK: Forgotten

    func forgotten(of user: User.ID, after id: Memory.ID?, limit: Int) throws -> [ForgottenMemory] {
        guard limit > 0 else { return [] }
        typealias Head = (id: Memory.ID, fingerprint: [UInt64], forgottenAt: Date)
        func head(_ row: any SQLRow) throws -> Head {
            (id: try row.id(0), fingerprint: try words(row.bytes(1)), forgottenAt: try row.timestamp(2))
        }
        let heads =
            if let id {
                try transaction.all(.selectForgottenAfter, [.id(user), .id(id), .integer(limit)], head)
            } else {
                try transaction.all(.selectFirstForgotten, [.id(user), .integer(limit)], head)
            }
        let sources = try sources(
            from: heads.first?.id, through: heads.last?.id, of: user, .selectForgottenSourcesOfPage)
        return heads.map { head in
            ForgottenMemory(
                id: head.id, user: user, messages: (sources[head.id] ?? []).compactMap(\.message),
                fingerprint: head.fingerprint, forgottenAt: head.forgottenAt)
        }
    }

    private func words(_ bytes: [UInt8]) throws -> [UInt64] {
        guard bytes.count.isMultiple(of: 8) else { throw SQLFailure(.corrupt) }
        return stride(from: 0, to: bytes.count, by: 8).map { start in
            bytes[start..<start + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
    }

    // MARK: Sources

    func sources(of memory: Memory.ID, of user: User.ID, _ statement: SQLStatement) throws -> [MemorySource] {
        try transaction.all(statement, [.id(user), .id(memory)]) { try MemorySource(row: $0) }
    }

    /// The sources of all memories of a page, in order.
    private func sources(
        from first: Memory.ID?, through last: Memory.ID?, of user: User.ID, _ statement: SQLStatement
    ) throws -> [Memory.ID: [MemorySource]] {
        guard let first, let last else { return [:] }
        var sources: [Memory.ID: [MemorySource]] = [:]
        try transaction.query(statement, [.id(user), .id(first), .id(last)]) { row in
            sources[try row.id(4), default: []].append(try MemorySource(row: row))
        }
        return sources
    }

    /// A memory without its sources.
    private struct Head {
        let id: Memory.ID
        private let scope: Memory.Scope
        private let kind: Memory.Kind
        private let text: String
        private let importance: Double
        private let strength: Int
        private let isPinned: Bool
        private let validAt: Date
        private let invalidAt: Date?
        private let supersededBy: Memory.ID?
        private let createdAt: Date
        private let updatedAt: Date

        init(row: some SQLRow) throws {
            guard let kind = Memory.Kind(named: try row.text(2)) else { throw SQLFailure(.corrupt) }
            id = try row.id(0)
            scope = row.isNull(1) ? .everyCharacter : .character(try row.id(1))
            self.kind = kind
            text = try row.text(3)
            importance = try row.real(4)
            strength = try row.integer(5)
            isPinned = try row.boolean(6)
            validAt = try row.timestamp(7)
            invalidAt = row.isNull(8) ? nil : try row.timestamp(8)
            supersededBy = try row.idIfAny(9)
            createdAt = try row.timestamp(10)
            updatedAt = try row.timestamp(11)
        }

        func memory(of user: User.ID, sources: [MemorySource]) throws -> Memory {
            guard !sources.isEmpty else { throw SQLFailure(.corrupt).asPortError }
            return Memory(
                id: id, user: user, scope: scope, kind: kind, text: text, importance: importance,
                strength: strength, isPinned: isPinned, sources: sources, validAt: validAt, invalidAt: invalidAt,
                supersededBy: supersededBy, createdAt: createdAt, updatedAt: updatedAt)
        }
    }
}

extension MemorySource {
    fileprivate init(row: some SQLRow) throws {
        let time = try row.timestamp(3)
        if row.isNull(1) {
            self = .person(at: time)
        } else {
            self = .message(
                .init(chat: try row.id(0), message: try row.id(1), sequence: try row.integer(2), saidAt: time))
        }
    }
}

extension SQLStatement {
    private static let memoryColumns = """
        m.id, m.character_id, m.kind, m.text, m.importance, m.strength, m.is_pinned, m.valid_at, m.invalid_at,
        m.superseded_by, m.created_at, m.updated_at
        """
    private static let selectMemories = "SELECT \(memoryColumns) FROM memories m WHERE m.user_id = $1"
    fileprivate static let countMemories = SQLStatement(
        "SELECT count(*) FROM memories WHERE user_id = $1 AND invalid_at IS NULL")
    fileprivate static let selectMemory = SQLStatement("\(selectMemories) AND m.id = $2")
    fileprivate static let selectFirstMemories = SQLStatement("\(selectMemories) ORDER BY m.id LIMIT $2")
    fileprivate static let selectMemoriesAfter = SQLStatement(
        "\(selectMemories) AND m.id > $2 ORDER BY m.id LIMIT $3")
    fileprivate static let selectMemoriesFromMessage = SQLStatement(
        """
        \(selectMemories) AND m.id IN (SELECT memory_id FROM memory_sources WHERE user_id = $1 AND message_id = $2)
        ORDER BY m.id
        """)
    /// With the subquery, because SQLite would read all of the person's memories otherwise, as they are in order.
    fileprivate static let selectMemoriesSuperseded = SQLStatement(
        """
        \(selectMemories) AND m.id IN (SELECT id FROM memories WHERE user_id = $1 AND superseded_by = $2)
        ORDER BY m.id
        """)
    fileprivate static let selectRevision = SQLStatement("SELECT revision FROM memory_revisions WHERE user_id = $1")
    fileprivate static let selectWrites = SQLStatement(
        """
        SELECT \(memoryColumns), w.memory_id, w.revision
        FROM memory_writes w LEFT JOIN memories m ON m.user_id = w.user_id AND m.id = w.memory_id
        WHERE w.user_id = $1 AND w.revision > $2 ORDER BY w.revision LIMIT $3
        """)

    private static let sourceColumns = "chat_id, message_id, sequence, said_at, memory_id"
    static let selectSources = SQLStatement(
        "SELECT \(sourceColumns) FROM memory_sources WHERE user_id = $1 AND memory_id = $2 ORDER BY ordinal")
    fileprivate static let selectSourcesOfPage = SQLStatement(
        """
        SELECT \(sourceColumns) FROM memory_sources
        WHERE user_id = $1 AND memory_id BETWEEN $2 AND $3 ORDER BY memory_id, ordinal
        """)

    private static let selectForgotten = """
        SELECT id, fingerprint, forgotten_at FROM forgotten_memories WHERE user_id = $1
        """
    fileprivate static let selectFirstForgotten = SQLStatement("\(selectForgotten) ORDER BY id LIMIT $2")
    fileprivate static let selectForgottenAfter = SQLStatement("\(selectForgotten) AND id > $2 ORDER BY id LIMIT $3")
    fileprivate static let selectForgottenSourcesOfPage = SQLStatement(
        """
        SELECT \(sourceColumns) FROM forgotten_sources
        WHERE user_id = $1 AND memory_id BETWEEN $2 AND $3 ORDER BY memory_id, ordinal
        """)
}
