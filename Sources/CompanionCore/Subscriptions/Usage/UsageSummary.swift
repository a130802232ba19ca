#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// What a person may do, has done, and has left.
public struct UsageSummary: Sendable, Hashable {
    public struct Meter: Sendable, Hashable {
        /// What is used, or kept.
        public var used: Int
        /// What turns have reserved that go on now.
        public var held: Int
        /// Nil is no limit.
        public var limit: Int?
        /// When it begins anew; nil for what is kept.
        public var resetsAt: Date?

        /// Nil where there is no limit.
        public var remaining: Int? { limit.map { max(0, $0 - used - held) } }
    }

    public var entitlements: Entitlements
    /// The day of the person's calendar.
    public var day: CalendarDay
    public var messagesToday: Meter
    public var tokensThisMonth: Meter
    public var characters: Meter
    public var memories: Meter
}
