/// Which messages of chats have been read for memories: all up to a cursor, but for those that were opened again because
/// they, or what was learnt from them, changed. So each message is covered exactly once, whatever dies.
public protocol CoverageRepository {
    /// The sequence number of the last covered message; 0 where none is.
    func cursor(of chat: Chat.ID, of user: User.ID) throws -> Int

    /// Moves the cursor forward. False, with nothing changed, where it does not stand at `old`.
    ///
    /// Throws `notFound` where the chat is not the person's, `invalidInput` where `new` is not after old.
    func advance(_ chat: Chat.ID, of user: User.ID, from old: Int, to new: Int) throws -> Bool

    /// Opens covered messages again; what is open stays open, and what is past the cursor is not opened.
    /// Throws `notFound` where the chat is not the person's.
    func reopen(_ sequences: [Int], in chat: Chat.ID, of user: User.ID) throws

    /// The lowest `limit` sequence numbers that are open again, ascending.
    func reopened(in chat: Chat.ID, of user: User.ID, limit: Int) throws -> [Int]

    /// Covers opened messages again; returns how many of them were open.
    func close(_ sequences: [Int], in chat: Chat.ID, of user: User.ID) throws -> Int
}

/// The rolling summaries of chats.
public protocol SummaryRepository {
    /// Nil where there is none.
    func summary(of chat: Chat.ID, of user: User.ID) throws -> ChatSummary?

    /// Keeps or replaces a chat's summary. Throws `notFound` where the chat is not the person's.
    func put(_ summary: ChatSummary) throws

    /// Forgets a chat's summary; false where there was none.
    func delete(of chat: Chat.ID, of user: User.ID) throws -> Bool
}
