internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

struct InMemoryModeration: ModerationRepository {
    let transaction: InMemoryTransaction
    private var tables: Tables { transaction.tables }

    init(transaction: InMemoryTransaction) { self.transaction = transaction }

    func state(of user: User.ID) throws -> ModerationState? {
        guard try transaction.users.user(user) != nil else { return nil }
        return tables.moderationStates[user] ?? ModerationState()
    }

    func put(_ state: ModerationState, of user: User.ID) throws {
        try transaction.requireWriting()
        guard try transaction.users.user(user) != nil else { throw Self.noUser }
        tables.moderationStates[user] = ModerationState(
            disclosure: DisclosureClock(
                lastActivity: state.disclosure.lastActivity?.wholeMilliseconds,
                lastTold: state.disclosure.lastTold?.wholeMilliseconds),
            lastCrisisSign: state.lastCrisisSign?.wholeMilliseconds)
    }

    func append(_ record: ModerationRecord) throws {
        try transaction.requireWriting()
        guard try transaction.users.user(record.user) != nil else { throw Self.noUser }
        guard tables.moderationRecords[record.id] == nil else {
            throw CompanionError(.conflict, "A moderation record with this identifier exists already.")
        }
        tables.moderationRecords[record.id] = ModerationRecord(
            id: record.id, user: record.user, chat: record.chat, turn: record.turn, origin: record.origin,
            decision: record.decision, createdAt: record.createdAt.wholeMilliseconds)
        tables.moderationRecordIDs.insert(record.id, in: .all)
        tables.moderationRecordsByUser.insert(record.id, in: record.user)
    }

    func records(of user: User.ID, after id: ModerationRecord.ID?, limit: Int) throws -> [ModerationRecord] {
        tables.moderationRecordsByUser.first(limit, in: user, after: id).compactMap { tables.moderationRecords[$0] }
    }

    func records(
        _ action: ModerationAction?, before id: ModerationRecord.ID?, limit: Int
    ) throws -> [ModerationRecord] {
        var found: [ModerationRecord] = []
        for id in tables.moderationRecordIDs.last(.max, in: .all, before: id).reversed() {
            guard found.count < limit else { break }
            guard let record = tables.moderationRecords[id] else { continue }
            if action == nil || record.decision.action == action { found.append(record) }
        }
        return found
    }

    func deleteRecords(before instant: Date, limit: Int) throws -> Int {
        try transaction.requireWriting()
        let old = tables.moderationRecordIDs.elements(in: .all).compactMap { tables.moderationRecords[$0] }
            .filter { $0.createdAt < instant }.sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
        let gone = old.prefix(max(0, limit))
        for record in gone { tables.delete(record) }
        return gone.count
    }

    func add(_ counters: ModerationCounters) throws {
        try transaction.requireWriting()
        var sum = tables.moderationCounters[.all] ?? ModerationCounters()
        sum.add(counters)
        tables.moderationCounters[.all] = sum
    }

    func counters() throws -> ModerationCounters { tables.moderationCounters[.all] ?? ModerationCounters() }

    private static var noUser: CompanionError { CompanionError(.notFound, "There is no such user.") }
}

extension Tables {
    func delete(_ record: ModerationRecord) {
        moderationRecords[record.id] = nil
        moderationRecordIDs.remove(record.id, from: .all)
        moderationRecordsByUser.remove(record.id, from: record.user)
    }
}
