internal import CompanionCore

extension RateLimiterConformance {
    static let rateTimeChecks: [Check] = [
        check("In each interval there is room for one more, up to the burst") { probe in
            let (subject, limit) = (probe.subject(), probe.perUnit(burst: 3))
            let start = ContinuousClock.now
            try await expect(probe.allowed(of: 3, subject, limit), equals: 3, "how many of the first 3 are allowed")
            for (units, room) in [(1, 1), (2, 2), (3, 3), (7, 3)] {
                try await probe.time.advance(probe.time.unit * units)
                let allowed = try await probe.allowed(of: 3, subject, limit)
                if probe.time.standsStill {
                    try expect(allowed, equals: room, "how many of 3 are allowed after \(units) intervals")
                } else {
                    try expect(allowed >= room, "at least \(room) after \(units) intervals", seen: "\(allowed)")
                }
            }
            if probe.time.standsStill {
                try await expect(probe.allowed(of: 2, subject, limit), equals: 0, "how many of 2 more are allowed")
            } else {
                var total = 12
                while try await probe.take(subject, limit).isAllowed { total += 1 }
                let most = 3 + Int(((ContinuousClock.now - start) / probe.time.unit).rounded(.up))
                try expect(total <= most, "at most \(most) in that time", seen: "\(total)")
            }
        },
        check("What is told of the wait is true: no sooner, and no later") { probe in
            let (subject, limit) = (probe.subject(), probe.perUnit(burst: 4))
            _ = try await probe.take(4, subject, limit)
            let refusal = try await probe.take(2, subject, limit)
            try expect(refusal.isAllowed, equals: false, "whether 2 more are allowed")
            let wait = try unwrap(refusal.retryAfter, "the wait")
            let unit = probe.time.unit
            try expect(wait <= unit * 2 && wait > .zero, "a wait of at most \(unit * 2)", seen: "\(wait)")
            try expect(
                refusal.states[0].resetAfter <= unit * 4, "a reset after at most \(unit * 4)", seen: "\(refusal)")
            if probe.time.standsStill {
                try expect(wait, equals: unit * 2, "the wait")
                try expect(refusal.states[0].resetAfter, equals: unit * 4, "the reset")
                try await probe.time.advance(wait - .milliseconds(1))
                try await expect(probe.take(2, subject, limit).isAllowed, equals: false, "a millisecond too early")
                try await probe.time.advance(.milliseconds(1))
            } else {
                try await probe.time.advance(wait)
            }
            try await expect(probe.take(2, subject, limit).isAllowed, equals: true, "after the wait")
        },
        check("After the time of the reset all can be taken again") { probe in
            let (subject, limit) = (probe.subject(), probe.perUnit(burst: 3))
            let state = try await probe.take(2, subject, limit).states[0]
            try expect(
                state.resetAfter > .zero && state.resetAfter <= probe.time.unit * 2,
                "a reset after at most two intervals", seen: "\(state)")
            try await probe.time.advance(state.resetAfter)
            let look = try await probe.take(0, subject, limit).states[0]
            try expect(look.remaining, equals: 3, "what is left")
            try expect(look.resetAfter, equals: .zero, "the time to the reset")
        },
        check("With other numbers under its name a bucket goes on, and is at most full by them") { probe in
            let subject = probe.subject()
            _ = try await probe.take(9, subject, probe.slow("changing", burst: 9))
            let small = RateLimit("changing", count: 1, per: probe.time.unit, burst: 2)
            let state = try await probe.take(0, subject, small).states[0]
            try expect(state.remaining, equals: 0, "what is left by the new numbers")
            try expect(
                state.resetAfter <= probe.time.unit * 2, "a reset by the new numbers", seen: "\(state.resetAfter)")
            try await probe.time.advance(probe.time.unit * 2)
            try await expect(probe.allowed(of: 2, subject, small), equals: 2, "how many are allowed then")
        },
        check("After any sequence of calls and times the decisions are those of a leaking bucket") { probe in
            guard probe.time.standsStill else { return }
            for _ in 0..<20 {
                let limits = (0..<probe.number(in: 1...3)).map { index in
                    RateLimit(
                        "limit-\(index)", count: probe.number(in: 1...7),
                        per: .milliseconds(probe.number(in: 1...9_000)),
                        burst: probe.number(in: 1...6))
                }
                let subject = probe.subject()
                // In microseconds.
                var levels = limits.map { _ in 0 }
                let intervals = limits.map { limit in
                    let period = Int(limit.period / .microseconds(1))
                    return period / limit.count + (period % limit.count == 0 ? 0 : 1)
                }
                for step in 0..<60 {
                    let pause = probe.number(in: 0...3) * probe.number(in: 0...1_500)
                    try await probe.time.advance(.milliseconds(pause))
                    let cost = probe.number(in: 0...4)
                    for index in levels.indices { levels[index] = max(0, levels[index] - pause * 1_000) }
                    let fits = zip(limits, intervals).enumerated().allSatisfy { index, limit in
                        levels[index] + cost * limit.1 <= limit.0.burst * limit.1
                    }
                    let decision = try await probe.limiter.take(cost, for: subject, within: limits)
                    try expect(
                        decision.isAllowed, equals: fits, "whether \(cost) of \(limits) are allowed, step \(step)")
                    if fits { for index in levels.indices { levels[index] += cost * intervals[index] } }
                    for (index, limit) in limits.enumerated() {
                        let expected = (limit.burst * intervals[index] - levels[index]) / intervals[index]
                        try expect(decision.states[index].remaining, equals: expected, "what is left, step \(step)")
                        try expect(
                            decision.states[index].resetAfter, equals: .microseconds(levels[index]), "the reset")
                    }
                }
            }
        },
    ]
}
