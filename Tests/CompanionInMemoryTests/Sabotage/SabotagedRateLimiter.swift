import CompanionCore

/// A rate limiter that is wrong in one way, so that the checks can show that they see it.
struct SabotagedRateLimiter: RateLimiter {
    enum Sabotage: Sendable {
        case nothing, allowsOneMore, tellsWhatWasLeft, countsCalls, takesFromRefused, takesByLooking, alwaysPromises
        case takesOneByOne, sortsLimits, ignoresSubjects, ignoresNames, comparesCharacters, decidesInTwoSteps
        case acceptsAnything, leaksTwice, waitsForReset, resetsEarly, ignoresOldNumbers
    }

    let sabotage: Sabotage
    let base: any RateLimiter

    init(_ sabotage: Sabotage, base: any RateLimiter) {
        self.sabotage = sabotage
        self.base = base
    }

    func take(
        _ cost: Int, for subject: RateLimitSubject, within limits: [RateLimit]
    ) async throws -> RateLimitDecision {
        var (cost, subject, limits) = (cost, subject, limits)
        switch sabotage {
        case .allowsOneMore: for index in limits.indices { limits[index].burst += 1 }
        case .countsCalls: cost = min(cost, 1)
        case .takesByLooking: cost = max(cost, 1)
        case .sortsLimits: limits.sort { $0.name < $1.name }
        case .ignoresSubjects: subject = .named("all")
        case .comparesCharacters where subject.path.hasSuffix("e\u{301}/"):
            subject = .named(String(subject.path.dropFirst("others/".count).dropLast(3)) + "\u{E9}")
        case .ignoresNames where limits.count == 1: limits[0].name = "all"
        case .leaksTwice: for index in limits.indices { limits[index].count *= 2 }
        case .ignoresOldNumbers: for index in limits.indices { limits[index].name += "-\(limits[index].burst)" }
        case .acceptsAnything:
            guard cost >= 0, !limits.isEmpty else { return RateLimitDecision(isAllowed: true, states: []) }
        case .decidesInTwoSteps:
            let look = try await base.take(0, for: subject, within: limits)
            guard look.states.allSatisfy({ $0.remaining >= cost }) else {
                return try await base.take(cost, for: subject, within: limits)
            }
            for _ in 0..<10 { await Task.yield() }
            _ = try await base.take(cost, for: subject, within: limits)
            return RateLimitDecision(isAllowed: true, states: look.states)
        case .takesOneByOne:
            let decisions = try await takeOneByOne(cost, subject, limits)
            return RateLimitDecision(
                isAllowed: decisions.allSatisfy(\.isAllowed), states: decisions.flatMap(\.states))
        default: break
        }
        var decision = try await base.take(cost, for: subject, within: limits)
        switch sabotage {
        case .takesFromRefused where !decision.isAllowed:
            for limit in limits {
                let rest = decision.states.first { $0.name == limit.name }?.remaining ?? 0
                _ = try await base.take(rest, for: subject, within: [limit])
            }
            var longer = limits
            for index in longer.indices { longer[index].burst += 1 }
            _ = try await base.take(1, for: subject, within: longer)
        case .tellsWhatWasLeft where decision.isAllowed:
            for index in decision.states.indices { decision.states[index].remaining += cost }
        case .alwaysPromises:
            for index in decision.states.indices { decision.states[index].retryAfter = .zero }
        case .waitsForReset where !decision.isAllowed:
            for index in decision.states.indices {
                decision.states[index].retryAfter = decision.states[index].resetAfter
            }
        case .resetsEarly:
            for index in decision.states.indices { decision.states[index].resetAfter /= 2 }
        default: break
        }
        return decision
    }

    private func takeOneByOne(
        _ cost: Int, _ subject: RateLimitSubject, _ limits: [RateLimit]
    ) async throws -> [RateLimitDecision] {
        var decisions: [RateLimitDecision] = []
        for limit in limits { decisions.append(try await base.take(cost, for: subject, within: [limit])) }
        return decisions
    }
}
