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
    let versions: Table<VersionKey, CompanionCharacter>
    let versionsByCharacter: OrderedIndex<CompanionCharacter.ID, Int>

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
    /// Every message, deleted ones included, in the order of their last change.
    let messagesByRevision: OrderedIndex<Chat.ID, MessageStamp>
    let clientIDs: Table<ClientKey, Message.ID>
    /// Which message has an alternative.
    let alternatives: Table<Alternative.ID, Message.ID>
    let generating: OrderedIndex<All, Alternative.ID>

    let changes: Table<ChatChange.ID, ChatChange>
    let changesByChat: OrderedIndex<Chat.ID, ChatChange.ID>

    let leases: Table<String, Lease>

    let memories: Table<Memory.ID, Memory>
    let memoriesByUser: OrderedIndex<User.ID, Memory.ID>
    /// Of every memory that there is or was, its last write.
    let memoryStamps: Table<Memory.ID, MemoryStamp>
    let memoriesByRevision: OrderedIndex<User.ID, MemoryStamp>
    let memoriesByMessage: OrderedIndex<Owned<Message.ID>, Memory.ID>
    /// For each memory, those whose place it took.
    let memoriesBySuccessor: OrderedIndex<Owned<Memory.ID>, Memory.ID>
    let memoryRevisions: Table<User.ID, Int>
    let forgotten: Table<Memory.ID, ForgottenMemory>
    let forgottenByUser: OrderedIndex<User.ID, Memory.ID>

    /// The sequence number of a chat's last covered message.
    let coverage: Table<Chat.ID, Int>
    let reopened: OrderedIndex<Chat.ID, Int>
    let summaries: Table<Chat.ID, ChatSummary>

    let jobs: Table<Job.ID, Job>
    let jobIDs: OrderedIndex<JobList, Job.ID>
    let waitingJobs: Table<JobKey, Job.ID>
    /// The jobs that wait or run.
    let dueJobs: OrderedIndex<JobQueue, DueJob>

    let accounts: AccountTables

    let erasures: Table<Erasure.ID, Erasure>
    let erasureIDs: OrderedIndex<All, Erasure.ID>
    /// Those that go on.
    let erasuresByUser: Table<User.ID, Erasure.ID>

    let moderationStates: Table<User.ID, ModerationState>
    let moderationRecords: Table<ModerationRecord.ID, ModerationRecord>
    let moderationRecordIDs: OrderedIndex<All, ModerationRecord.ID>
    let moderationRecordsByUser: OrderedIndex<User.ID, ModerationRecord.ID>
    let moderationCounters: Table<All, ModerationCounters>

    let subscriptions: SubscriptionTables
    let catalog: CatalogTables
    let lorebooks: LorebookTables

    init() {
        let journal = Journal()
        self.journal = journal
        users = .init(journal: journal)
        userIDs = .init(journal: journal)
        characters = .init(journal: journal)
        charactersByOwner = .init(journal: journal)
        versions = .init(journal: journal)
        versionsByCharacter = .init(journal: journal)
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
        messagesByRevision = .init(journal: journal)
        memories = .init(journal: journal)
        memoriesByUser = .init(journal: journal)
        memoryStamps = .init(journal: journal)
        memoriesByRevision = .init(journal: journal)
        memoriesByMessage = .init(journal: journal)
        memoriesBySuccessor = .init(journal: journal)
        memoryRevisions = .init(journal: journal)
        forgotten = .init(journal: journal)
        forgottenByUser = .init(journal: journal)
        coverage = .init(journal: journal)
        reopened = .init(journal: journal)
        summaries = .init(journal: journal)
        jobs = .init(journal: journal)
        jobIDs = .init(journal: journal)
        waitingJobs = .init(journal: journal)
        dueJobs = .init(journal: journal)
        accounts = .init(journal: journal)
        erasures = .init(journal: journal)
        erasureIDs = .init(journal: journal)
        erasuresByUser = .init(journal: journal)
        moderationStates = .init(journal: journal)
        moderationRecords = .init(journal: journal)
        moderationRecordIDs = .init(journal: journal)
        moderationRecordsByUser = .init(journal: journal)
        moderationCounters = .init(journal: journal)
        subscriptions = .init(journal: journal)
        catalog = .init(journal: journal)
        lorebooks = .init(journal: journal)
    }
}

extension Tables {
    /// The one group of an index that has no groups.
    enum All { case all }

    struct VersionKey: Hashable {
        var character: CompanionCharacter.ID
        var revision: Int
    }

    struct MessageRow {
        var message: Message
        /// The chat's revision that the last change made.
        var revision: Int
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

    /// Where a message stands among the changes of its chat.
    struct MessageStamp: Comparable {
        var revision: Int
        var sequence: Int
        var message: Message.ID?

        static func < (left: Self, right: Self) -> Bool {
            (left.revision, left.sequence) < (right.revision, right.sequence)
        }
        static func == (left: Self, right: Self) -> Bool {
            (left.revision, left.sequence) == (right.revision, right.sequence)
        }
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

    /// Marks that messages of a chat have changed: those that are stamped with the next revision.
    func touch(_ chat: Chat, lastSequence: Int? = nil, at now: Date) {
        var touched = chat
        touched.revision += 1
        touched.updatedAt = now.wholeMilliseconds
        if let lastSequence { touched.lastSequence = lastSequence }
        replace(chat, with: touched)
    }
}
