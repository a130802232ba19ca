internal import CompanionCore

extension ReplyLogConformance {
    static let replyLogWaitingChecks: [Check] = [
        check("Who waits gets the next frames when they are appended") { probe in
            let key = probe.key()
            try await probe.append([[1]], at: 1, to: key)
            async let first = probe.wait(key, after: 1)
            async let second = probe.wait(key, after: 1)
            async let other = probe.wait(key, after: 0)
            try await expect(other, equals: probe.frames([[1]]), "what is there already")
            // Another one waits in vain meanwhile, so that those two have had the time to begin.
            _ = try await probe.wait(probe.key(), upTo: .milliseconds(30))
            try await probe.append([[2]], at: 2, to: key)
            for found in [try await first, try await second] {
                try expect(found, equals: probe.frames([[2]], from: 2), "what was waited for")
            }
        },
        check("Of many frames whoever follows misses none and gets none twice") { probe in
            let (key, count) = (probe.key(), 300)
            async let writing: Void = {
                for number in 1...count {
                    try await probe.append([Array("\(number)".utf8)], at: number, to: key)
                    if number.isMultiple(of: 7) { await Task.yield() }
                }
            }()
            let expected = probe.frames((1...count).map { Array("\($0)".utf8) })
            try await withThrowingTaskGroup(of: [ReplyFrame].self) { group in
                for _ in 0..<3 {
                    group.addTask {
                        var seen: [ReplyFrame] = []
                        while seen.count < count {
                            let more = try await probe.wait(key, after: seen.count)
                            try expect(!more.isEmpty, "frames before the time is over")
                            seen += more
                        }
                        return seen
                    }
                }
                for try await seen in group { try expect(seen, equals: expected, "what a follower saw") }
            }
            try await writing
        },
        check("Who waits in vain gets nothing after that time, and not before") { probe in
            let start = ContinuousClock.now
            try await expect(probe.wait(probe.key(), upTo: .milliseconds(60)), equals: [], "what was waited for")
            try expect(ContinuousClock.now - start >= .milliseconds(50), "to wait so long")
        },
        check("Who is cancelled waits no more") { probe in
            let (key, start) = (probe.key(), ContinuousClock.now)
            let waiting = Task { try await probe.wait(key) }
            // Another one, so that the first has had the time to begin.
            _ = try await probe.wait(key, upTo: .milliseconds(30))
            waiting.cancel()
            switch await waiting.result {
            case .failure(is CancellationError): break
            case .failure(let error): throw error
            case .success: try expect(false, "a CancellationError")
            }
            try expect(ContinuousClock.now - start < .seconds(20), "to end at once")
        },
    ]

    static let replyLogLifeChecks: [Check] = [
        check("A log ends as a whole, counted from the last frame") { probe in
            let (key, unit) = (probe.key(), probe.time.unit)
            let longer = ReplyLogKey(user: key.user, name: "longer")
            try await probe.append([[1]], at: 1, to: longer)
            // Where time moves by itself, nothing can be said of a moment before an end that is near.
            try await probe.append([[1]], at: 1, to: key, for: probe.time.standsStill ? unit * 2 : ReplyLogProbe.day)
            if probe.time.standsStill { try await probe.time.advance(unit) }
            try await probe.append([[2]], at: 2, to: key, for: unit * 4)
            if probe.time.standsStill {
                try await probe.time.advance(unit * 2)
                try await expect(probe.read(key), equals: probe.frames([[1], [2]]), "what is there before the end")
            }
            try await probe.time.advance(unit * (probe.time.standsStill ? 2 : 4))
            try await expect(probe.read(key), equals: [], "what is there at the end")
            try await expect(probe.log.count(of: key.user), equals: 1, "how many logs there are")
            try await probe.append([[1]], at: 1, to: key)
            try await expect(probe.read(key), equals: probe.frames([[1]]), "what has begun anew")
        },
        check("A log can be removed, and all of a person's at once, and nobody else's") { probe in
            let (one, other) = (probe.key(), probe.key())
            try await probe.append([[1]], at: 1, to: other)
            for number in 0..<5 {
                try await probe.append([[1]], at: 1, to: ReplyLogKey(user: one.user, name: "log-\(number)"))
            }
            try await expect(probe.log.count(of: one.user), equals: 5, "how many there are")
            try await probe.log.remove(ReplyLogKey(user: one.user, name: "log-3"))
            try await probe.log.remove(ReplyLogKey(user: one.user, name: "never"))
            try await expect(probe.read(ReplyLogKey(user: one.user, name: "log-3")), equals: [], "the removed one")
            try await expect(probe.log.removeAll(of: one.user), equals: 4, "how many were removed")
            try await expect(probe.log.count(of: one.user), equals: 0, "how many are left")
            try await expect(probe.read(other), equals: probe.frames([[1]]), "somebody else's")
        },
    ]
}
