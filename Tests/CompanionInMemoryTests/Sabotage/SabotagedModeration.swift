import CompanionCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

struct SabotagedModeration: ModerationRepository {
    let base: any ModerationRepository
    let sabotage: Sabotage

    func state(of user: User.ID) throws -> ModerationState? {
        let state = try base.state(of: user)
        return sabotage == .remembersNobody ? state ?? ModerationState() : state
    }

    func put(_ state: ModerationState, of user: User.ID) throws {
        var state = state
        if sabotage == .forgetsCrises { state.lastCrisisSign = nil }
        do { try base.put(state, of: user) } catch  where sabotage == .swallowsErrors {}
    }

    func append(_ record: ModerationRecord) throws {
        var decision = record.decision
        if sabotage == .dropsReasons { decision.reasons = [] }
        let record = ModerationRecord(
            id: record.id, user: record.user, chat: record.chat, turn: record.turn, origin: record.origin,
            decision: decision, createdAt: record.createdAt)
        do { try base.append(record) } catch  where sabotage == .swallowsErrors {}
    }

    func records(of user: User.ID, after id: ModerationRecord.ID?, limit: Int) throws -> [ModerationRecord] {
        let page = try base.records(of: user, after: id, limit: limit)
        guard sabotage == .pagesInclusively, let id else { return page }
        return try base.records(of: user, after: nil, limit: .max).filter { $0.id == id } + page
    }

    func records(
        _ action: ModerationAction?, before id: ModerationRecord.ID?, limit: Int
    ) throws -> [ModerationRecord] {
        try base.records(sabotage == .mixesActions ? nil : action, before: id, limit: limit)
    }

    func deleteRecords(before instant: Date, limit: Int) throws -> Int {
        try base.deleteRecords(before: sabotage == .deletesAnyDecision ? .distantFuture : instant, limit: limit)
    }

    func add(_ counters: ModerationCounters) throws {
        if sabotage == .overwritesNumbers {
            guard try base.counters().years.isEmpty else { return }
        }
        try base.add(counters)
    }

    func counters() throws -> ModerationCounters { try base.counters() }
}
