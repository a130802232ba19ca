#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// One message of a chat, with every text that was ever said in its place.
public struct Message: Identifiable, Sendable, Hashable {
    public typealias ID = Identifier<Message>

    public enum Author: String, Sendable, Hashable, Codable {
        case user, character
    }

    public let id: ID
    public let chat: Chat.ID
    /// The place in the chat: unique there, growing, from 1. Deletion leaves gaps.
    public let sequence: Int
    public let author: Author
    /// The texts of this message ("swipes"), oldest first; never empty, at most 256.
    public var alternatives: [Alternative]
    /// The index of the alternative that counts.
    public var selected: Int
    /// The sender's own name for the message, by which a repeated sending is known; unique in the chat.
    public let clientID: ClientMessageID?
    public let createdAt: Date

    public init(
        id: ID, chat: Chat.ID, sequence: Int, author: Author, alternatives: [Alternative], selected: Int = 0,
        clientID: ClientMessageID? = nil, createdAt: Date
    ) {
        precondition(alternatives.indices.contains(selected), "The selected alternative must exist.")
        self.id = id
        self.chat = chat
        self.sequence = sequence
        self.author = author
        self.alternatives = alternatives
        self.selected = selected
        self.clientID = clientID
        self.createdAt = createdAt
    }

    /// The alternative that counts.
    public var alternative: Alternative { alternatives[selected] }
    /// The text that counts.
    public var text: String { alternative.text }
}

/// A name that a client gives to a message before it sends it, so that sending twice is harmless.
///
/// 1 to 128 characters of printable ASCII; a UUID serves well.
public struct ClientMessageID: Sendable, Hashable, Codable, RawRepresentable {
    public let rawValue: String

    /// Nil where the text is empty, longer than 128 bytes, or not printable ASCII.
    public init?(rawValue: String) {
        var text = rawValue
        guard (1...128).contains(text.utf8.count), text.withUTF8({ $0.allSatisfy { (0x21...0x7E).contains($0) } })
        else { return nil }
        self.rawValue = rawValue
    }
}
