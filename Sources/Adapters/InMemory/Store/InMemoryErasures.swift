internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

struct InMemoryErasures: ErasureRepository {
    let transaction: InMemoryTransaction
    private var tables: Tables { transaction.tables }

    init(transaction: InMemoryTransaction) { self.transaction = transaction }

    func begin(_ erasure: Erasure) throws -> Erasure {
        try transaction.requireWriting()
        guard let user = erasure.user else {
            throw CompanionError(.invalidInput, "An erasure begins with whom it is about.")
        }
        if let standing = try self.erasure(of: user) { return standing }
        guard tables.users[user] != nil else { throw CompanionError(.notFound, "There is no such user.") }
        guard tables.erasures[erasure.id] == nil else {
            throw CompanionError(.conflict, "An erasure with this identifier exists already.")
        }
        let stored = erasure.replacing(user: user, finishedAt: nil)
        tables.erasures[erasure.id] = stored
        tables.erasureIDs.insert(erasure.id, in: .all)
        tables.erasuresByUser[user] = erasure.id
        return stored
    }

    func erasure(_ id: Erasure.ID) throws -> Erasure? { tables.erasures[id] }

    func erasure(of user: User.ID) throws -> Erasure? { tables.erasuresByUser[user].flatMap { tables.erasures[$0] } }

    func erasures(after id: Erasure.ID?, limit: Int) throws -> [Erasure] {
        tables.erasureIDs.first(limit, in: .all, after: id).compactMap { tables.erasures[$0] }
    }

    func update(_ erasure: Erasure) throws {
        try transaction.requireWriting()
        guard var stored = tables.erasures[erasure.id], stored.user != nil else { throw Self.noErasure }
        stored.settlesAt = erasure.settlesAt.wholeMilliseconds
        stored.erased = erasure.erased
        tables.erasures[erasure.id] = stored
    }

    func eraseSome(of user: User.ID, limit: Int) throws -> [String: Int] {
        try transaction.requireWriting()
        guard tables.erasuresByUser[user] != nil else { throw Self.noErasure }
        let before = traces(of: user)
        for chat in tables.chatsByUser.first(limit, in: user, after: nil) {
            _ = try transaction.chats.delete(chat.id, of: user)
        }
        for memory in tables.memoriesByUser.first(limit, in: user, after: nil) {
            tables.replace(tables.memories[memory], with: nil)
        }
        if tables.memoriesByUser.elements(in: user).isEmpty {
            for stamp in tables.memoriesByRevision.removeAll(in: user) {
                if let id = stamp.id { tables.memoryStamps[id] = nil }
            }
        }
        tables.memoryRevisions[user] = nil
        for id in tables.forgottenByUser.removeAll(in: user) { tables.forgotten[id] = nil }
        for job in jobs(of: user) { tables.replace(job, with: nil) }
        for id in tables.moderationRecordsByUser.first(limit, in: user, after: nil) {
            if let record = tables.moderationRecords[id] { tables.delete(record) }
        }
        tables.moderationStates[user] = nil
        for id in tables.charactersByOwner.first(limit, in: user, after: nil)
        where tables.chatsByCharacter.first(1, in: id, after: nil).isEmpty {
            _ = try transaction.characters.delete(id, of: user)
        }
        tables.accounts.erase(user)
        tables.subscriptions.erase(user, limit: limit)
        tables.catalog.erase(user)
        tables.lorebooks.erase(user, limit: limit)
        let after = traces(of: user)
        return before.reduce(into: [:]) { counts, trace in
            let count = trace.value - (after[trace.key] ?? 0)
            if count > 0 { counts[trace.key] = count }
        }
    }

    func remains(of user: User.ID) throws -> [String: Int] {
        var counts = traces(of: user)
        if tables.users[user] != nil { counts[ErasedKind.person] = 1 }
        if tables.erasuresByUser[user] != nil { counts[ErasedKind.erasure] = 1 }
        return counts
    }

    func finish(_ id: Erasure.ID, at now: Date) throws {
        try transaction.requireWriting()
        guard let erasure = tables.erasures[id], let user = erasure.user else { throw Self.noErasure }
        while try !eraseSome(of: user, limit: .max).isEmpty {}
        tables.users[user] = nil
        tables.userIDs.remove(user, from: .all)
        tables.erasuresByUser[user] = nil
        tables.erasures[id] = erasure.replacing(user: nil, finishedAt: now)
    }

    func delete(_ id: Erasure.ID) throws -> Bool {
        try transaction.requireWriting()
        guard tables.erasures[id]?.user == nil, tables.erasures[id] != nil else { return false }
        tables.erasures[id] = nil
        tables.erasureIDs.remove(id, from: .all)
        return true
    }

    /// How many records of each kind there are, but for the person's own.
    private func traces(of user: User.ID) -> [String: Int] {
        let chats = tables.chatsByUser.elements(in: user)
        let counts = [
            "chats": chats.count,
            "messages": chats.reduce(0) { $0 + tables.messagesByChat.elements(in: $1.id).count },
            "summaries": chats.count { tables.summaries[$0.id] != nil },
            "memories": tables.memoriesByUser.elements(in: user).count,
            "memory_writes": tables.memoriesByRevision.elements(in: user).count,
            "memory_revisions": tables.memoryRevisions[user] == nil ? 0 : 1,
            "forgotten_memories": tables.forgottenByUser.elements(in: user).count,
            "jobs": jobs(of: user).count,
            "moderation_records": tables.moderationRecordsByUser.elements(in: user).count,
            "moderation_states": tables.moderationStates[user] == nil ? 0 : 1,
            "character_versions": tables.charactersByOwner.elements(in: user)
                .reduce(0) { $0 + tables.versionsByCharacter.elements(in: $1).count },
            "characters": tables.charactersByOwner.elements(in: user).count,
        ].merging(tables.accounts.traces(of: user)) { first, _ in first }
            .merging(tables.subscriptions.traces(of: user)) { first, _ in first }
            .merging(tables.catalog.traces(of: user)) { first, _ in first }
            .merging(tables.lorebooks.traces(of: user, chats: chats.map(\.id))) { first, _ in first }
        return counts.filter { $0.value > 0 }
    }

    private func jobs(of user: User.ID) -> [Job] {
        tables.jobIDs.elements(in: .all).compactMap { tables.jobs[$0] }.filter { $0.user == user }
    }

    private static var noErasure: CompanionError { CompanionError(.notFound, "No such erasure goes on.") }
}

extension Erasure {
    /// With times as they are kept.
    fileprivate func replacing(user: User.ID?, finishedAt: Date?) -> Erasure {
        Erasure(
            id: id, user: user, requestedAt: requestedAt.wholeMilliseconds, settlesAt: settlesAt.wholeMilliseconds,
            finishedAt: finishedAt?.wholeMilliseconds, erased: erased)
    }
}
