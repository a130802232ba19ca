internal import CompanionCore

/// The repositories over the tables of an ``InMemoryStore``.
///
/// Each call checks all of its conditions before it changes anything.
struct InMemoryTransaction: StoreTransaction {
    let tables: Tables
    let isReadOnly: Bool

    var users: any UserRepository { InMemoryUsers(transaction: self) }
    var characters: any CharacterRepository { InMemoryCharacters(transaction: self) }
    var chats: any ChatRepository { InMemoryChats(transaction: self) }
    var messages: any MessageRepository { InMemoryMessages(transaction: self) }
    var changes: any ChatChangeRepository { InMemoryChatChanges(transaction: self) }
    var leases: any LeaseRepository { InMemoryLeases(transaction: self) }
    var memories: any MemoryRepository { InMemoryMemories(transaction: self) }
    var coverage: any CoverageRepository { InMemoryCoverage(transaction: self) }
    var summaries: any SummaryRepository { InMemorySummaries(transaction: self) }
    var jobs: any JobRepository { InMemoryJobs(transaction: self) }
    var erasures: any ErasureRepository { InMemoryErasures(transaction: self) }
    var accounts: any AccountRepository { InMemoryAccounts(transaction: self) }
    var moderation: any ModerationRepository { InMemoryModeration(transaction: self) }
    var catalog: any CatalogRepository { InMemoryCatalog(transaction: self) }
    var subscriptions: any SubscriptionRepository { InMemorySubscriptions(transaction: self) }
    var lorebooks: any LorebookRepository { InMemoryLorebooks(transaction: self) }

    func requireWriting() throws {
        if isReadOnly {
            throw CompanionError(.unsupported, "A read can't write: use a transaction.")
        }
    }
}
