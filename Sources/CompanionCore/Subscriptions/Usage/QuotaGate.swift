#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The plan at work in a turn: who may have which model, reserves what a turn may cost, and settles what it did.
struct QuotaGate: Sendable {
    let plan: SubscriptionPlan
    private let zones = TimeZones()

    init(plan: SubscriptionPlan) { self.plan = plan }

    func entitlements(of user: User.ID, in transaction: any StoreTransaction, at now: Date) throws -> Entitlements {
        Entitlements(of: try transaction.subscriptions.subscription(of: user), in: plan, at: now)
    }

    func calendar(of user: User) -> PersonalCalendar { zones.calendar(in: user.preferences.timeZone) }

    // MARK: Rates

    /// Throws `rateLimited` where the person's turns follow each other too fast.
    func admit(_ user: User.ID, in context: CompanionContext) async throws {
        guard let limiter = plan.rateLimiter, plan.tiers.contains(where: { !$0.limits.rates.isEmpty }) else { return }
        let now = context.clock.stamp
        let rates = Entitlements(of: try await context.rows.subscription(of: user), in: plan, at: now).limits.rates
        guard !rates.isEmpty else { return }
        let decision = try await limiter.take(1, for: .user(user), within: rates)
        guard !decision.isAllowed else { return }
        throw CompanionError(
            .rateLimited, "These are too many turns in too short a time; wait a moment.",
            retry: decision.retryAfter.map { .after($0) } ?? .never)
    }

    // MARK: Quotas

    /// Takes a message and so many tokens from what the person has left.
    ///
    /// - Throws: ``QuotaRefusal`` where there is not that much left.
    func reserve(
        _ tokens: (prompt: Int, reply: Int), for turn: Turn.ID, by user: User, as entitlements: Entitlements,
        model: String, in transaction: any StoreTransaction, at now: Date
    ) throws {
        let limits = entitlements.limits
        guard limits.messagesPerDay != nil || limits.tokensPerMonth != nil || plan.receiptDuration > .zero else {
            return
        }
        let calendar = calendar(of: user)
        let day = calendar.day(of: now)
        let amount = UsageAmount(messages: 1, promptTokens: tokens.prompt, completionTokens: tokens.reply).bounded
        if let limit = limits.messagesPerDay {
            let taken = try taken(by: user.id, on: day...day, in: transaction, at: now).messages
            guard taken + amount.messages <= limit else {
                throw refusal(
                    "All \(limit) messages of today are used", until: CalendarDay(number: day.number + 1), calendar, now
                )
            }
        }
        if let limit = limits.tokensPerMonth {
            let taken = try taken(by: user.id, on: day.month, in: transaction, at: now).tokens
            guard taken + amount.tokens <= limit else {
                throw refusal(
                    "Of the \(limit) tokens of this month, \(max(0, limit - taken)) are left, and this takes up to \(amount.tokens)",
                    until: CalendarDay(number: day.month.upperBound.number + 1), calendar, now)
            }
        }
        try transaction.subscriptions.insert(
            QuotaReservation(
                turn: turn, user: user.id, day: day, model: model, amount: amount,
                expiresAt: now.advanced(by: plan.reservationDuration)))
    }

    /// What is used and what is reserved.
    private func taken(
        by user: User.ID, on days: ClosedRange<CalendarDay>, in transaction: any StoreTransaction, at now: Date
    ) throws -> UsageAmount {
        let used = try transaction.subscriptions.usage(of: user, on: days)
        return try used.reduce(transaction.subscriptions.held(of: user, on: days, at: now)) { $0 + $1.amount }
    }

    private func refusal(
        _ what: String, until day: CalendarDay, _ calendar: PersonalCalendar, _ now: Date
    ) -> QuotaRefusal {
        let start = calendar.start(of: day)
        let wait = Duration.milliseconds(max(0, start.millisecondsSince1970 - now.millisecondsSince1970))
        return QuotaRefusal(
            error: CompanionError(
                .limitExceeded, "\(what); more come on \(day), at \(CivilTime(start).iso8601).", retry: .after(wait)))
    }

    /// Exchanges what a turn had reserved for what it cost, in the transaction that keeps its reply.
    func settle(
        _ turn: Turn.ID, by user: User, model: String, amount: UsageAmount, in transaction: any StoreTransaction,
        at now: Date
    ) throws {
        let amount = amount.bounded
        // Nothing is counted any more of somebody who is leaving.
        guard try transaction.users.user(user.id) != nil else { return }
        var day = calendar(of: user).day(of: now)
        if var reservation = try transaction.subscriptions.reservation(turn, of: user.id) {
            day = reservation.day
            reservation.state = .settled
            reservation.amount = amount
            reservation.expiresAt = now.advanced(by: plan.receiptDuration)
            _ = try transaction.subscriptions.update(reservation)
        }
        guard amount != UsageAmount() else { return }
        try transaction.subscriptions.add(amount, on: day, model: model, of: user.id)
    }

    // MARK: Things kept

    /// Throws `limitExceeded` where the person keeps as many as the tier allows.
    func requireRoom(
        for kind: LimitKind, keeping count: () throws -> Int, of user: User.ID, in transaction: any StoreTransaction,
        at now: Date
    ) throws {
        guard let limit = try entitlements(of: user, in: transaction, at: now).limits[kind], try count() >= limit else {
            return
        }
        throw CompanionError(
            .limitExceeded, "At most \(limit) \(kind) can be kept; delete some, or choose a tier that allows more.")
    }
}

/// A turn is refused because its person has nothing left; told from errors of the store, because somebody in a crisis is
/// helped all the same.
struct QuotaRefusal: Error {
    let error: CompanionError
}

extension UsageAmount {
    /// Within what no sum overflows, whatever a provider says.
    fileprivate var bounded: UsageAmount {
        func bound(_ number: Int) -> Int { min(max(0, number), 1_000_000_000) }
        return UsageAmount(
            messages: bound(messages), promptTokens: bound(promptTokens), completionTokens: bound(completionTokens))
    }
}
