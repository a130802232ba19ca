public import CompanionCore
internal import Synchronization

/// A relational store in memory: the default for tests, demonstrations and small embedders. It loses everything with
/// the process.
///
/// Transactions and reads run one after the other under one lock, on the caller's thread; each takes microseconds, so
/// nobody waits long as long as their bodies only read and write. A transaction that throws costs what it had touched,
/// not what the store holds.
public final class InMemoryStore: RelationalStore {
    private let tables = Mutex(Tables())

    public init() {}

    public func transaction<Result: Sendable>(
        _ body: @Sendable (any StoreTransaction) throws -> Result
    ) async throws -> Result {
        try tables.withLock { tables in
            do {
                try Task.checkCancellation()
                let result = try body(InMemoryTransaction(tables: tables, isReadOnly: false))
                try Task.checkCancellation()
                tables.journal.commit()
                return result
            } catch {
                tables.journal.rollBack()
                throw error
            }
        }
    }

    public func read<Result: Sendable>(
        _ body: @Sendable (any StoreTransaction) throws -> Result
    ) async throws -> Result {
        try Task.checkCancellation()
        return try tables.withLock { try body(InMemoryTransaction(tables: $0, isReadOnly: true)) }
    }
}
