/// The changes of chats that can be taken back, newest first.
public protocol ChatChangeRepository {
    /// Throws `notFound` where the chat is not the person's, `conflict` where the identifier exists.
    func insert(_ change: ChatChange, of user: User.ID) throws

    /// The newest change of the chat (greatest identifier); nil where there is none.
    func latest(in chat: Chat.ID, of user: User.ID) throws -> ChatChange?

    /// Forgets a change; false where there was none.
    func delete(_ id: ChatChange.ID, in chat: Chat.ID, of user: User.ID) throws -> Bool
}
