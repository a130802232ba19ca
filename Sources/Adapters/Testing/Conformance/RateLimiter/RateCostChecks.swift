internal import CompanionCore

extension RateLimiterConformance {
    static let rateCostChecks: [Check] = [
        check("As many as the burst are allowed at once, and no more; what is left is told each time") { probe in
            let (subject, limit) = (probe.subject(), probe.slow(burst: 5))
            for left in (0..<5).reversed() {
                let decision = try await probe.take(subject, limit)
                try expect(decision.isAllowed, equals: true, "whether one with \(left + 1) left is allowed")
                try expect(decision.states.map(\.name), equals: ["slow"], "the limits")
                try expect(decision.states[0].limit, equals: 5, "the most at once")
                try expect(decision.states[0].remaining, equals: left, "what is left")
                try expect(decision.retryAfter, equals: .zero, "the wait of what is allowed")
            }
            let refusal = try await probe.take(subject, limit)
            try expect(refusal.isAllowed, equals: false, "whether a sixth is allowed")
            try expect(refusal.states[0].remaining, equals: 0, "what is left")
            try expect(refusal.retryAfter ?? .zero > .zero, "a wait", seen: "\(refusal)")
        },
        check("A cost is taken whole or not at all, and a refusal takes nothing") { probe in
            let (subject, limit) = (probe.subject(), probe.slow(burst: 5))
            var seen: [Bool] = []
            for cost in [3, 3, 4, 5, 2, 1] { seen.append(try await probe.take(cost, subject, limit).isAllowed) }
            try expect(seen, equals: [true, false, false, false, true, false], "which of the costs are allowed")
        },
        check("A cost of 0 is always allowed and takes nothing") { probe in
            let (subject, limit) = (probe.subject(), probe.slow(burst: 2))
            for left in [2, 1, 0] {
                for _ in 0..<3 {
                    let look = try await probe.take(0, subject, limit)
                    try expect(look.isAllowed, equals: true, "whether looking is allowed with \(left) left")
                    try expect(look.states[0].remaining, equals: left, "what is left")
                    try expect(look.retryAfter, equals: .zero, "the wait of looking")
                }
                _ = try await probe.take(subject, limit)
            }
        },
        check("A cost above the burst is never allowed, says so, and takes nothing") { probe in
            let (subject, limit) = (probe.subject(), probe.slow(burst: 3))
            let decision = try await probe.take(4, subject, limit)
            try expect(decision.isAllowed, equals: false, "whether it is allowed")
            try expect(decision.retryAfter, equals: nil, "the wait")
            try await expect(probe.allowed(of: 5, subject, limit), equals: 3, "how many of cost 1 are allowed after it")
        },
        check("Of several limits a cost is taken from all or from none, and the states keep their order") { probe in
            let subject = probe.subject()
            let (wide, narrow) = (probe.slow("wide", burst: 9), probe.slow("narrow", burst: 2))
            let first = try await probe.take(2, subject, wide, narrow)
            try expect(first.isAllowed, equals: true, "whether the first is allowed")
            try expect(first.states.map(\.name), equals: ["wide", "narrow"], "the order")
            try expect(first.states.map(\.remaining), equals: [7, 0], "what is left")
            try expect(first.tightest?.name, equals: "narrow", "the tightest")
            for _ in 0..<5 {
                let refusal = try await probe.take(subject, narrow, wide)
                try expect(refusal.isAllowed, equals: false, "whether it is allowed when one limit is used up")
                try expect(refusal.states.map(\.remaining), equals: [0, 7], "what is left")
                try expect(refusal.states[1].retryAfter, equals: .zero, "the wait for the limit that has room")
                try expect(refusal.retryAfter ?? .zero > .zero, "a wait for the other", seen: "\(refusal)")
            }
            let other = try await probe.take(7, subject, wide)
            try expect(other.isAllowed, equals: true, "whether the other limit has its whole rest")
        },
        check("Subjects and names have buckets of their own") { probe in
            let limit = probe.slow(burst: 1)
            let user = probe.subject()
            let name = "\(user.path) \u{E9}"
            let subjects = [user, probe.subject(), .named(name), .named("\(user.path) e\u{301}"), .named(name + "/")]
            for subject in subjects {
                try await expect(probe.allowed(of: 2, subject, limit), equals: 1, "how many of 2 are allowed")
                try await expect(
                    probe.allowed(of: 2, subject, probe.slow("other", burst: 1)), equals: 1,
                    "how many of 2 under another name")
            }
        },
        check("Of calls at once exactly as many are allowed as one after the other") { probe in
            for _ in 0..<5 {
                let (subject, limit) = (probe.subject(), probe.slow(burst: 20))
                let allowed = try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<64 {
                        group.addTask { try await probe.take(subject, limit).isAllowed ? 1 : 0 }
                    }
                    return try await group.reduce(0, +)
                }
                try expect(allowed, equals: 20, "how many of 64 at once are allowed")
            }
        },
        check("Arguments out of their bounds are refused with an error, and take nothing") { probe in
            let (subject, good) = (probe.subject(), probe.slow(burst: 2))
            var bad: [RateLimit] = [
                RateLimit("", count: 1, per: .seconds(1)), RateLimit("A", count: 1, per: .seconds(1)),
                RateLimit(String(repeating: "a", count: 65), count: 1, per: .seconds(1)),
                RateLimit("a", count: 0, per: .seconds(1)), RateLimit("a", count: 1, per: .zero),
                RateLimit("a", count: 1, per: .seconds(366 * 86_400 + 1)),
                RateLimit("a", count: 1, per: .seconds(1), burst: 0),
                RateLimit("a", count: 1, per: .seconds(366 * 86_400), burst: 1_000_000_000),
            ]
            bad.append(RateLimit("a", count: -1, per: .seconds(1), burst: 1))
            for limit in bad {
                try await expectError(.invalidInput, "\(limit)") { _ = try await probe.take(subject, good, limit) }
            }
            try await expectError(.invalidInput, "a negative cost") { _ = try await probe.take(-1, subject, good) }
            try await expectError(.invalidInput, "no limit") { _ = try await probe.take(subject) }
            try await expectError(.invalidInput, "a name twice") { _ = try await probe.take(subject, good, good) }
            for name in ["", String(repeating: "a", count: 257)] {
                try await expectError(.invalidInput, "a name of \(name.utf8.count) bytes") {
                    _ = try await probe.take(.named(name), good)
                }
            }
            try await expect(probe.allowed(of: 3, subject, good), equals: 2, "how many of 3 are allowed after that")
        },
    ]
}
