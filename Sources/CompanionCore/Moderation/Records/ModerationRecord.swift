#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// A decision that was more than to let something pass, as it is kept for moderators: about whom, where and why, and never
/// the text.
public struct ModerationRecord: Identifiable, Sendable, Hashable {
    public typealias ID = Identifier<ModerationRecord>

    public let id: ID
    public let user: User.ID
    /// The chat, which may be deleted by now.
    public let chat: Chat.ID
    /// The turn, by which its messages are found; nil where it was not admitted, and there is no message.
    public let turn: Turn.ID?
    /// Whose words were decided about.
    public let origin: CrisisReferral.Origin
    public let decision: ModerationDecision
    public let createdAt: Date

    public init(
        id: ID, user: User.ID, chat: Chat.ID, turn: Turn.ID?, origin: CrisisReferral.Origin,
        decision: ModerationDecision, createdAt: Date
    ) {
        self.id = id
        self.user = user
        self.chat = chat
        self.turn = turn
        self.origin = origin
        self.decision = decision
        self.createdAt = createdAt
    }
}
