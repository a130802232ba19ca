internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension RelationalStoreConformance {
    static let moderationChecks: [Check] = [
        check("What moderation remembers of a person is blank at first, then as it was put last, in milliseconds") {
            probe in
            let (ada, bob) = (probe.user(), probe.user("Bob"))
            try await probe.write { for user in [ada, bob] { try $0.users.insert(user) } }
            try await expect(probe.moderationState(of: ada), equals: ModerationState(), "what is remembered at first")
            let states = [
                probe.moderationState(activity: 1, told: 2, sign: 3), probe.moderationState(activity: 9.5),
                probe.moderationState(sign: 4.25), ModerationState(),
            ]
            for state in states {
                try await probe.write { try $0.moderation.put(state, of: ada.id) }
                try await expect(probe.moderationState(of: ada), equals: state, "what is remembered")
            }
            let precise = ModerationState(lastCrisisSign: probe.start.addingTimeInterval(0.000_6))
            try await probe.write { try $0.moderation.put(precise, of: ada.id) }
            let rounded = ModerationState(lastCrisisSign: precise.lastCrisisSign?.wholeMilliseconds)
            try await expect(probe.moderationState(of: ada), equals: rounded, "the time, rounded")
            try await expect(probe.moderationState(of: bob), equals: ModerationState(), "what is remembered of Bob")
        },
        check("Moderation remembers nothing of nobody, and nothing new of who is leaving") { probe in
            let scene = try await probe.scene()
            let record = probe.moderationRecord(scene)
            try await probe.write { try $0.moderation.append(record) }
            _ = try await probe.write { try $0.erasures.begin(probe.erasure(of: scene.user.id)) }
            let nobody = probe.user("Nobody")
            for user in [scene.user, nobody] {
                try await expect(probe.moderationState(of: user), equals: nil, "what is remembered")
                try await expectError(.notFound, "to remember something") {
                    try await probe.write { try $0.moderation.put(.init(lastCrisisSign: probe.start), of: user.id) }
                }
                try await expectError(.notFound, "to keep a decision") {
                    try await probe.write {
                        try $0.moderation.append(
                            ModerationRecord(
                                id: probe.id(), user: user.id, chat: scene.chat.id, turn: nil, origin: .message,
                                decision: record.decision, createdAt: probe.start))
                    }
                }
            }
        },
        check("Decisions are kept as they are, and each person's are paged in the order of their making") { probe in
            let (ada, bob) = try await (probe.scene(), probe.scene("Bob"))
            let decisions = [
                ModerationDecision(action: .flag),
                ModerationDecision(
                    action: .crisis,
                    reasons: [
                        .init(
                            finding: .init(category: .selfHarmIntent, score: 0.123_456_789, source: .model("a \"b\"")),
                            action: .crisis),
                        .init(
                            finding: .init(
                                category: ModerationCategory("host's own"), score: 1, source: .keyword(term: 7)),
                            action: .block),
                    ], isWithoutModel: true),
                ModerationDecision(action: .allow, isWithoutModel: true),
            ]
            var mine: [ModerationRecord] = []
            for (index, decision) in decisions.enumerated() {
                mine.append(
                    probe.moderationRecord(
                        ada, decision, origin: index == 1 ? .reply : .message, isRefused: index == 2,
                        at: Double(index)))
            }
            let theirs = probe.moderationRecord(bob)
            try await probe.write { [mine] transaction in
                for record in mine + [theirs] { try transaction.moderation.append(record) }
            }
            let pages = try await probe.read { [mine] transaction in
                try [
                    transaction.moderation.records(of: ada.user.id, after: nil, limit: 99),
                    transaction.moderation.records(of: ada.user.id, after: nil, limit: 2),
                    transaction.moderation.records(of: ada.user.id, after: mine[1].id, limit: 2),
                    transaction.moderation.records(of: bob.user.id, after: nil, limit: 99),
                    transaction.moderation.records(of: ada.user.id, after: nil, limit: 0),
                ]
            }
            try expect(pages, equals: [mine, Array(mine[..<2]), [mine[2]], [theirs], []], "the pages")
        },
        check("A decision whose identifier exists throws conflict and changes nothing") { probe in
            let scene = try await probe.scene()
            let record = probe.moderationRecord(scene)
            try await probe.write { try $0.moderation.append(record) }
            try await expectError(.conflict, "keeping it again") {
                try await probe.write { transaction in
                    try transaction.moderation.append(
                        ModerationRecord(
                            id: record.id, user: record.user, chat: record.chat, turn: nil, origin: .reply,
                            decision: .init(action: .crisis), createdAt: probe.time(9)))
                }
            }
            try await expect(
                probe.read { try $0.moderation.records(nil, before: nil, limit: 9) }, equals: [record], "the records")
        },
        check("Moderators see everybody's decisions, of one action or of any, the newest first") { probe in
            let (ada, bob) = try await (probe.scene(), probe.scene("Bob"))
            let actions: [ModerationAction] = [.flag, .block, .flag, .crisis, .block]
            let records = actions.enumerated().map { index, action in
                probe.moderationRecord(
                    index.isMultiple(of: 2) ? ada : bob, .init(action: action), at: Double(index))
            }
            try await probe.write { for record in records { try $0.moderation.append(record) } }
            let pages = try await probe.read { transaction in
                try [
                    transaction.moderation.records(nil, before: nil, limit: 99),
                    transaction.moderation.records(nil, before: records[3].id, limit: 2),
                    transaction.moderation.records(.block, before: nil, limit: 99),
                    transaction.moderation.records(.block, before: records[4].id, limit: 99),
                    transaction.moderation.records(.allow, before: nil, limit: 99),
                    transaction.moderation.records(nil, before: nil, limit: 0),
                ].map { page in page.map { record in records.firstIndex(of: record) } }
            }
            try expect(pages, equals: [[4, 3, 2, 1, 0], [2, 1], [4, 1], [1], [], []], "the pages")
        },
        check("Decisions before an instant are deleted, the oldest first, and no more than were asked for") { probe in
            let scene = try await probe.scene()
            // Made in another order than their identifiers have.
            let records = [3.0, 1, 4, 2].map { probe.moderationRecord(scene, at: $0) }
            try await probe.write { for record in records { try $0.moderation.append(record) } }
            let (first, second, third) = try await probe.write { transaction in
                try (
                    transaction.moderation.deleteRecords(before: probe.time(4), limit: 2),
                    transaction.moderation.deleteRecords(before: probe.time(3), limit: 9),
                    transaction.moderation.deleteRecords(before: probe.time(9), limit: 0)
                )
            }
            try expect([first, second, third], equals: [2, 0, 0], "how many were deleted")
            try await expect(
                probe.read { try $0.moderation.records(of: scene.user.id, after: nil, limit: 9) },
                equals: [records[0], records[2]], "what is left")
        },
        check("The numbers of moderation add up, by year, and name nobody") { probe in
            var sum = ModerationCounters()
            for counters in [
                ModerationCounters(), ModerationCounters(years: [2026: .init(crisisReferrals: 1, disclosures: 2)]),
                ModerationCounters(
                    years: [
                        2026: .init(disclosures: 5, blockedMessages: 3, blockedReplies: 4),
                        2027: .init(crisisReferrals: 6),
                    ]),
            ] {
                try await probe.write { try $0.moderation.add(counters) }
                sum.add(counters)
                try await expect(probe.read { try $0.moderation.counters() }, equals: sum, "the numbers")
            }
        },
    ]
}

