/// What a host offers: its tiers, and the rules that go with them.
///
/// ```swift
/// let plan = try SubscriptionPlan(
///     tiers: [
///         Tier("free", title: "Free", limits: .init(messagesPerDay: 20)),
///         Tier("plus", title: "Plus", limits: .init(messagesPerDay: 500, tokensPerMonth: 20_000_000)),
///     ])
/// ```
public struct SubscriptionPlan: Sendable {
    /// 1 to 64, of different names. The first is what people have without a subscription.
    public let tiers: [Tier]
    /// How long somebody keeps a tier after the subscription's end, so that a late payment takes nothing away.
    public let grace: Duration
    /// How long a turn may take before what it has reserved is free again, where the process died meanwhile. Must be longer
    /// than any turn.
    public let reservationDuration: Duration
    /// How long a settled reservation is kept, so that it can be refunded.
    public let receiptDuration: Duration
    /// Nil: the rates of tiers limit nobody.
    public let rateLimiter: (any RateLimiter)?

    /// - Throws: `invalidInput` where a value is out of its bounds.
    public init(
        tiers: [Tier] = Tier.examples, grace: Duration = .seconds(3 * 86_400),
        reservationDuration: Duration = .seconds(900), receiptDuration: Duration = .seconds(40 * 86_400),
        rateLimiter: (any RateLimiter)? = nil
    ) throws(CompanionError) {
        guard (1...64).contains(tiers.count), Set(tiers.map(\.name)).count == tiers.count else {
            throw CompanionError(.invalidInput, "A plan has 1 to 64 tiers of different names.")
        }
        for tier in tiers {
            guard tier.name.isPlainName else {
                throw CompanionError(
                    .invalidInput,
                    "A tier's name has 1 to 64 lower-case letters, digits, '-', '_' and '.'; one of the given has not.")
            }
            _ = try Checked.line(tier.title, "The title of the tier \(tier.name)", 1...128)
            try tier.limits.check(of: "the tier \(tier.name)")
        }
        let year = Duration.seconds(366 * 86_400)
        guard (.zero...year).contains(grace), (.seconds(1)...year).contains(reservationDuration),
            (.zero...year).contains(receiptDuration)
        else {
            throw CompanionError(
                .invalidInput, "A plan's durations are of a year at most, and its reservations' 1 s at least.")
        }
        self.init(
            checked: tiers, grace: grace, reservationDuration: reservationDuration, receiptDuration: receiptDuration,
            rateLimiter: rateLimiter)
    }

    private init(
        checked tiers: [Tier], grace: Duration, reservationDuration: Duration, receiptDuration: Duration,
        rateLimiter: (any RateLimiter)?
    ) {
        self.tiers = tiers
        self.grace = grace
        self.reservationDuration = reservationDuration
        self.receiptDuration = receiptDuration
        self.rateLimiter = rateLimiter
    }

    /// Nobody is limited, and what everybody has used is counted.
    public static let unlimited = SubscriptionPlan(
        checked: [.unlimited], grace: .zero, reservationDuration: .seconds(900), receiptDuration: .zero,
        rateLimiter: nil)

    /// What people have without a subscription.
    public var base: Tier { tiers[0] }

    public func tier(named name: String) -> Tier? { tiers.first { $0.name == name } }
}
