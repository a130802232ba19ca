#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// The chats that people have.
public protocol ChatRepository {
    /// Begins with `lastSequence` and `revision` 0, whatever the value says. Throws `conflict` where the identifier
    /// exists, `notFound` where the person does not, or the character is not theirs, or has no such version.
    func insert(_ chat: Chat) throws

    /// The chat, where it is the person's own; else nil.
    func chat(_ id: Chat.ID, of user: User.ID) throws -> Chat?

    /// Gives the chat another title and `updatedAt`. Throws `notFound`.
    func rename(_ id: Chat.ID, of user: User.ID, to title: String, at now: Date) throws

    /// Lets another version of the character talk. Throws `notFound` where there is no such chat, or no such version.
    func move(_ id: Chat.ID, of user: User.ID, to characterRevision: Int, at now: Date) throws

    /// Deletes the chat with all its messages and changes, its coverage and its summary; false where there was none.
    /// What was learnt from it stays.
    func delete(_ id: Chat.ID, of user: User.ID) throws -> Bool

    /// At most `limit` of the person's chats, latest `updatedAt` first (of equal ones the greater identifier first),
    /// from behind `cursor` on.
    func chats(of user: User.ID, after cursor: ChatCursor?, limit: Int) throws -> [Chat]

    /// At most `limit` of the person's chats with a character, with identifiers after `id`, in their order.
    func chats(
        of user: User.ID, with character: CompanionCharacter.ID, after id: Chat.ID?, limit: Int
    ) throws -> [Chat]
}

/// A place in the list of a person's chats.
public struct ChatCursor: Sendable, Hashable {
    public var updatedAt: Date
    public var id: Chat.ID

    public init(updatedAt: Date, id: Chat.ID) {
        self.updatedAt = updatedAt
        self.id = id
    }

    /// The place of `chat`: a page after it begins with the next one.
    public init(_ chat: Chat) { self.init(updatedAt: chat.updatedAt, id: chat.id) }
}