extension StoreProbe {
    func moderationState(of user: User) async throws -> ModerationState? {
        try await read { try $0.moderation.state(of: user.id) }
    }

    /// With times so many seconds after the start.
    func moderationState(activity: Double? = nil, told: Double? = nil, sign: Double? = nil) -> ModerationState {
        ModerationState(
            disclosure: DisclosureClock(lastActivity: activity.map(time), lastTold: told.map(time)),
            lastCrisisSign: sign.map(time))
    }

    func moderationRecord(
        _ scene: Scene, _ decision: ModerationDecision = .init(action: .block),
        origin: CrisisReferral.Origin = .message, isRefused: Bool = false, at seconds: Double = 0
    ) -> ModerationRecord {
        ModerationRecord(
            id: id(), user: scene.user.id, chat: scene.chat.id, turn: isRefused ? nil : id(), origin: origin,
            decision: decision, createdAt: time(seconds))
    }

    func moderationWrites(_ scene: Scene) async throws -> [StoreWrite] {
        let (old, new) = (moderationRecord(scene), moderationRecord(scene, at: 1))
        let state = moderationState(activity: 1, sign: 2)
        try await write { try $0.moderation.append(old) }
        return [
            StoreWrite("moderation.put") { try $0.moderation.put(state, of: scene.user.id) },
            StoreWrite("moderation.append") { try $0.moderation.append(new) },
            StoreWrite("moderation.deleteRecords") {
                _ = try $0.moderation.deleteRecords(before: time(1), limit: 10)
            },
            StoreWrite("moderation.add") {
                try $0.moderation.add(ModerationCounters(years: [2026: .init(disclosures: 1)]))
            },
        ]
    }
}
