#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// What a chat was about before the messages that still fit a prompt.
public struct ChatSummary: Sendable, Hashable {
    public let chat: Chat.ID
    public let user: User.ID
    /// At most 8 KiB.
    public var text: String
    /// The sequence number of the last message that it covers.
    public var throughSequence: Int
    public var updatedAt: Date

    public init(chat: Chat.ID, user: User.ID, text: String, throughSequence: Int, updatedAt: Date) {
        self.chat = chat
        self.user = user
        self.text = text
        self.throughSequence = throughSequence
        self.updatedAt = updatedAt
    }
}
