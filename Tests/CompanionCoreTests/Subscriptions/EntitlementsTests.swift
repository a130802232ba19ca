import CompanionCore
import CompanionTesting
import Foundation
import Testing

@testable import CompanionCore

/// What a person may do, as a function of the subscription and the time.
struct EntitlementsTests {
    private let plan: SubscriptionPlan
    private let start = Date(timeIntervalSince1970: 1_748_779_200)
    private let user = IdentifierGenerator().next(User.self)

    init() throws {
        plan = try SubscriptionPlan(
            tiers: [
                Tier("free", title: "Free", limits: .init(messagesPerDay: 5)),
                Tier("plus", title: "Plus", limits: .init(messagesPerDay: 50, memories: 10)), Tier("pro", title: "Pro"),
            ], grace: .seconds(100))
    }

    private func entitlements(_ subscription: Subscription?, after seconds: Double) -> Entitlements {
        Entitlements(of: subscription, in: plan, at: start.addingTimeInterval(seconds))
    }

    @Test("Without a subscription, and with a tier that there is no more, the base holds")
    func base() {
        #expect(entitlements(nil, after: 0).status == .base)
        #expect(entitlements(nil, after: 0).limits.messagesPerDay == 5)
        let gone = Subscription(user: user, tier: "gold", startedAt: start)
        #expect(entitlements(gone, after: 0).tier.name == "free")
    }

    @Test("A subscription holds until its end, then for the time of grace, and not a moment longer")
    func grace() {
        let subscription = Subscription(
            user: user, tier: "plus", startedAt: start, endsAt: start.addingTimeInterval(1_000))
        let last = start.addingTimeInterval(1_100)
        for (seconds, tier, status) in [
            (0, "plus", Entitlements.Status.active), (999.999, "plus", .active), (1_000, "plus", .grace(until: last)),
            (1_099.999, "plus", .grace(until: last)), (1_100, "free", .expired), (1e9, "free", .expired),
        ] {
            let entitlements = entitlements(subscription, after: seconds)
            #expect(entitlements.tier.name == tier && entitlements.status == status, "after \(seconds) s")
        }
    }

    @Test("A change that was planned holds from its instant on")
    func change() {
        let subscription = Subscription(
            user: user, tier: "pro", startedAt: start, next: .init(tier: "plus", at: start.addingTimeInterval(10)))
        #expect(entitlements(subscription, after: 9.999).tier.name == "pro")
        #expect(entitlements(subscription, after: 10).tier.name == "plus")
    }

    @Test("Overrides take the tier's place, for as long as they hold, also when the subscription has ended")
    func overrides() {
        let subscription = Subscription(
            user: user, tier: "plus", startedAt: start, endsAt: start.addingTimeInterval(50),
            overrides: [
                .init(.messagesPerDay, 70, endsAt: start.addingTimeInterval(500)), .init(.memories, nil),
            ])
        #expect(entitlements(subscription, after: 0).limits.messagesPerDay == 70)
        #expect(entitlements(subscription, after: 0).limits.memories == nil)
        #expect(entitlements(subscription, after: 499).limits.messagesPerDay == 70)
        #expect(entitlements(subscription, after: 500).limits.messagesPerDay == 5)
    }

    @Test(
        "A plan whose values are out of their bounds is refused",
        arguments: [
            [], [Tier("a", title: "A"), Tier("a", title: "B")], [Tier("A", title: "A")], [Tier("a", title: "")],
            [Tier("a", title: "A", limits: .init(messagesPerDay: -1))],
            [Tier("a", title: "A", limits: .init(contextTokens: 1_023))],
            [Tier("a", title: "A", limits: .init(models: []))],
            [Tier("a", title: "A", limits: .init(rates: [RateLimit("x", count: 0, per: .seconds(1))]))],
        ] as [[Tier]])
    func bounds(_ tiers: [Tier]) {
        #expect(throws: CompanionError.self) { try SubscriptionPlan(tiers: tiers) }
    }
}
