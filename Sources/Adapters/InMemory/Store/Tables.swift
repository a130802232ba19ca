internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Everything that an ``InMemoryStore`` keeps.
final class Tables {
    let journal: Journal

    let users: Table<User.ID, User>
    let userIDs: OrderedIndex<All, User.ID>

    let characters: Table<CompanionCharacter.ID, CompanionCharacter>
    let charactersByOwner: OrderedIndex<User.ID, CompanionCharacter.ID>

    let chats: Table<Chat.ID, Chat>
    /// In the order of their last change.
    let chatsByUser: OrderedIndex<User.ID, RecentChat>
    let chatsByCharacter: OrderedIndex<CompanionCharacter.ID, Chat.ID>

    let messages: Table<Message.ID, MessageRow>
    /// Every message, deleted ones included.
    let messagesByChat: OrderedIndex<Chat.ID, Place>
    /// The messages that are not deleted.
    let liveMessages: OrderedIndex<Chat.ID, Place>
    let deletedMessages: OrderedIndex<Deletion, Place>
    let clientIDs: Table<ClientKey, Message.ID>
    /// Which message has an alternative.
    let alternatives: Table<Alternative.ID, Message.ID>
    let generating: OrderedIndex<All, Alternative.ID>

    let changes: Table<ChatChange.ID, ChatChange>
    let changesByChat: OrderedIndex<Chat.ID, ChatChange.ID>

    let leases: Table<String, Lease>

    init() {
        let journal = Journal()
        self.journal = journal
        users = .init(journal: journal)
        userIDs = .init(journal: journal)
        characters = .init(journal: journal)
        charactersByOwner = .init(journal: journal)
        chats = .init(journal: journal)
        chatsByUser = .init(journal: journal)
        chatsByCharacter = .init(journal: journal)
        messages = .init(journal: journal)
        messagesByChat = .init(journal: journal)
        liveMessages = .init(journal: journal)
        deletedMessages = .init(journal: journal)
        clientIDs = .init(journal: journal)
        alternatives = .init(journal: journal)
        generating = .init(journal: journal)
        changes = .init(journal: journal)
        changesByChat = .init(journal: journal)
        leases = .init(journal: journal)
    }
}

extension Tables {
    /// The one group of an index that has no groups.
    enum All { case all }

    struct MessageRow {
        var message: Message
        /// The change that deleted the message.
        var deletion: ChatChange.ID?
    }

    /// Where a message stands in its chat. A chat has one message for a number, so the number alone orders.
    struct Place: Comparable {
        var sequence: Int
        var message: Message.ID?

        static func < (left: Self, right: Self) -> Bool { left.sequence < right.sequence }
        static func == (left: Self, right: Self) -> Bool { left.sequence == right.sequence }
    }

    struct Deletion: Hashable {
        var chat: Chat.ID
        var change: ChatChange.ID
    }

    struct ClientKey: Hashable {
        var chat: Chat.ID
        var clientID: ClientMessageID
    }

    struct RecentChat: Comparable {
        var updatedAt: Date
        var id: Chat.ID

        static func < (left: Self, right: Self) -> Bool {
            left.updatedAt == right.updatedAt ? left.id < right.id : left.updatedAt < right.updatedAt
        }
    }
}

extension Tables {
    /// The chat, where it is the person's own.
    func chat(_ id: Chat.ID, of user: User.ID) -> Chat? {
        chats[id].flatMap { $0.user == user ? $0 : nil }
    }

    /// The message, deleted or not, where it is in a chat of the person's own.
    func row(_ id: Message.ID, of user: User.ID) -> MessageRow? {
        messages[id].flatMap { chat($0.message.chat, of: user) == nil ? nil : $0 }
    }

    /// Replaces a chat and keeps its place in the list of recent ones.
    func replace(_ old: Chat, with new: Chat) {
        chats[old.id] = new
        chatsByUser.remove(RecentChat(updatedAt: old.updatedAt, id: old.id), from: old.user)
        chatsByUser.insert(RecentChat(updatedAt: new.updatedAt, id: new.id), in: new.user)
    }

    /// Marks that messages of a chat have changed.
    func touch(_ chat: Chat, lastSequence: Int? = nil, at now: Date) {
        var touched = chat
        touched.revision += 1
        touched.updatedAt = now.wholeMilliseconds
        if let lastSequence { touched.lastSequence = lastSequence }
        replace(chat, with: touched)
    }
}
