/// Where everything is kept that must not be lost: the truth, from which every index and cache can be rebuilt.
///
/// A store is a set of domain repositories and transactions over them; it knows no SQL here.
///
/// Implementations: `InMemoryStore` (CompanionInMemory), `SQLiteStore` (CompanionSQLite).
/// Suite: `RelationalStoreConformance` (CompanionTesting). Guide: Documentation/Guides/ImplementingARelationalStore.md.
public protocol RelationalStore: Sendable {
    /// Runs `body` in one transaction that reads and writes.
    ///
    /// - All of it happens or nothing does: when `body` throws, or the process dies, nothing of it is kept. When this
    ///   method has returned, what was written is there for every later read, and survives the death of the process.
    /// - Transactions are serialisable: `body` sees no other one half done.
    /// - `body` is synchronous, so that no transaction stays open while something slow is awaited, and runs off the
    ///   cooperative thread pool where it blocks. The store may run it again after a conflict with another
    ///   transaction: it must have no effect besides the transaction's own.
    /// - Cancellation before the commit rolls back and throws `CancellationError`.
    /// - Throws ``CompanionError`` (`conflict`, `notFound`, `unavailable`, `corrupted`, `limitExceeded`) or what `body`
    ///   throws.
    func transaction<Result: Sendable>(
        _ body: @Sendable (any StoreTransaction) throws -> Result
    ) async throws -> Result

    /// Runs `body` over one consistent snapshot; a write in it throws `unsupported`.
    ///
    /// Sees every transaction that had returned before this call. Does not wait for writers, nor they for it, where
    /// the store can do so.
    func read<Result: Sendable>(
        _ body: @Sendable (any StoreTransaction) throws -> Result
    ) async throws -> Result
}

/// What can be done within a transaction; valid only until the transaction's body returns.
///
/// Whatever reads or writes what is somebody's own names that person, and finds nothing of anybody else's: to
/// the wrong person, a thing does not exist.
///
/// - A call that throws has changed nothing, and `body` lets its error out: some databases can't go on after one.
/// - A `limit` below 1 finds nothing.
/// - Times are kept in whole milliseconds (`Date.wholeMilliseconds`), texts scalar by scalar.
public protocol StoreTransaction {
    var users: any UserRepository { get }
    var characters: any CharacterRepository { get }
    var chats: any ChatRepository { get }
    var messages: any MessageRepository { get }
    var changes: any ChatChangeRepository { get }
    var leases: any LeaseRepository { get }
    var memories: any MemoryRepository { get }
    var coverage: any CoverageRepository { get }
    var summaries: any SummaryRepository { get }
    var jobs: any JobRepository { get }
    var erasures: any ErasureRepository { get }
    var accounts: any AccountRepository { get }
    var moderation: any ModerationRepository { get }
    var catalog: any CatalogRepository { get }
    var subscriptions: any SubscriptionRepository { get }
    var lorebooks: any LorebookRepository { get }
}
