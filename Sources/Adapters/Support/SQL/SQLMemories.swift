internal import CompanionCore

/// Memories with their sources; reading is in `SQLMemories+Reading.swift`.
struct SQLMemories: MemoryRepository {
    let transaction: SQLStoreTransaction

    // MARK: Writing

    func insert(_ memory: Memory) throws {
        try transaction.requireWriting()
        try requireUser(memory.user)
        try countRevision(of: memory.user)
        try transaction.write(.insertWrite, [.id(memory.user), .id(memory.id)]) {
            transaction.halfDone(CompanionError(.conflict, "There is, or was, a memory with this identifier."))
        }
        try transaction.write(
            .insertMemory, [.id(memory.user), .id(memory.id)] + memory.storedValues + [.timestamp(memory.createdAt)])
        try insertSources(of: memory)
    }

    func update(_ memory: Memory) throws {
        try transaction.write(
            .updateMemory, [.id(memory.user), .id(memory.id)] + memory.storedValues
        ) { CompanionError(.notFound, "There is no such memory.") }
        let known = try sources(of: memory.id, of: memory.user, .selectSources)
        if known != memory.sources.map(\.asStored) {
            try transaction.write(.deleteSources, [.id(memory.user), .id(memory.id)])
            try insertSources(of: memory)
        }
        try stamp(memory.id, of: memory.user)
    }

    func delete(_ id: Memory.ID, of user: User.ID) throws -> Bool {
        guard try transaction.run(.deleteMemory, [.id(user), .id(id)]) == 1 else { return false }
        try stamp(id, of: user)
        return true
    }

    private func insertSources(of memory: Memory) throws {
        for (ordinal, source) in memory.sources.enumerated() {
            let values: [SQLValue] =
                switch source {
                case .message(let source): source.storedValues
                case .person(let time): [.null, .null, .null, .timestamp(time)]
                }
            try transaction.write(
                .insertSource, [.id(memory.user), .id(memory.id), .integer(ordinal)] + values)
        }
    }

    // MARK: Counting

    private func countRevision(of user: User.ID) throws { try transaction.write(.countRevision, [.id(user)]) }

    private func stamp(_ id: Memory.ID, of user: User.ID) throws {
        try countRevision(of: user)
        try transaction.write(.updateWrite, [.id(user), .id(id)])
    }

    // MARK: Forgetting

    func insert(_ forgotten: ForgottenMemory) throws {
        try transaction.requireWriting()
        try requireUser(forgotten.user)
        try transaction.write(
            .insertForgotten,
            [
                .id(forgotten.user), .id(forgotten.id), .bytes(forgotten.fingerprint.flatMap(\.bytes)),
                .timestamp(forgotten.forgottenAt),
            ]
        ) { CompanionError(.conflict, "A memory with this identifier was forgotten already.") }
        for (ordinal, source) in forgotten.messages.enumerated() {
            try transaction.write(
                .insertForgottenSource,
                [.id(forgotten.user), .id(forgotten.id), .integer(ordinal)] + source.storedValues)
        }
        try countRevision(of: forgotten.user)
    }

    func deleteForgotten(_ id: Memory.ID, of user: User.ID) throws -> Bool {
        guard try transaction.run(.deleteForgotten, [.id(user), .id(id)]) == 1 else { return false }
        try countRevision(of: user)
        return true
    }

    private func requireUser(_ user: User.ID) throws {
        guard try transaction.first(.userExists, [.id(user)], { try $0.integer(0) }) == 1 else {
            throw CompanionError(.notFound, "The memory's user does not exist: insert the user first.")
        }
    }
}

extension Memory {
    /// All that an update replaces, but for the sources, in the order of the columns.
    fileprivate var storedValues: [SQLValue] {
        let only: CompanionCharacter.ID? = if case .character(let only) = scope { only } else { nil }
        return [
            .id(only), .text(kind.description), .text(text), .real(importance), .integer(strength),
            .boolean(isPinned), .timestamp(validAt), invalidAt.map { .timestamp($0) } ?? .null, .id(supersededBy),
            .timestamp(updatedAt),
        ]
    }
}

extension MemorySource {
    /// With its time in whole milliseconds.
    fileprivate var asStored: MemorySource {
        switch self {
        case .message(var source):
            source.saidAt = source.saidAt.wholeMilliseconds
            return .message(source)
        case .person(let time): return .person(at: time.wholeMilliseconds)
        }
    }
}

extension MemorySource.MessageSource {
    fileprivate var storedValues: [SQLValue] { [.id(chat), .id(message), .integer(sequence), .timestamp(saidAt)] }
}

extension UInt64 {
    /// The least significant byte first.
    fileprivate var bytes: [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: self >> ($0 * 8)) } }
}

extension SQLStatement {
    fileprivate static let countRevision = SQLStatement(
        """
        INSERT INTO memory_revisions (user_id, revision) VALUES ($1, 1)
        ON CONFLICT (user_id) DO UPDATE SET revision = memory_revisions.revision + 1
        """)
    /// The person's revision, which was counted up before: so nobody waits for it.
    private static let revision = "(SELECT revision FROM memory_revisions WHERE user_id = $1)"
    fileprivate static let insertWrite = SQLStatement(
        """
        INSERT INTO memory_writes (user_id, memory_id, revision) VALUES ($1, $2, \(revision))
        ON CONFLICT DO NOTHING
        """)
    fileprivate static let updateWrite = SQLStatement(
        "UPDATE memory_writes SET revision = \(revision) WHERE user_id = $1 AND memory_id = $2")
    fileprivate static let insertMemory = SQLStatement(
        """
        INSERT INTO memories (user_id, id, character_id, kind, text, importance, strength, is_pinned, valid_at,
            invalid_at, superseded_by, updated_at, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        """)
    fileprivate static let updateMemory = SQLStatement(
        """
        UPDATE memories SET character_id = $3, kind = $4, text = $5, importance = $6, strength = $7, is_pinned = $8,
            valid_at = $9, invalid_at = $10, superseded_by = $11, updated_at = $12
        WHERE user_id = $1 AND id = $2
        """)
    fileprivate static let deleteMemory = SQLStatement("DELETE FROM memories WHERE user_id = $1 AND id = $2")
    fileprivate static let insertSource = SQLStatement(
        """
        INSERT INTO memory_sources (user_id, memory_id, ordinal, chat_id, message_id, sequence, said_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        """)
    fileprivate static let deleteSources = SQLStatement(
        "DELETE FROM memory_sources WHERE user_id = $1 AND memory_id = $2")
    fileprivate static let insertForgotten = SQLStatement(
        """
        INSERT INTO forgotten_memories (user_id, id, fingerprint, forgotten_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT DO NOTHING
        """)
    fileprivate static let deleteForgotten = SQLStatement(
        "DELETE FROM forgotten_memories WHERE user_id = $1 AND id = $2")
    fileprivate static let insertForgottenSource = SQLStatement(
        """
        INSERT INTO forgotten_sources (user_id, memory_id, ordinal, chat_id, message_id, sequence, said_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        """)
}
