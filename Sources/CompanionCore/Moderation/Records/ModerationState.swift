#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// What moderation remembers of a person from one turn to the next: times alone. The store keeps it.
public struct ModerationState: Sendable, Hashable {
    /// When they were here, and were told that this is an AI.
    public var disclosure: DisclosureClock
    /// When they, or a character who talked to them, last showed signs of a crisis.
    public var lastCrisisSign: Date?

    public init(disclosure: DisclosureClock = .init(), lastCrisisSign: Date? = nil) {
        self.disclosure = disclosure
        self.lastCrisisSign = lastCrisisSign
    }

    /// Notes a sign of a crisis; true where it begins an episode, because there was none for as long as `quiet`.
    public mutating func noteCrisis(at now: Date, quiet: Duration) -> Bool {
        defer { lastCrisisSign = now }
        guard let lastCrisisSign else { return true }
        // A clock that was set back begins nothing.
        return now.timeIntervalSince(lastCrisisSign) >= quiet / .seconds(1)
    }
}
