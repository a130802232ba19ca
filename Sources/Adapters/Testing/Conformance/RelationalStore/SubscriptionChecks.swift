internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension RelationalStoreConformance {
    static let subscriptionChecks: [Check] = [
        check("A subscription is kept whole, as it was put last, in milliseconds") { probe in
            let (ada, bob) = (probe.user(), probe.user("Bob"))
            try await probe.write { for user in [ada, bob] { try $0.users.insert(user) } }
            try await expect(probe.subscription(of: ada), equals: nil, "the subscription at first")
            let subscriptions = [
                probe.subscription(of: ada, "plus"),
                Subscription(
                    user: ada.id, tier: "pro", startedAt: probe.time(1), endsAt: probe.time(2.25),
                    next: .init(tier: "plus", at: probe.time(3)),
                    overrides: [
                        .init(.messagesPerDay, 7, endsAt: probe.time(4.5), reason: "a \"friend\""),
                        .init(.memories, nil),
                    ], reference: "sub_1", updatedAt: probe.time(5)),
                probe.subscription(of: ada, "free"),
            ]
            for subscription in subscriptions {
                try await probe.write { try $0.subscriptions.put(subscription) }
                try await expect(probe.subscription(of: ada), equals: subscription, "the subscription")
            }
            let precise = Subscription(
                user: ada.id, tier: "plus", startedAt: probe.start, endsAt: probe.start.addingTimeInterval(0.000_6))
            try await probe.write { try $0.subscriptions.put(precise) }
            try await expect(
                probe.subscription(of: ada)?.endsAt, equals: precise.endsAt?.wholeMilliseconds, "the end, rounded")
            try await expect(probe.subscription(of: bob), equals: nil, "Bob's subscription")
        },
        check("Nobody subscribes, reserves or uses anything who is not there, or is leaving") { probe in
            let scene = try await probe.scene()
            try await probe.write { try $0.subscriptions.put(probe.subscription(of: scene.user, "plus")) }
            _ = try await probe.write { try $0.erasures.begin(probe.erasure(of: scene.user.id)) }
            for user in [scene.user, probe.user("Nobody")] {
                try await expect(probe.subscription(of: user), equals: nil, "the subscription")
                try await expectError(.notFound, "to subscribe") {
                    try await probe.write { try $0.subscriptions.put(probe.subscription(of: user, "pro")) }
                }
                try await expectError(.notFound, "to reserve") {
                    try await probe.write { try $0.subscriptions.insert(probe.reservation(of: user)) }
                }
                try await expectError(.notFound, "to use something") {
                    try await probe.write {
                        try $0.subscriptions.add(
                            UsageAmount(messages: 1), on: CalendarDay(number: 1), model: "m", of: user.id)
                    }
                }
            }
        },
        check("A reservation is kept as it is, changed in its state, amount and end, and found by its own person") {
            probe in
            let (ada, bob) = try await (probe.scene(), probe.scene("Bob"))
            var reservation = probe.reservation(of: ada.user, day: 3, tokens: 5)
            try await probe.write { [reservation] in try $0.subscriptions.insert(reservation) }
            try await expect(
                probe.read { [reservation] in try $0.subscriptions.reservation(reservation.turn, of: ada.user.id) },
                equals: reservation, "the reservation")
            try await expect(
                probe.read { [reservation] in try $0.subscriptions.reservation(reservation.turn, of: bob.user.id) },
                equals: nil, "the reservation to Bob")
            try await expectError(.conflict, "to reserve twice for a turn") {
                try await probe.write { [reservation] in try $0.subscriptions.insert(reservation) }
            }
            reservation.state = .settled
            reservation.amount = UsageAmount(messages: 1, promptTokens: 2, completionTokens: 3)
            reservation.expiresAt = probe.time(77)
            let (isKept, isKeptOfNobody) = try await probe.write { [reservation] transaction in
                try (
                    transaction.subscriptions.update(reservation),
                    transaction.subscriptions.update(probe.reservation(of: ada.user))
                )
            }
            try expect(isKept && !isKeptOfNobody, "to be told which reservation there is")
            try await expect(
                probe.read { [reservation] in try $0.subscriptions.reservation(reservation.turn, of: ada.user.id) },
                equals: reservation, "the reservation")
        },
        check("What is held is the sum of a person's reservations of those days that are held and not expired") {
            probe in
            let (ada, bob) = try await (probe.scene(), probe.scene("Bob"))
            let days = CalendarDay(number: 3)...CalendarDay(number: 5)
            let counting = [
                probe.reservation(of: ada.user, day: 3, tokens: 1), probe.reservation(of: ada.user, day: 5, tokens: 10),
            ]
            let others = [
                probe.reservation(of: ada.user, day: 2, tokens: 100),
                probe.reservation(of: ada.user, day: 6, tokens: 1_000),
                probe.reservation(of: ada.user, day: 4, tokens: 10_000, until: 8),
                probe.reservation(of: ada.user, .settled, day: 4, tokens: 100_000),
                probe.reservation(of: ada.user, .refunded, day: 4, tokens: 1_000_000),
                probe.reservation(of: bob.user, day: 4, tokens: 10_000_000),
            ]
            try await probe.write { for reservation in counting + others { try $0.subscriptions.insert(reservation) } }
            try await expect(
                probe.read { try $0.subscriptions.held(of: ada.user.id, on: days, at: probe.time(8)) },
                equals: UsageAmount(messages: 2, promptTokens: 11), "what is held")
        },
        check("Reservations that expired before an instant are deleted, and no more than were asked for") { probe in
            let scene = try await probe.scene()
            let reservations = [3.0, 1, 4, 2].map { probe.reservation(of: scene.user, until: $0) }
            try await probe.write { for reservation in reservations { try $0.subscriptions.insert(reservation) } }
            let counts = try await probe.write { transaction in
                try [
                    transaction.subscriptions.deleteReservations(expiredBefore: probe.time(4), limit: 2),
                    transaction.subscriptions.deleteReservations(expiredBefore: probe.time(3), limit: 9),
                    transaction.subscriptions.deleteReservations(expiredBefore: probe.time(9), limit: 0),
                ]
            }
            try expect(counts, equals: [2, 0, 0], "how many were deleted")
            let left = try await probe.read { transaction in
                try reservations.map { try transaction.subscriptions.reservation($0.turn, of: scene.user.id) != nil }
            }
            try expect(left, equals: [true, false, true, false], "what is left")
        },
        check("What was used adds up by day and model, never falls below zero, and is listed in order") { probe in
            let (ada, bob) = try await (probe.scene(), probe.scene("Bob"))
            let amounts: [(day: Int, model: String, amount: UsageAmount)] = [
                (4, "b", UsageAmount(messages: 1, promptTokens: 10, completionTokens: 5)),
                (3, "b", UsageAmount(messages: 1)), (4, "a", UsageAmount(promptTokens: 7)),
                (4, "B", UsageAmount(messages: 2)), (4, "b", UsageAmount(messages: 2, promptTokens: 1)),
                (5, "a", UsageAmount(messages: -3, promptTokens: 4)),
                (3, "b", UsageAmount(messages: -5, completionTokens: 9)), (9, "a", UsageAmount(messages: 1)),
            ]
            try await probe.write { transaction in
                for (day, model, amount) in amounts {
                    try transaction.subscriptions.add(
                        amount, on: CalendarDay(number: day), model: model, of: ada.user.id)
                }
                try transaction.subscriptions.add(
                    UsageAmount(messages: 99), on: CalendarDay(number: 4), model: "b", of: bob.user.id)
            }
            let expected: [(Int, String, UsageAmount)] = [
                (3, "b", UsageAmount(completionTokens: 9)), (4, "B", UsageAmount(messages: 2)),
                (4, "a", UsageAmount(promptTokens: 7)),
                (4, "b", UsageAmount(messages: 3, promptTokens: 11, completionTokens: 5)),
                (5, "a", UsageAmount(promptTokens: 4)),
            ]
            try await expect(
                probe.read {
                    try $0.subscriptions.usage(of: ada.user.id, on: CalendarDay(number: 3)...CalendarDay(number: 5))
                }, equals: expected.map { DailyUsage(day: CalendarDay(number: $0), model: $1, amount: $2) },
                "what was used")
        },
        check("Characters are counted, and memories that are not ended") { probe in
            let (ada, bob) = try await (probe.scene(), probe.scene("Bob"))
            let second = probe.character(of: ada.user)
            let memories = (0..<3).map { probe.memory(of: ada.user.id, "Fact \($0).") }
            var ended = memories[1]
            ended.invalidAt = probe.time(9)
            try await probe.write { [ended] transaction in
                try transaction.characters.insert(second)
                for memory in memories { try transaction.memories.insert(memory) }
                try transaction.memories.update(ended)
            }
            let counts = try await probe.read { transaction in
                try [ada, bob].flatMap {
                    try [transaction.characters.count(of: $0.user.id), transaction.memories.count(of: $0.user.id)]
                }
            }
            try expect(counts, equals: [2, 2, 1, 0], "how many there are")
        },
    ]
}

