public import CompanionCore
internal import Synchronization

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A rate limiter in memory: for one process.
public final class InMemoryRateLimiter: RateLimiter {
    private struct Key: Hashable {
        var subject: RateLimitSubject
        var limit: String
    }

    private let buckets: Mutex<RecentlyUsed<Key, RateLimitBucket>>
    private let clock: any WallClock

    /// - Parameter maximumBuckets: How many limits of subjects are remembered; then the one that was asked for longest ago is
    ///   forgotten. Each takes a few hundred bytes.
    public init(maximumBuckets: Int = 100_000, clock: any WallClock = SystemClock()) {
        buckets = Mutex(RecentlyUsed(bound: maximumBuckets))
        self.clock = clock
    }

    public func take(
        _ cost: Int, for subject: RateLimitSubject, within limits: [RateLimit]
    ) async throws -> RateLimitDecision {
        try Task.checkCancellation()
        try RateLimit.check(cost, for: subject, within: limits)
        let keys = limits.map { Key(subject: subject, limit: $0.name) }
        return try buckets.withLock { buckets in
            // Within the lock, so that time does not go back from one decision to the next.
            let now = Int64((clock.now.timeIntervalSince1970 * 1_000_000).rounded())
            let found = keys.map { buckets.value(for: $0) ?? RateLimitBucket() }
            var changed = found
            let decision = try RateLimitBucket.take(cost, from: &changed, within: limits, now: now)
            // An empty bucket need not be remembered, and few calls find one that has to become less full.
            for (key, (old, new)) in zip(keys, zip(found, changed)) where new.emptyAt > now && new != old {
                buckets.insert(new, for: key, cost: 1)
            }
            return decision
        }
    }
}
