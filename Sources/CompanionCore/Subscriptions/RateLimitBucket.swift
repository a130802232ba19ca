/// One limit of one subject, as the generic cell rate algorithm keeps it: by a single instant.
///
/// For limiters that decide in Swift. Times are microseconds since any instant, by one clock.
package struct RateLimitBucket: Sendable, Hashable {
    /// When the bucket is empty: the algorithm's theoretical arrival time.
    package var emptyAt: Int64

    package init(emptyAt: Int64 = .min) { self.emptyAt = emptyAt }

    /// What taking `cost` comes to. Throws `invalidInput` where the limit is out of its bounds.
    ///
    /// - Returns: Whether there is room for it; the bucket without it, which is not fuller than full; and its state.
    private func look(
        at limit: RateLimit, for cost: Int, now: Int64
    ) throws(CompanionError) -> (fits: Bool, bucket: RateLimitBucket, state: RateLimitState) {
        let interval = try limit.microseconds()
        let capacity = interval * Int64(limit.burst)
        // It may have been filled by other numbers, or the clock was set back.
        let level = min(max(emptyAt, now) - now, capacity)
        let wait = cost > limit.burst ? nil : max(0, level + interval * Int64(cost) - capacity)
        let state = RateLimitState(
            name: limit.name, limit: limit.burst, remaining: Int((capacity - level) / interval),
            retryAfter: wait.map { .microseconds($0) }, resetAfter: .microseconds(level))
        return (wait == 0, RateLimitBucket(emptyAt: now + level), state)
    }

    /// Takes a cost from all of the limits, or from none.
    ///
    /// - Parameter buckets: Those of the limits, in their order.
    /// - Throws: `invalidInput` where a limit is out of its bounds.
    package static func take(
        _ cost: Int, from buckets: inout [RateLimitBucket], within limits: [RateLimit], now: Int64
    ) throws(CompanionError) -> RateLimitDecision {
        var decision = RateLimitDecision(isAllowed: true, states: [])
        for (index, limit) in limits.enumerated() {
            let look = try buckets[index].look(at: limit, for: cost, now: now)
            decision.isAllowed = decision.isAllowed && look.fits
            decision.states.append(look.state)
            buckets[index] = look.bucket
        }
        guard decision.isAllowed else { return decision }
        for (index, limit) in limits.enumerated() {
            buckets[index].emptyAt += try limit.microseconds() * Int64(cost)
            decision.states[index] = try buckets[index].look(at: limit, for: 0, now: now).state
        }
        return decision
    }
}
