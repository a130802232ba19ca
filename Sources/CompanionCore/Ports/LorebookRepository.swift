/// The lorebooks that people keep beside their characters, what they are attached to, and what chats remember of them.
public protocol LorebookRepository {
    /// Throws `notFound` where the owner is not there, `conflict` where the identifier exists.
    func insert(_ lorebook: CompanionLorebook) throws

    /// Nil where the person has no such book.
    func lorebook(_ id: CompanionLorebook.ID, of user: User.ID) throws -> CompanionLorebook?

    /// Replaces name, book, ``CompanionLorebook/isEverywhere`` and `updatedAt`, and counts the revision.
    ///
    /// Throws `conflict` where the book is at another revision, `notFound` where the person has none.
    func update(_ lorebook: CompanionLorebook, of user: User.ID) throws

    /// Deletes a book and its attachments; false where there was none.
    func delete(_ id: CompanionLorebook.ID, of user: User.ID) throws -> Bool

    /// The person's books after `id`, at most `limit`, in the order of their identifiers.
    func lorebooks(of user: User.ID, after id: CompanionLorebook.ID?, limit: Int) throws -> [LorebookSummary]

    /// How many books the person has.
    func count(of user: User.ID) throws -> Int

    /// Attaches a book to a chat; false where it was attached already.
    /// Throws `notFound` where the book or the chat is not the person's.
    func attach(_ id: CompanionLorebook.ID, to chat: Chat.ID, of user: User.ID) throws -> Bool

    /// False where the book was not attached.
    func detach(_ id: CompanionLorebook.ID, from chat: Chat.ID, of user: User.ID) throws -> Bool

    /// The books that apply: those that are attached to `chat` (nil: none), then those that apply everywhere, each once
    /// and each group in the order of its identifiers. A book that is attached and applies everywhere too stands among the
    /// attached ones, as one of them. One cheap read, because every turn does it.
    func stamps(in chat: Chat.ID?, of user: User.ID) throws -> [LorebookStamp]

    /// What the chat remembers of the entries that were used; nil where that is nothing. Goes with the chat.
    func state(of chat: Chat.ID, of user: User.ID) throws -> LorebookState?

    /// Replaces what the chat remembers. Throws `notFound` where the chat is not the person's.
    func put(_ state: LorebookState, of chat: Chat.ID, of user: User.ID) throws
}
