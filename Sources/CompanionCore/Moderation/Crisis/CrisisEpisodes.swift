#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// Whose crisis was answered with a referral already: once per episode. A pure state machine.
///
/// An episode ends when there was no sign for a while. State is bounded and lives in memory: where it is lost, the
/// referral is shown once more, which harms nobody.
public struct CrisisEpisodes: Sendable {
    /// How long without a sign ends an episode.
    public let quiet: Duration
    /// The most people remembered; beyond it the one whose last sign is oldest is forgotten.
    public let capacity: Int
    private var lastSign: [User.ID: Date] = [:]

    public init(quiet: Duration = .seconds(6 * 3600), capacity: Int = 10_000) {
        precondition(capacity > 0, "Somebody must be remembered.")
        self.quiet = quiet
        self.capacity = capacity
    }

    /// Notes a sign of a crisis; true where it begins an episode.
    public mutating func sign(of user: User.ID, at now: Date) -> Bool {
        let last = lastSign.updateValue(now, forKey: user)
        if lastSign.count > capacity, let oldest = lastSign.min(by: { $0.value < $1.value }) {
            lastSign[oldest.key] = nil
        }
        guard let last else { return true }
        // A clock that was set back begins nothing.
        return now.timeIntervalSince(last) >= quiet / .seconds(1)
    }

    /// Forgets a person, as erasure asks.
    public mutating func forget(_ user: User.ID) { lastSign[user] = nil }
}
