internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

struct SQLSubscriptions: SubscriptionRepository {
    let transaction: SQLStoreTransaction

    func subscription(of user: User.ID) throws -> Subscription? {
        try transaction.first(.selectSubscription, [.id(user)]) { try Subscription(of: user, row: $0) }
    }

    func put(_ subscription: Subscription) throws {
        try transaction.write(
            .putSubscription,
            [
                .id(subscription.user), .text(subscription.tier), .timestamp(subscription.startedAt),
                .timestamp(subscription.endsAt), subscription.next.map { .text($0.tier) } ?? .null,
                .timestamp(subscription.next?.at), .json(try KeptOverride.json(subscription.overrides)),
                .text(subscription.reference), .timestamp(subscription.updatedAt),
            ]
        ) { Self.noUser }
    }

    func insert(_ reservation: QuotaReservation) throws {
        try transaction.requireWriting()
        guard try transaction.users.user(reservation.user) != nil else { throw Self.noUser }
        try transaction.write(
            .insertReservation,
            [
                .id(reservation.user), .id(reservation.turn), .integer(reservation.day.number),
                .text(reservation.model), .text(reservation.state.rawValue), .integer(reservation.amount.messages),
                .integer(reservation.amount.promptTokens), .integer(reservation.amount.completionTokens),
                .timestamp(reservation.expiresAt),
            ]
        ) { CompanionError(.conflict, "This turn has a reservation already.") }
    }

    func reservation(_ turn: Turn.ID, of user: User.ID) throws -> QuotaReservation? {
        try transaction.first(.selectReservation, [.id(user), .id(turn)]) { row in
            guard let state = QuotaReservation.State(rawValue: try row.text(2)) else { throw SQLFailure(.corrupt) }
            return QuotaReservation(
                turn: turn, user: user, day: CalendarDay(number: try row.integer(0)), model: try row.text(1),
                state: state, amount: try UsageAmount(row: row, from: 3), expiresAt: try row.timestamp(6))
        }
    }

    func update(_ reservation: QuotaReservation) throws -> Bool {
        try transaction.run(
            .updateReservation,
            [
                .id(reservation.user), .id(reservation.turn), .text(reservation.state.rawValue),
                .integer(reservation.amount.messages), .integer(reservation.amount.promptTokens),
                .integer(reservation.amount.completionTokens), .timestamp(reservation.expiresAt),
            ]) == 1
    }

    func held(of user: User.ID, on days: ClosedRange<CalendarDay>, at now: Date) throws -> UsageAmount {
        // Of one person few are held at a time.
        try transaction.all(
            .selectHeld,
            [.id(user), .integer(days.lowerBound.number), .integer(days.upperBound.number), .timestamp(now)]
        ) {
            try UsageAmount(row: $0, from: 0)
        }.reduce(UsageAmount(), +)
    }

    func deleteReservations(expiredBefore instant: Date, limit: Int) throws -> Int {
        try transaction.requireWriting()
        guard limit > 0 else { return 0 }
        return try transaction.run(.deleteReservations, [.timestamp(instant), .integer(limit)])
    }

    func add(_ amount: UsageAmount, on day: CalendarDay, model: String, of user: User.ID) throws {
        try transaction.write(
            .addUsage,
            [
                .id(user), .integer(day.number), .text(model), .integer(amount.messages),
                .integer(amount.promptTokens), .integer(amount.completionTokens),
            ]
        ) { Self.noUser }
    }

    func usage(of user: User.ID, on days: ClosedRange<CalendarDay>) throws -> [DailyUsage] {
        try transaction.all(
            .selectUsage, [.id(user), .integer(days.lowerBound.number), .integer(days.upperBound.number)]
        ) {
            DailyUsage(
                day: CalendarDay(number: try $0.integer(0)), model: try $0.text(1),
                amount: try UsageAmount(row: $0, from: 2))
        }
    }

    private static var noUser: CompanionError { CompanionError(.notFound, "There is no such user.") }
}

extension Subscription {
    fileprivate init(of user: User.ID, row: some SQLRow) throws {
        var next: Change?
        if let tier = try row.textIfAny(3), let at = try row.timestampIfAny(4) { next = Change(tier: tier, at: at) }
        self.init(
            user: user, tier: try row.text(0), startedAt: try row.timestamp(1), endsAt: try row.timestampIfAny(2),
            next: next, overrides: try KeptOverride.overrides(row.json(5)), reference: try row.text(6),
            updatedAt: try row.timestamp(7))
    }
}

