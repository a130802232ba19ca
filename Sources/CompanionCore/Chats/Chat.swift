#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// A conversation of one person with one character.
public struct Chat: Identifiable, Sendable, Hashable {
    public typealias ID = Identifier<Chat>

    /// Where a fork left the chat that it was made from.
    public struct Origin: Sendable, Hashable {
        public var chat: Chat.ID
        /// The sequence number of the last message that both have.
        public var sequence: Int

        public init(chat: Chat.ID, sequence: Int) {
            self.chat = chat
            self.sequence = sequence
        }
    }

    public let id: ID
    public let user: User.ID
    public let character: CompanionCharacter.ID
    /// Which version of the character talks: the one that was the newest when the chat began, until the person moves it.
    public var characterRevision: Int
    /// What the person calls the chat; empty where they gave it no name. At most 256 characters.
    public var title: String
    public let origin: Origin?
    /// The sequence number of the newest message, deleted ones included; 0 in an empty chat. Kept by the store.
    public var lastSequence: Int
    /// Counts the changes of the chat's messages: whoever remembers something of them compares it. Kept by the store.
    public var revision: Int
    public let createdAt: Date
    /// When the chat or a message in it changed last; lists are sorted by it.
    public var updatedAt: Date

    public init(
        id: ID, user: User.ID, character: CompanionCharacter.ID, characterRevision: Int = 1, title: String = "",
        origin: Origin? = nil,
        lastSequence: Int = 0, revision: Int = 0, createdAt: Date, updatedAt: Date? = nil
    ) {
        self.id = id
        self.user = user
        self.character = character
        self.characterRevision = characterRevision
        self.title = title
        self.origin = origin
        self.lastSequence = lastSequence
        self.revision = revision
        self.createdAt = createdAt
        self.updatedAt = updatedAt ?? createdAt
    }
}