extension StoreProbe {
    static let allDays = CalendarDay(number: 0)...CalendarDay(number: 1_000)

    func subscription(of user: User) async throws -> Subscription? {
        try await read { try $0.subscriptions.subscription(of: user.id) }
    }

    func subscription(of user: User, _ tier: String) -> Subscription {
        Subscription(user: user.id, tier: tier, startedAt: start)
    }

    func reservation(
        of user: User, _ state: QuotaReservation.State = .held, day: Int = 4, tokens: Int = 1, until end: Double = 60
    ) -> QuotaReservation {
        QuotaReservation(
            turn: id(), user: user.id, day: CalendarDay(number: day), model: "model", state: state,
            amount: UsageAmount(messages: 1, promptTokens: tokens), expiresAt: time(end))
    }

    func subscriptionWrites(_ scene: Scene) async throws -> [StoreWrite] {
        let (user, day) = (scene.user, CalendarDay(number: 4))
        let (new, old, expired) = (reservation(of: user), reservation(of: user), reservation(of: user, until: 1))
        var settled = old
        settled.state = .settled
        try await write { for reservation in [old, expired] { try $0.subscriptions.insert(reservation) } }
        return [
            StoreWrite("subscriptions.put") { try $0.subscriptions.put(subscription(of: user, "plus")) },
            StoreWrite("subscriptions.insert") { try $0.subscriptions.insert(new) },
            StoreWrite("subscriptions.update") { [settled] in _ = try $0.subscriptions.update(settled) },
            StoreWrite("subscriptions.deleteReservations") {
                _ = try $0.subscriptions.deleteReservations(expiredBefore: time(2), limit: 10)
            },
            StoreWrite("subscriptions.add") {
                try $0.subscriptions.add(UsageAmount(messages: 1), on: day, model: "model", of: user.id)
            },
        ]
    }
}
