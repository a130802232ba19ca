#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// What a person has subscribed to, as the host's payments say.
public struct Subscription: Sendable, Hashable {
    public let user: User.ID
    /// The name of a tier of the plan. One that the plan has no more counts as its base.
    public var tier: String
    public var startedAt: Date
    /// Until when it is paid for; nil is without an end.
    public var endsAt: Date?
    /// A change that is to come.
    public var next: Change?
    /// What this person may do beyond the tier, or less: at most 16.
    public var overrides: [EntitlementOverride]
    /// What the host's payments call it: at most 256 bytes; empty is nothing.
    public var reference: String
    public var updatedAt: Date

    public struct Change: Sendable, Hashable {
        public var tier: String
        public var at: Date

        public init(tier: String, at: Date) {
            self.tier = tier
            self.at = at
        }
    }

    public init(
        user: User.ID, tier: String, startedAt: Date, endsAt: Date? = nil, next: Change? = nil,
        overrides: [EntitlementOverride] = [], reference: String = "", updatedAt: Date? = nil
    ) {
        self.user = user
        self.tier = tier
        self.startedAt = startedAt
        self.endsAt = endsAt
        self.next = next
        self.overrides = overrides
        self.reference = reference
        self.updatedAt = updatedAt ?? startedAt
    }
}

/// One limit of one person that is another than the tier's.
public struct EntitlementOverride: Sendable, Hashable {
    public var kind: LimitKind
    /// Nil is no limit.
    public var value: Int?
    /// From when it counts no more; nil is never.
    public var endsAt: Date?
    /// Why, for those who look at it later: at most 256 bytes.
    public var reason: String

    public init(_ kind: LimitKind, _ value: Int?, endsAt: Date? = nil, reason: String = "") {
        self.kind = kind
        self.value = value
        self.endsAt = endsAt
        self.reason = reason
    }
}

/// What a person may do at an instant.
public struct Entitlements: Sendable, Hashable {
    public enum Status: Sendable, Hashable {
        /// There is no subscription: the plan's base.
        case base
        case active
        /// It has ended, and still counts.
        case grace(until: Date)
        /// It has ended: the plan's base.
        case expired
    }

    public var tier: Tier
    public var status: Status
    /// The tier's, with what is different for this person.
    public var limits: TierLimits

    init(of subscription: Subscription?, in plan: SubscriptionPlan, at now: Date) {
        (tier, status) = (plan.base, .base)
        if let subscription {
            var name = subscription.tier
            if let next = subscription.next, next.at <= now { name = next.tier }
            (tier, status) = (plan.tier(named: name) ?? plan.base, .active)
            if let end = subscription.endsAt, end <= now {
                let last = end.advanced(by: plan.grace)
                status = now < last ? .grace(until: last) : .expired
                if now >= last { tier = plan.base }
            }
        }
        limits = tier.limits
        for override in subscription?.overrides ?? [] where override.endsAt.map({ now < $0 }) ?? true {
            limits[override.kind] = override.value
        }
    }
}
