#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// The messages of chats.
///
/// Every call that changes messages, however many, counts their chat's revision up by one and sets the chat's
/// `updatedAt` to the time given; one that finds nothing to change leaves the chat as it is. The messages that it changed
/// are stamped with that revision, so that whoever keeps an index reads only those.
/// A deleted message is kept until its chat is deleted, and is found by nobody until it is restored.
public protocol MessageRepository {
    /// Appends messages to a chat, in one go.
    ///
    /// Their sequence numbers must be the chat's `lastSequence` + 1, + 2, …; the chat's is moved on. Throws `notFound`
    /// where the chat is not the person's; `conflict` where the sequence numbers are others, or an identifier (a
    /// message's or an alternative's) or a client id of the chat exists already; `invalidInput` where a message names
    /// another chat or selects an alternative that it has not; `limitExceeded` where one has more than 256 alternatives.
    func append(_ messages: [Message], to chat: Chat.ID, of user: User.ID, at now: Date) throws

    /// The message; nil where there is none, or it is deleted or somebody else's.
    func message(_ id: Message.ID, of user: User.ID) throws -> Message?

    /// The message that has this client id in the chat, deleted or not; nil where there is none.
    func message(clientID: ClientMessageID, in chat: Chat.ID, of user: User.ID) throws -> Message?

    /// The newest `limit` messages with sequence numbers before `sequence` (nil: the newest of all), oldest first.
    /// Costs as much as the page, however long the chat is.
    func messages(in chat: Chat.ID, of user: User.ID, before sequence: Int?, limit: Int) throws -> [Message]

    /// The oldest `limit` messages with sequence numbers after `sequence`, oldest first. Costs as much as the page.
    func messages(in chat: Chat.ID, of user: User.ID, after sequence: Int, limit: Int) throws -> [Message]

    /// At most `limit` messages whose last change comes after `cursor`, deleted ones too, in the order of revisions and
    /// then of sequence numbers; each message once, as it is now. Costs as much as what it finds.
    ///
    /// A call may have changed more messages than a page holds: the next page begins after the last one's cursor, and
    /// only when a page is not full has all been read up to the chat's revision.
    func changes(
        in chat: Chat.ID, of user: User.ID, after cursor: MessageChangeCursor, limit: Int
    ) throws -> [MessageChange]

    /// Adds an alternative at the end and selects it. Throws `notFound`, `limitExceeded` (256 alternatives),
    /// `conflict` where the identifier exists.
    func append(_ alternative: Alternative, to message: Message.ID, of user: User.ID, at now: Date) throws

    /// Replaces all of an alternative but its identifier, `createdAt` and place; in a deleted message too, because the
    /// turn that writes it may end, or be repaired, after the deletion.
    ///
    /// - Parameter turn: Where given, only an alternative that is still this turn's and `generating` is replaced.
    /// - Returns: False where there is no such alternative of this person's, or it is not the turn's any more.
    func update(
        _ alternative: Alternative, of message: Message.ID, of user: User.ID, ifGeneratedBy turn: Turn.ID?,
        at now: Date
    ) throws -> Bool

    /// Selects the alternative at `index`. Throws `notFound` for a message that there is not, `invalidInput` for an
    /// index that there is not.
    func select(alternativeAt index: Int, of message: Message.ID, of user: User.ID, at now: Date) throws

    /// Deletes the messages with these sequence numbers under the name of a change; returns how many.
    func delete(
        sequences: ClosedRange<Int>, in chat: Chat.ID, of user: User.ID, as change: ChatChange.ID, at now: Date
    ) throws -> Int

    /// Restores what was deleted under the name of a change; returns how many.
    func restore(_ change: ChatChange.ID, in chat: Chat.ID, of user: User.ID, at now: Date) throws -> Int

    /// For repair, of all people: at most `limit` alternatives that are marked `generating`, of deleted messages too.
    func generating(limit: Int) throws -> [GeneratingAlternative]
}

/// A message that was changed, as it is now.
public struct MessageChange: Sendable, Hashable {
    public var message: Message
    public var isDeleted: Bool
    /// The chat's revision that the last change made.
    public var revision: Int

    public init(message: Message, isDeleted: Bool, revision: Int) {
        self.message = message
        self.isDeleted = isDeleted
        self.revision = revision
    }
}

/// A place among the changes of a chat's messages.
public struct MessageChangeCursor: Sendable, Hashable {
    public var revision: Int
    public var sequence: Int

    public init(revision: Int, sequence: Int) {
        self.revision = revision
        self.sequence = sequence
    }

    /// Behind all that was changed with this revision of the chat, and before what comes next; of 0: before everything.
    public init(behind revision: Int) { self.init(revision: revision, sequence: .max) }

    /// The place of `change`: a page after it begins with the next one.
    public init(_ change: MessageChange) {
        self.init(revision: change.revision, sequence: change.message.sequence)
    }
}

extension MessageRepository {
    /// ``changes(in:of:after:limit:)-(_,_,MessageChangeCursor,_)`` from behind a whole revision on. A further page begins
    /// after the cursor of the last change, because a revision may be longer than a page.
    public func changes(
        in chat: Chat.ID, of user: User.ID, after revision: Int, limit: Int
    ) throws -> [MessageChange] {
        try changes(in: chat, of: user, after: MessageChangeCursor(behind: revision), limit: limit)
    }
}

/// An alternative that a turn is writing, or was when its process died.
public struct GeneratingAlternative: Sendable, Hashable {
    public var user: User.ID
    public var chat: Chat.ID
    public var message: Message.ID
    public var alternative: Alternative

    public init(user: User.ID, chat: Chat.ID, message: Message.ID, alternative: Alternative) {
        self.user = user
        self.chat = chat
        self.message = message
        self.alternative = alternative
    }
}
