internal import CompanionCore
internal import Dispatch
internal import GRDB
internal import GRDBSQLite
internal import _CompanionSQL

/// A connection and the serial queue that its work runs on, off the cooperative thread pool.
///
/// GRDB's `DatabaseQueue` and not its pool: a read through the pool hops twice, first to wait for a reader and then to
/// the reader, and a hop costs about as much as reading ten messages.
final class SQLiteQueue: Sendable {
    private let queue: DatabaseQueue
    // Safety: used only within accesses of `queue`, which are serial, and in `deinit`, when there are none.
    private nonisolated(unsafe) let connection: SQLiteConnection

    init(path: String, isReadOnly: Bool, configuration: SQLiteStore.Configuration) throws {
        do {
            queue = try DatabaseQueue(path: path, configuration: configuration.grdb(isReadOnly: isReadOnly))
            connection = queue.writeWithoutTransaction { SQLiteConnection($0) }
        } catch let error as DatabaseError {
            throw SQLFailure(error)
        }
    }

    deinit { connection.close() }

    /// Runs `body` on the queue. When the task is cancelled, the statement that runs and all later ones throw, but for
    /// the end of a transaction.
    func run<Result: Sendable>(
        _ body: @Sendable (SQLiteConnection) throws -> Result
    ) async throws -> Result {
        do {
            return try await queue.writeWithoutTransaction { _ in
                guard !connection.isClosed else {
                    throw CompanionError(.unavailable, "The store was closed: open it again.", retry: .never)
                }
                return try connection.whileCancellable { try body(connection) }
            }
        } catch let failure as SQLFailure {
            throw failure.asPortError
        }
    }

    /// Runs `body` and blocks the caller meanwhile: for opening.
    func runBlocking<Result>(_ body: (SQLiteConnection) throws -> Result) throws -> Result {
        try queue.writeWithoutTransaction { _ in try body(connection) }
    }

    /// Waits for what runs, then closes the connection. A cancelled task closes too.
    func close() async throws {
        try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
            DispatchQueue.global().async { [self] in
                done.resume(
                    with: Result {
                        queue.writeWithoutTransaction { _ in connection.close() }
                        do { try queue.close() } catch let error as DatabaseError {
                            throw SQLFailure(error).asPortError
                        }
                    })
            }
        }
    }
}

extension SQLiteStore.Configuration {
    fileprivate func grdb(isReadOnly: Bool) -> GRDB.Configuration {
        var configuration = GRDB.Configuration()
        configuration.readonly = isReadOnly
        configuration.foreignKeysEnabled = true
        configuration.label = "companion"
        let wait = SQLiteBusyWait(limit: busyTimeout)
        configuration.busyMode = .callback { attempt in
            guard let milliseconds = wait.milliseconds(beforeAttempt: attempt), !Task.isCancelled else { return false }
            sqlite3_sleep(milliseconds)
            return true
        }
        return configuration
    }
}
