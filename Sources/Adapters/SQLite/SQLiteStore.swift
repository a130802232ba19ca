public import CompanionCore
internal import _CompanionSQL

/// A relational store in one SQLite file: the embedded default.
///
/// ```swift
/// let store = try SQLiteStore(path: "companion.sqlite")
/// ```
///
/// - Several stores, also of several processes, may use one file at the same time: one transaction runs at a time,
///   reads run beside it. The file must be on a local disk; network file systems can't lock.
/// - The file is in write-ahead mode: what was written last is in the file beside it that ends in `-wal`. Copying the
///   file alone, while a store is open, loses it. To back up, run `sqlite3 companion.sqlite "VACUUM INTO 'copy.sqlite'"`.
/// - A new file can be read and written by its owner only. What is deleted is overwritten in it.
/// - A transaction and a read run on a thread of their connection's, never in Swift's cooperative pool. When their task
///   is cancelled, the statement that runs is interrupted and no other begins.
public final class SQLiteStore: RelationalStore {
    let writer: SQLiteQueue
    let readers: SQLiteReaders
    let migrator: SQLMigrator
    private let version: SQLiteVersion
    /// A vector store in the same file.
    public let vectors: SQLiteVectorStore

    /// Opens the file, creates it where it does not exist, and brings its schema up to date. Blocks for some
    /// milliseconds, and for up to the time of `configuration.busyTimeout` while another process is writing.
    ///
    /// Throws `invalidInput` where the path is a folder, is in no folder, or is another program's database; `forbidden`
    /// where it can't be written; `corrupted` where it is no database; `schemaTooNew` where a newer version of the
    /// library has written it; `unavailable` where it is locked or the disk fails.
    public convenience init(path: String, configuration: Configuration = .init()) throws {
        try self.init(path: path, configuration: configuration, migrator: SQLMigrator())
    }

    init(path: String, configuration: Configuration, migrator: SQLMigrator) throws {
        let path = try SQLiteFile.prepare(path)
        self.migrator = migrator
        do {
            writer = try SQLiteOpening(path: path, configuration: configuration, migrator: migrator).writer()
            readers = SQLiteReaders(
                try (0..<configuration.readers).map { _ in
                    let reader = try SQLiteQueue(path: path, isReadOnly: true, configuration: configuration)
                    try reader.runBlocking { try $0.limitCache() }
                    return reader
                })
            version = SQLiteVersion(
                try SQLiteQueue(path: path, isReadOnly: true, configuration: configuration))
            vectors = SQLiteVectorStore(
                writer: writer, readers: readers, version: version, cacheSize: configuration.vectorCacheSize)
        } catch let failure as SQLFailure {
            throw failure.asPortError
        }
    }

    public func transaction<Result: Sendable>(
        _ body: @Sendable (any StoreTransaction) throws -> Result
    ) async throws -> Result {
        try await writer.transaction { connection in
            try SQLStoreTransaction(connection: connection, isReadOnly: false).whileValid(body)
        }
    }

    public func read<Result: Sendable>(
        _ body: @Sendable (any StoreTransaction) throws -> Result
    ) async throws -> Result {
        try await readers.run { connection in
            try connection.withReadTransaction {
                try SQLStoreTransaction(connection: connection, isReadOnly: true).whileValid(body)
            }
        }
    }

    /// Runs `body` on a connection for reading, in one snapshot.
    func inspect<Result: Sendable>(_ body: @Sendable (SQLiteConnection) throws -> Result) async throws -> Result {
        try await readers.run { connection in
            try connection.withReadTransaction { try body(connection) }
        }
    }

    /// Waits for what runs and closes the file. Later calls throw `unavailable`. A store that is given up without this
    /// closes by itself.
    public func close() async throws {
        for reader in readers.queues { try await reader.close() }
        try await version.close()
        try await writer.close()
    }
}
