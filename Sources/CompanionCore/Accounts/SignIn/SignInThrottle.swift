#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// How often something may be tried: a few times at once, then at a steady pace (GCRA). All that is kept of one key is the
/// instant at which all of its tries will have been given back.
struct SignInThrottle: Sendable {
    /// How many tries at once.
    var burst: Int
    /// How long until another one is given back.
    var interval: Duration

    enum Decision: Sendable, Hashable {
        /// Keep this instant.
        case allowed(Date)
        case refused(after: Duration)
    }

    func decide(_ kept: Date?, now: Date) -> Decision {
        let next = max(kept ?? now, now).advanced(by: interval)
        let excess = next.timeIntervalSince(now.advanced(by: interval * burst))
        return excess > 0 ? .refused(after: .milliseconds(Int64((excess * 1000).rounded(.up)))) : .allowed(next)
    }

    /// What to keep when a try turned out to be the right person's.
    func givenBack(_ kept: Date) -> Date { kept.advanced(by: .zero - interval) }
}
