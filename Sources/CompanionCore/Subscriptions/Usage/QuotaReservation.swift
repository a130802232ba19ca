#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// So many messages, and so many tokens.
public struct UsageAmount: Sendable, Hashable {
    public var messages: Int
    public var promptTokens: Int
    public var completionTokens: Int

    public init(messages: Int = 0, promptTokens: Int = 0, completionTokens: Int = 0) {
        self.messages = messages
        self.promptTokens = promptTokens
        self.completionTokens = completionTokens
    }

    public var tokens: Int { promptTokens + completionTokens }

    public static func + (left: Self, right: Self) -> Self {
        UsageAmount(
            messages: left.messages + right.messages, promptTokens: left.promptTokens + right.promptTokens,
            completionTokens: left.completionTokens + right.completionTokens)
    }

    public static prefix func - (amount: Self) -> Self {
        UsageAmount(
            messages: -amount.messages, promptTokens: -amount.promptTokens, completionTokens: -amount.completionTokens)
    }

    /// With nothing below zero.
    public var clamped: Self {
        UsageAmount(
            messages: max(0, messages), promptTokens: max(0, promptTokens), completionTokens: max(0, completionTokens))
    }
}

/// What a person has used on one day of one model.
public struct DailyUsage: Sendable, Hashable {
    public var day: CalendarDay
    public var model: String
    public var amount: UsageAmount

    public init(day: CalendarDay, model: String, amount: UsageAmount) {
        self.day = day
        self.model = model
        self.amount = amount
    }
}

/// What a turn has taken of its person's quota: at first what it may cost, then what it did.
public struct QuotaReservation: Sendable, Hashable {
    public enum State: String, Sendable, Hashable {
        case held, settled, refunded
    }

    public let turn: Turn.ID
    public let user: User.ID
    /// The day of the person's calendar that it counts for.
    public let day: CalendarDay
    public let model: String
    public var state: State
    public var amount: UsageAmount
    /// Held: from when it counts no more. Otherwise: from when it may be deleted.
    public var expiresAt: Date

    public init(
        turn: Turn.ID, user: User.ID, day: CalendarDay, model: String, state: State = .held, amount: UsageAmount,
        expiresAt: Date
    ) {
        self.turn = turn
        self.user = user
        self.day = day
        self.model = model
        self.state = state
        self.amount = amount
        self.expiresAt = expiresAt
    }
}
