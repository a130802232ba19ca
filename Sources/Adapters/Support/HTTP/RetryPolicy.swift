package import CompanionCore

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// How often and how patiently a request is tried again.
///
/// The waiting time before attempt n + 1 is a random part of `base` · 2ⁿ⁻¹, `cap` at most ("full jitter"), and never
/// less than the server asked for.
package struct RetryPolicy: Sendable, Hashable {
    /// The first attempt included; 1 never retries.
    package var maximumAttempts: Int
    package var base: Duration
    package var cap: Duration
    /// From the first attempt's start to the last one's. Who would have to wait longer gives up at once.
    package var maximumTotalTime: Duration

    package init(
        maximumAttempts: Int = 3, base: Duration = .milliseconds(500), cap: Duration = .seconds(8),
        maximumTotalTime: Duration = .seconds(60)
    ) {
        self.maximumAttempts = maximumAttempts
        self.base = base
        self.cap = cap
        self.maximumTotalTime = maximumTotalTime
    }
}

/// The state of one request's attempts: a pure machine that is told of failures and says how long to wait.
package struct RetryState: Sendable {
    package enum Decision: Sendable, Hashable {
        case wait(Duration)
        case giveUp
    }

    package let policy: RetryPolicy
    /// The number of the attempt that is under way, from 1.
    package private(set) var attempt = 1
    private let start: Date

    package init(policy: RetryPolicy, now: Date) {
        self.policy = policy
        start = now
    }

    /// What to do after the attempt under way has failed with `error`: its retry advice counts, nothing else.
    /// - Parameter fraction: A random number in 0 ..< 1.
    package mutating func failed(with error: CompanionError, now: Date, fraction: Double) -> Decision {
        let exponent = min(attempt - 1, 30)
        let ceiling = min(policy.cap, policy.base * (1 << exponent))
        var wait = ceiling * fraction
        switch error.retry {
        case .never: return .giveUp
        case .backOff: break
        case .after(let least): wait += least
        }
        let elapsed = Duration.seconds(max(0, now.timeIntervalSince(start)))
        guard attempt < policy.maximumAttempts, elapsed + wait <= policy.maximumTotalTime else { return .giveUp }
        attempt += 1
        return .wait(wait)
    }
}
