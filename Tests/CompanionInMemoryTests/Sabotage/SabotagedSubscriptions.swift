import CompanionCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

struct SabotagedSubscriptions: SubscriptionRepository {
    let base: any SubscriptionRepository
    let sabotage: Sabotage

    func subscription(of user: User.ID) throws -> Subscription? {
        try base.subscription(of: user)
            ?? (sabotage == .subscribesNobody ? Subscription(user: user, tier: "free", startedAt: .distantPast) : nil)
    }

    func put(_ subscription: Subscription) throws {
        var subscription = subscription
        if sabotage == .dropsOverrides { subscription.overrides = [] }
        do { try base.put(subscription) } catch  where sabotage == .swallowsErrors {}
    }

    func insert(_ reservation: QuotaReservation) throws {
        do { try base.insert(reservation) } catch  where sabotage == .swallowsErrors {}
    }

    func reservation(_ turn: Turn.ID, of user: User.ID) throws -> QuotaReservation? {
        try base.reservation(turn, of: user)
    }

    func update(_ reservation: QuotaReservation) throws -> Bool {
        sabotage == .settlesNothing ? true : try base.update(reservation)
    }

    func held(of user: User.ID, on days: ClosedRange<CalendarDay>, at now: Date) throws -> UsageAmount {
        try base.held(of: user, on: days, at: sabotage == .holdsEverything ? .distantPast : now)
    }

    func deleteReservations(expiredBefore instant: Date, limit: Int) throws -> Int {
        try base.deleteReservations(
            expiredBefore: sabotage == .deletesAnyReservation ? .distantFuture : instant, limit: limit)
    }

    func add(_ amount: UsageAmount, on day: CalendarDay, model: String, of user: User.ID) throws {
        let amount = sabotage == .usesBelowZero ? amount.clamped : amount
        do { try base.add(amount, on: day, model: model, of: user) } catch  where sabotage == .swallowsErrors {}
    }

    func usage(of user: User.ID, on days: ClosedRange<CalendarDay>) throws -> [DailyUsage] {
        try base.usage(of: user, on: days)
    }
}
