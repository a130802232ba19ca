#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// What people have subscribed to, may do, and have used. Needs a ``SubscriptionPlan``: without one everybody may do
/// everything, nothing is counted, and these methods throw `unsupported`.
///
/// Nothing here asks who calls: it is for the host, whose payments decide.
public struct SubscriptionService: Sendable {
    let context: CompanionContext

    public func plan() throws -> SubscriptionPlan { try gate().plan }

    // MARK: Subscriptions

    /// The person's subscription; nil where there is none. Throws `notFound`.
    public func subscription(of user: User.ID) async throws -> Subscription? {
        _ = try gate()
        return try await row(user)
    }

    /// Gives a person a tier from now on. What was used in this day and month still counts, against the new limits; what was
    /// to change later does not any more; overrides stay.
    ///
    /// - Parameters:
    ///   - tier: The name of one of the plan's.
    ///   - end: Until when it is paid for; nil is without an end.
    ///   - reference: What the host's payments call it: at most 256 bytes.
    @discardableResult
    public func subscribe(
        _ user: User.ID, to tier: String, until end: Date? = nil, reference: String = ""
    ) async throws -> Subscription {
        try check(tier)
        let reference = try Checked.text(reference, "The reference", maximumBytes: 256)
        return try await change(user) { subscription, now in
            if subscription.tier != tier { subscription.startedAt = now }
            subscription.tier = tier
            subscription.endsAt = end
            subscription.next = nil
            subscription.reference = reference
        }
    }

    /// Sets until when a subscription is paid for; nil is without an end. Throws `notFound` where there is none.
    @discardableResult
    public func renew(_ user: User.ID, until end: Date?) async throws -> Subscription {
        try await change(user, mustExist: true) { subscription, _ in subscription.endsAt = end }
    }

    /// Ends a subscription at once, without grace. Throws `notFound` where there is none. To let it run out, leave it
    /// without renewing.
    @discardableResult
    public func end(_ user: User.ID) async throws -> Subscription {
        let grace = try gate().plan.grace
        return try await change(user, mustExist: true) { subscription, now in
            subscription.endsAt = now.advanced(by: .zero - grace)
            subscription.next = nil
        }
    }

    /// Changes the tier at a later instant, such as the end of the period that is paid for; nil takes that back. Throws
    /// `notFound` where there is no subscription.
    @discardableResult
    public func change(_ user: User.ID, to next: Subscription.Change?) async throws -> Subscription {
        if let next { try check(next.tier) }
        return try await change(user, mustExist: true) { subscription, now in
            // What was due is done before it is forgotten.
            if let due = subscription.next, due.at <= now {
                (subscription.tier, subscription.startedAt) = (due.tier, due.at)
            }
            subscription.next = next.map { .init(tier: $0.tier, at: $0.at.wholeMilliseconds) }
        }
    }

    /// Lets one person do more than the tier allows, or less. Takes the place of an earlier override of that limit.
    @discardableResult
    public func override(_ user: User.ID, _ override: EntitlementOverride) async throws -> Subscription {
        if let value = override.value, !override.kind.range.contains(value) {
            throw CompanionError(
                .invalidInput,
                "The limit \(override.kind) must be between \(override.kind.range.lowerBound) and \(override.kind.range.upperBound)."
            )
        }
        var kept = override
        kept.reason = try Checked.text(override.reason, "The reason", maximumBytes: 256)
        kept.endsAt = override.endsAt?.wholeMilliseconds
        return try await change(user) { [kept] subscription, _ in
            subscription.overrides.removeAll { $0.kind == kept.kind }
            subscription.overrides.append(kept)
        }
    }

    /// Takes back what was different for one person.
    @discardableResult
    public func removeOverride(_ user: User.ID, of kind: LimitKind) async throws -> Subscription {
        try await change(user) { subscription, _ in subscription.overrides.removeAll { $0.kind == kind } }
    }

    // MARK: Use

    /// What the person may do now. Throws `notFound`.
    public func entitlements(of user: User.ID) async throws -> Entitlements {
        let (gate, now) = (try gate(), context.clock.stamp)
        return Entitlements(of: try await row(user), in: gate.plan, at: now)
    }

