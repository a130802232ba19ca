/// What moderation has kept, for those who look after a house.
public struct ModerationService: Sendable {
    let context: CompanionContext

    /// What was decided about anybody's messages and replies, the newest first: whom it is about, where it was said and why,
    /// and never what.
    ///
    /// - Parameters:
    ///   - action: Decisions of this kind alone; nil: of any.
    ///   - id: Decisions that are older than this one; nil: from the newest.
    ///   - limit: 1 to 500.
    /// - Throws: `forbidden` where `moderator` has not at least the role of a moderator.
    public func records(
        _ action: ModerationAction? = nil, before id: ModerationRecord.ID? = nil, limit: Int = 100,
        by moderator: User.ID
    ) async throws -> [ModerationRecord] {
        let limit = try Checked.limit(limit)
        return try await context.store.read { transaction in
            try transaction.users.require(moderator).require(.moderator)
            return try transaction.moderation.records(action, before: id, limit: limit)
        }
    }

    /// The years' numbers of all processes on this store; they name nobody.
    public func counters() async throws -> ModerationCounters {
        try await context.store.read { try $0.moderation.counters() }
    }
}
