#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// What moderation keeps: decisions for moderators to look at, what it remembers of people, and numbers that name nobody.
public protocol ModerationRepository {
    /// What is remembered of a person: blank where nothing is, nil where there is no such person, or one who is leaving.
    func state(of user: User.ID) throws -> ModerationState?

    /// Keeps or replaces what is remembered of a person. Throws `notFound` where there is no such person.
    func put(_ state: ModerationState, of user: User.ID) throws

    /// Keeps a decision. Throws `conflict` where the identifier exists, `notFound` where there is no such person.
    func append(_ record: ModerationRecord) throws

    /// At most `limit` decisions about what one person wrote and was answered, with identifiers after `id`, in their order,
    /// which is that of their making.
    func records(of user: User.ID, after id: ModerationRecord.ID?, limit: Int) throws -> [ModerationRecord]

    /// For moderators: at most `limit` decisions about anybody, of one action or (nil) of any, with identifiers before `id`
    /// (nil: from the end), the newest first.
    func records(
        _ action: ModerationAction?, before id: ModerationRecord.ID?, limit: Int
    ) throws -> [ModerationRecord]

    /// Deletes at most `limit` decisions that were made before an instant, the oldest first; how many it deleted.
    func deleteRecords(before instant: Date, limit: Int) throws -> Int

    /// Adds to the numbers.
    func add(_ counters: ModerationCounters) throws

    /// The numbers of all years.
    func counters() throws -> ModerationCounters
}
