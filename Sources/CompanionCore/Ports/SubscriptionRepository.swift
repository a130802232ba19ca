#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// What people have subscribed to, and what they have used.
public protocol SubscriptionRepository {
    /// The person's subscription; nil where there is none, no such person, or one who is leaving.
    func subscription(of user: User.ID) throws -> Subscription?

    /// Keeps or replaces a person's subscription. Throws `notFound` where there is no such person, or one who is leaving.
    func put(_ subscription: Subscription) throws

    /// Keeps a reservation. Throws `conflict` where the turn has one, `notFound` where there is no such person, or one who is
    /// leaving.
    func insert(_ reservation: QuotaReservation) throws

    /// The turn's reservation; nil where it has none, or somebody else's.
    func reservation(_ turn: Turn.ID, of user: User.ID) throws -> QuotaReservation?

    /// Replaces state, amount and `expiresAt` of the turn's reservation; false where the person has none of that turn.
    func update(_ reservation: QuotaReservation) throws -> Bool

    /// What the person's reservations hold that count for some days, and still do after `now`.
    func held(of user: User.ID, on days: ClosedRange<CalendarDay>, at now: Date) throws -> UsageAmount

    /// Deletes at most `limit` reservations, of anybody, that expired before an instant; how many it deleted.
    func deleteReservations(expiredBefore instant: Date, limit: Int) throws -> Int

    /// Adds to what a person has used of a model on a day; what is negative takes away, down to zero. Throws `notFound` where
    /// there is no such person, or one who is leaving.
    func add(_ amount: UsageAmount, on day: CalendarDay, model: String, of user: User.ID) throws

    /// What a person has used on some days, in their order, then by the names of models, scalar by scalar.
    func usage(of user: User.ID, on days: ClosedRange<CalendarDay>) throws -> [DailyUsage]
}
