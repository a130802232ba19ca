#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// Where a memory comes from.
public enum MemorySource: Sendable, Hashable {
    /// The person said it in a message.
    case message(MessageSource)
    /// The person wrote the memory down, or corrected it, at that time.
    case person(at: Date)

    /// A message that a memory comes from.
    public struct MessageSource: Sendable, Hashable {
        public var chat: Chat.ID
        public var message: Message.ID
        /// The message's place in the chat.
        public var sequence: Int
        /// When it was said.
        public var saidAt: Date

        public init(chat: Chat.ID, message: Message.ID, sequence: Int, saidAt: Date) {
            self.chat = chat
            self.message = message
            self.sequence = sequence
            self.saidAt = saidAt
        }
    }

    /// The message, where it is one.
    public var message: MessageSource? {
        if case .message(let source) = self { source } else { nil }
    }
}
