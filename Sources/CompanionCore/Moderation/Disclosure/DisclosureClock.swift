#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// Something that a person is to be told: that this is an AI.
public struct Disclosure: Sendable, Hashable {
    public enum Occasion: Sendable, Hashable {
        case start
        /// The interval of continuous use has passed.
        case reminder
    }

    public var occasion: Occasion
    public var suggestsBreak: Bool
    /// Words for the person.
    public var message: String

    public init(occasion: Occasion, suggestsBreak: Bool = false, message: String) {
        self.occasion = occasion
        self.suggestsBreak = suggestsBreak
        self.message = message
    }
}

/// When one person was told last, over one stretch of continuous use. A pure state machine on the times that it is given.
///
/// Use is continuous while no pause is as long as ``pause``. It is counted from the first to the last activity, so that a
/// reminder comes with the first activity after the interval.
public struct DisclosureClock: Sendable, Hashable {
    /// The pause after which a new stretch begins, in seconds.
    public static let pause = 30 * 60.0

    /// When they last did something.
    public var lastActivity: Date?
    /// When they were last told, or, where the rule has no beginning, when the stretch began.
    public var lastTold: Date?

    public init(lastActivity: Date? = nil, lastTold: Date? = nil) {
        self.lastActivity = lastActivity
        self.lastTold = lastTold
    }

    /// The person does something: what are they to be told now?
    public mutating func activity(at now: Date, rule: DisclosureProfile.Rule) -> Disclosure? {
        let sinceActivity = lastActivity.map { now.timeIntervalSince($0) }
        lastActivity = max(lastActivity ?? now, now)
        // A clock that was set back by more than a moment tells nothing of how long the pause was.
        guard let sinceActivity, sinceActivity < Self.pause, sinceActivity > -Self.pause else {
            lastActivity = now
            lastTold = now
            guard rule.atStart else { return nil }
            return Disclosure(occasion: .start, message: Self.startMessage)
        }
        guard let interval = rule.interval, let told = lastTold, now.timeIntervalSince(told) >= Double(interval) else {
            return nil
        }
        lastTold = now
        return Disclosure(
            occasion: .reminder, suggestsBreak: rule.suggestsBreak,
            message: rule.suggestsBreak ? Self.breakMessage : Self.reminderMessage)
    }

    private static let startMessage = "You are talking to an AI, not to a person."
    private static let reminderMessage = "A reminder: you are talking to an AI, not to a person."
    private static let breakMessage =
        "A reminder: you are talking to an AI, not to a person. You have been here for a while; how about a break?"
}
