public import CompanionCore
internal import _CompanionSQL

/// A relational store on a Postgres server, 13 or newer, for as many processes as connect to it.
///
/// ```swift
/// let store = try await PostgresStore.open(.init(url: "postgres://companion@db.example/companion?sslmode=verify-full"))
/// ```
///
/// - Transactions are serialisable. One that loses against another is run again; see ``Configuration/maximumAttempts``.
/// - A transaction runs on a thread of its connection's, never in Swift's cooperative pool. When its task is cancelled, the
///   server is asked to stop the statement that runs, and no other begins.
/// - When the server restarts, what ran is rolled back and run again on a new connection. Only where the connection is lost
///   during a commit is it unknown whether it happened; then the transaction throws `unavailable` and is not repeated.
/// - Errors carry a ``PostgresError`` with SQLSTATE, table and constraint; values are never in it.
public final class PostgresStore: RelationalStore {
    let pool: PostgresPool
    private let configuration: Configuration

    private init(_ configuration: Configuration) {
        self.configuration = configuration
        pool = PostgresPool(configuration)
    }

    /// Connects, and brings the schema up to date; several processes may do so at the same time.
    ///
    /// Throws `unauthenticated`, `unavailable`, `invalidInput` where the database's encoding is not UTF-8, `forbidden` where
    /// the user may not create tables, `schemaTooNew` where a newer version of the library has been here.
    public static func open(_ configuration: Configuration) async throws -> PostgresStore {
        let store = PostgresStore(configuration)
        try await store.migrate()
        return store
    }

    private func migrate() async throws {
        let schema = configuration.schema
        try await pool.run { connection in
            if let schema {
                try connection.withSchemaTransaction {
                    try connection.run(script: "CREATE SCHEMA IF NOT EXISTS \(PostgresName.quoted(schema))")
                }
            }
            try SQLMigrator().migrate(PostgresSchemaConnection(connection))
        }
    }

    public func transaction<Result: Sendable>(
        _ body: @Sendable (any StoreTransaction) throws -> Result
    ) async throws -> Result {
        try await withoutActuallyEscaping(body) { body in
            try await pool.run { connection in
                try connection.withWriteTransaction {
                    try SQLStoreTransaction(connection: connection, isReadOnly: false).whileValid(body)
                }
            }
        }
    }

    public func read<Result: Sendable>(
        _ body: @Sendable (any StoreTransaction) throws -> Result
    ) async throws -> Result {
        try await withoutActuallyEscaping(body) { body in
            try await pool.run { connection in
                try connection.withReadTransaction {
                    try SQLStoreTransaction(connection: connection, isReadOnly: true).whileValid(body)
                }
            }
        }
    }

    /// Keeps the wanted number of connections open, and closes old and idle ones, until the task is cancelled. The store works
    /// without it, but then keeps what it has opened.
    public func run() async throws { try await pool.upkeep() }

    /// Gives out no connection any more, and waits for what runs. Later calls throw `unavailable`, and so do those who waited
    /// for a connection. Throws `timedOut` where something still runs after `limit`.
    public func close(within limit: Duration = .seconds(30)) async throws { try await pool.close(within: limit) }
}
