internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

struct InMemorySubscriptions: SubscriptionRepository {
    let transaction: InMemoryTransaction
    private var tables: SubscriptionTables { transaction.tables.subscriptions }

    init(transaction: InMemoryTransaction) { self.transaction = transaction }

    func subscription(of user: User.ID) throws -> Subscription? {
        try transaction.users.user(user) == nil ? nil : tables.subscriptions[user]
    }

    func put(_ subscription: Subscription) throws {
        try requireUser(subscription.user)
        var stored = subscription
        stored.startedAt = stored.startedAt.wholeMilliseconds
        stored.endsAt = stored.endsAt?.wholeMilliseconds
        stored.next = stored.next.map { .init(tier: $0.tier, at: $0.at.wholeMilliseconds) }
        stored.updatedAt = stored.updatedAt.wholeMilliseconds
        for index in stored.overrides.indices {
            stored.overrides[index].endsAt = stored.overrides[index].endsAt?.wholeMilliseconds
        }
        tables.subscriptions[subscription.user] = stored
    }

    func insert(_ reservation: QuotaReservation) throws {
        try requireUser(reservation.user)
        let key = Tables.Owned(user: reservation.user, id: reservation.turn)
        guard tables.reservations[key] == nil else {
            throw CompanionError(.conflict, "This turn has a reservation already.")
        }
        tables.replace(nil, with: reservation)
    }

    func reservation(_ turn: Turn.ID, of user: User.ID) throws -> QuotaReservation? {
        tables.reservations[Tables.Owned(user: user, id: turn)]
    }

    func update(_ reservation: QuotaReservation) throws -> Bool {
        try transaction.requireWriting()
        guard let old = try self.reservation(reservation.turn, of: reservation.user) else { return false }
        tables.replace(
            old,
            with: QuotaReservation(
                turn: old.turn, user: old.user, day: old.day, model: old.model, state: reservation.state,
                amount: reservation.amount, expiresAt: reservation.expiresAt))
        return true
    }

    func held(of user: User.ID, on days: ClosedRange<CalendarDay>, at now: Date) throws -> UsageAmount {
        tables.held.elements(in: user).compactMap { tables.reservations[Tables.Owned(user: user, id: $0)] }
            .filter { days.contains($0.day) && $0.expiresAt > now }.reduce(UsageAmount()) { $0 + $1.amount }
    }

    func deleteReservations(expiredBefore instant: Date, limit: Int) throws -> Int {
        try transaction.requireWriting()
        let gone = tables.expiries.first(limit, in: .all, after: nil).prefix { $0.expiresAt < instant }
        for expiry in gone { tables.replace(tables.reservations[expiry.key], with: nil) }
        return gone.count
    }

    func add(_ amount: UsageAmount, on day: CalendarDay, model: String, of user: User.ID) throws {
        try requireUser(user)
        let key = SubscriptionTables.UsageKey(day: day, model: model)
        let place = Tables.Owned(user: user, id: key)
        tables.usage[place] = ((tables.usage[place] ?? UsageAmount()) + amount).clamped
        tables.usageKeys.insert(key, in: user)
    }

    func usage(of user: User.ID, on days: ClosedRange<CalendarDay>) throws -> [DailyUsage] {
        tables.usageKeys.elements(in: user).filter { days.contains($0.day) }.compactMap { key in
            tables.usage[Tables.Owned(user: user, id: key)].map {
                DailyUsage(day: key.day, model: key.model, amount: $0)
            }
        }
    }

    private func requireUser(_ user: User.ID) throws {
        try transaction.requireWriting()
        guard try transaction.users.user(user) != nil else {
            throw CompanionError(.notFound, "There is no such user.")
        }
    }
}