extension UsageAmount {
    fileprivate init(row: some SQLRow, from column: Int) throws {
        self.init(
            messages: try row.integer(column), promptTokens: try row.integer(column + 1),
            completionTokens: try row.integer(column + 2))
    }
}

/// An override as JSON.
private struct KeptOverride: Codable {
    var kind: LimitKind
    var value: Int?
    /// Milliseconds since 1970.
    var endsAt: Int64?
    var reason: String

    static func json(_ overrides: [EntitlementOverride]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let kept = overrides.map {
            Self(kind: $0.kind, value: $0.value, endsAt: $0.endsAt?.millisecondsSince1970, reason: $0.reason)
        }
        return String(decoding: try encoder.encode(kept), as: UTF8.self)
    }

    static func overrides(_ json: String) throws -> [EntitlementOverride] {
        guard let kept = try? JSONDecoder().decode([Self].self, from: Data(json.utf8)) else {
            throw SQLFailure(.corrupt)
        }
        return kept.map {
            EntitlementOverride(
                $0.kind, $0.value, endsAt: $0.endsAt.map { Date(millisecondsSince1970: $0) }, reason: $0.reason)
        }
    }
}

extension SQLStatement {
    private static let subscriptionColumns =
        "tier, started_at, ends_at, next_tier, next_at, overrides, reference, updated_at"
    fileprivate static let selectSubscription = SQLStatement(
        """
        SELECT \(subscriptionColumns) FROM subscriptions
        WHERE user_id = $1 AND EXISTS (SELECT 1 FROM users WHERE users.id = $1 AND \(isStaying))
        """)
    fileprivate static let putSubscription = SQLStatement(
        """
        INSERT INTO subscriptions (user_id, \(subscriptionColumns))
        SELECT id, $2, $3, $4, $5, $6, $7, $8, $9 FROM users WHERE id = $1 AND \(isStaying)
        ON CONFLICT (user_id) DO UPDATE SET tier = excluded.tier, started_at = excluded.started_at,
            ends_at = excluded.ends_at, next_tier = excluded.next_tier, next_at = excluded.next_at,
            overrides = excluded.overrides, reference = excluded.reference, updated_at = excluded.updated_at
        """)
    private static let amountColumns = "messages, prompt_tokens, completion_tokens"
    fileprivate static let insertReservation = SQLStatement(
        """
        INSERT INTO quota_reservations (user_id, turn_id, day, model, state, \(amountColumns), expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING
        """)
    fileprivate static let selectReservation = SQLStatement(
        """
        SELECT day, model, state, \(amountColumns), expires_at FROM quota_reservations
        WHERE user_id = $1 AND turn_id = $2
        """)
    fileprivate static let updateReservation = SQLStatement(
        """
        UPDATE quota_reservations SET state = $3, messages = $4, prompt_tokens = $5, completion_tokens = $6,
            expires_at = $7 WHERE user_id = $1 AND turn_id = $2
        """)
    fileprivate static let selectHeld = SQLStatement(
        """
        SELECT \(amountColumns) FROM quota_reservations
        WHERE user_id = $1 AND state = 'held' AND day BETWEEN $2 AND $3 AND expires_at > $4
        """)
    fileprivate static let deleteReservations = SQLStatement(
        """
        DELETE FROM quota_reservations WHERE (user_id, turn_id) IN (
            SELECT user_id, turn_id FROM quota_reservations WHERE expires_at < $1
            ORDER BY expires_at, user_id, turn_id LIMIT $2)
        """)
    fileprivate static let addUsage = SQLStatement(
        """
        INSERT INTO usage_days (user_id, day, model, \(amountColumns))
        SELECT id, $2, $3, \(notNegative("$4")), \(notNegative("$5")), \(notNegative("$6"))
        FROM users WHERE id = $1 AND \(isStaying)
        ON CONFLICT (user_id, day, model) DO UPDATE SET messages = \(notNegative("usage_days.messages + $4")),
            prompt_tokens = \(notNegative("usage_days.prompt_tokens + $5")),
            completion_tokens = \(notNegative("usage_days.completion_tokens + $6"))
        """)
    fileprivate static let selectUsage = SQLStatement(
        """
        SELECT day, model, \(amountColumns) FROM usage_days WHERE user_id = $1 AND day BETWEEN $2 AND $3
        ORDER BY day, model
        """)

    private static func notNegative(_ number: String) -> String { "CASE WHEN \(number) > 0 THEN \(number) ELSE 0 END" }
}
