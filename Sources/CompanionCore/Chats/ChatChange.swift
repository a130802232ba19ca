#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// A change of a chat that can be taken back.
public struct ChatChange: Identifiable, Sendable, Hashable {
    public typealias ID = Identifier<ChatChange>

    public enum Kind: Sendable, Hashable {
        /// Messages were deleted: those whose deletion the store keeps under this change's identifier.
        case deletion
        /// A text was replaced.
        case edit(message: Message.ID, alternative: Alternative.ID, previousText: String)
    }

    public let id: ID
    public let chat: Chat.ID
    public let kind: Kind
    public let createdAt: Date

    public init(id: ID, chat: Chat.ID, kind: Kind, createdAt: Date) {
        self.id = id
        self.chat = chat
        self.kind = kind
        self.createdAt = createdAt
    }
}