    /// What the person may do, has done today and this month, and has left. Throws `notFound`.
    public func usage(of user: User.ID) async throws -> UsageSummary {
        let (gate, now) = (try gate(), context.clock.stamp)
        return try await read(user) { transaction, person in
            let entitlements = try gate.entitlements(of: user, in: transaction, at: now)
            let (limits, calendar) = (entitlements.limits, gate.calendar(of: person))
            let day = calendar.day(of: now)
            let subscriptions = transaction.subscriptions
            let month = try subscriptions.usage(of: user, on: day.month)
            let today = month.lazy.filter { $0.day == day }.reduce(UsageAmount()) { $0 + $1.amount }
            let all = month.reduce(UsageAmount()) { $0 + $1.amount }
            return UsageSummary(
                entitlements: entitlements, day: day,
                messagesToday: .init(
                    used: today.messages, held: try subscriptions.held(of: user, on: day...day, at: now).messages,
                    limit: limits.messagesPerDay, resetsAt: calendar.start(of: CalendarDay(number: day.number + 1))),
                tokensThisMonth: .init(
                    used: all.tokens, held: try subscriptions.held(of: user, on: day.month, at: now).tokens,
                    limit: limits.tokensPerMonth,
                    resetsAt: calendar.start(of: CalendarDay(number: day.month.upperBound.number + 1))),
                characters: .init(
                    used: try transaction.characters.count(of: user), held: 0, limit: limits.characters),
                memories: .init(used: try transaction.memories.count(of: user), held: 0, limit: limits.memories))
        }
    }

    /// What the person has used, by day and model. Throws `notFound`.
    ///
    /// - Parameter days: At most 400; nil is the last 30.
    public func history(
        of user: User.ID, on days: ClosedRange<CalendarDay>? = nil
    ) async throws -> [DailyUsage] {
        if let days, days.upperBound.number - days.lowerBound.number >= 400 {
            throw CompanionError(.invalidInput, "The history of at most 400 days is given at once.")
        }
        let (gate, now) = (try gate(), context.clock.stamp)
        return try await read(user) { transaction, person in
            let today = gate.calendar(of: person).day(of: now)
            return try transaction.subscriptions.usage(
                of: user, on: days ?? CalendarDay(number: today.number - 29)...today)
        }
    }

    /// Gives back what a turn has cost, such as when a person complains about a reply.
    ///
    /// - Returns: False where it was given back already.
    /// - Throws: `notFound` where the turn is not known, goes on, or is older than the plan's ``SubscriptionPlan/receiptDuration``.
    @discardableResult
    public func refund(_ turn: Turn.ID, of user: User.ID) async throws -> Bool {
        _ = try gate()
        return try await context.store.transaction { transaction in
            guard var reservation = try transaction.subscriptions.reservation(turn, of: user),
                reservation.state != .held
            else { throw CompanionError(.notFound, "There is no receipt of this turn.") }
            guard reservation.state == .settled else { return false }
            reservation.state = .refunded
            _ = try transaction.subscriptions.update(reservation)
            try transaction.subscriptions.add(
                -reservation.amount, on: reservation.day, model: reservation.model, of: user)
            return true
        }
    }

    /// Deletes reservations that nobody will settle, and receipts that have become old. Done by ``Companion/run()``.
    func deleteExpired() async throws {
        guard context.quotas != nil else { return }
        let (now, page) = (context.clock.stamp, 500)
        while try await context.store.transaction({
            try $0.subscriptions.deleteReservations(expiredBefore: now, limit: page)
        }) == page {}
    }

    // MARK: How

    private func gate() throws -> QuotaGate {
        guard let quotas = context.quotas else {
            throw CompanionError(.unsupported, "This companion has no subscription plan; give it one.")
        }
        return quotas
    }

    private func check(_ tier: String) throws {
        guard try gate().plan.tier(named: tier) != nil else {
            throw CompanionError(.invalidInput, "The plan has no tier of that name.")
        }
    }

    private func row(_ user: User.ID) async throws -> Subscription? {
        // Who has one is there.
        if let subscription = try await context.rows.subscription(of: user) { return subscription }
        guard try await context.rows.user(user) != nil else { throw CompanionError.noUser(user) }
        return nil
    }

    private func read<Value: Sendable>(
        _ user: User.ID, _ body: @Sendable (any StoreTransaction, User) throws -> Value
    ) async throws -> Value {
        _ = try gate()
        return try await context.store.read { try body($0, try $0.users.require(user)) }
    }

    private func change(
        _ user: User.ID, mustExist: Bool = false, _ body: @Sendable (inout Subscription, Date) -> Void
    ) async throws -> Subscription {
        let plan = try gate().plan
        let now = context.clock.stamp
        return try await context.store.transaction { transaction in
            _ = try transaction.users.require(user)
            let known = try transaction.subscriptions.subscription(of: user)
            if mustExist, known == nil {
                throw CompanionError(.notFound, "This person has no subscription.")
            }
            var subscription = known ?? Subscription(user: user, tier: plan.base.name, startedAt: now)
            body(&subscription, now)
            subscription.endsAt = subscription.endsAt?.wholeMilliseconds
            subscription.updatedAt = now
            try transaction.subscriptions.put(subscription)
            return subscription
        }
    }
}
