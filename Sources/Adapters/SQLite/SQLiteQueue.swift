internal import CompanionCore
internal import Dispatch
internal import GRDB
internal import GRDBSQLite
internal import Synchronization
internal import _CompanionSQL

/// A connection and the serial queue that its work runs on, off the cooperative thread pool.
///
/// GRDB's `DatabaseQueue` and not its pool: a read through the pool hops twice, first to wait for a reader and then to
/// the reader, and a hop costs about as much as reading ten messages.
final class SQLiteQueue: Sendable {
    private let queue: DatabaseQueue
    // Safety: used only within accesses of `queue`, which are serial, and in `deinit`, when there are none.
    private nonisolated(unsafe) let connection: SQLiteConnection
    /// Those whose transaction is open.
    // Safety: used only within accesses of `queue`, which are serial.
    private nonisolated(unsafe) var group: (parts: SQLiteGroup, count: Int, began: DispatchTime)?
    /// How many transactions are on their way to the queue.
    let coming = Atomic(0)
    /// Who comes first waits for no more than these.
    private static let largestGroup = 64
    /// In nanoseconds.
    private static let longestGroup: UInt64 = 5_000_000

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
                commitGroup()
                try requireOpen()
                return try connection.whileCancellable { try body(connection) }
            }
        } catch let failure as SQLFailure {
            throw failure.asPortError
        }
    }

    private func requireOpen() throws {
        guard !connection.isClosed else {
            throw CompanionError(.unavailable, "The store was closed: open it again.", retry: .never)
        }
    }

    /// Runs `body` and blocks the caller meanwhile: for opening.
    func runBlocking<Result>(_ body: (SQLiteConnection) throws -> Result) throws -> Result {
        try queue.writeWithoutTransaction { _ in
            commitGroup()
            return try body(connection)
        }
    }

    /// Waits for what runs, then closes the connection. A cancelled task closes too.
    func close() async throws {
        try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
            DispatchQueue.global().async { [self] in
                done.resume(
                    with: Result {
                        queue.writeWithoutTransaction { _ in
                            commitGroup()
                            connection.close()
                        }
                        do { try queue.close() } catch let error as DatabaseError {
                            throw SQLFailure(error).asPortError
                        }
                    })
            }
        }
    }
}

// MARK: - Transactions
extension SQLiteQueue {
    /// Runs `body` in a transaction, on the queue.
    ///
    /// Where others are on their way meanwhile, the transaction stays open for them: each runs in a savepoint, so that it can
    /// fail alone, and the last one commits for all. That is most of what a small transaction costs. `body` runs again where
    /// the failure of another has undone it.
    func transaction<Result: Sendable>(
        _ body: @Sendable (SQLiteConnection) throws -> Result
    ) async throws -> Result {
        while true {
            let (result, group) = try await part(body)
            switch await group?.outcome() {
            case nil, .committed: return result
            case .undone: continue
            case .failed(let error): throw error
            }
        }
    }

    /// - Returns: Beside the result the group whose commit makes it last; nil where it lasts already.
    private func part<Result: Sendable>(
        _ body: @Sendable (SQLiteConnection) throws -> Result
    ) async throws -> (Result, SQLiteGroup?) {
        coming.add(1, ordering: .relaxed)
        let isOnTheWay = Atomic(true)
        do {
            return try await queue.writeWithoutTransaction { _ in
                isOnTheWay.store(false, ordering: .relaxed)
                coming.subtract(1, ordering: .relaxed)
                defer { if !isGroupAwaited { commitGroup() } }
                try requireOpen()
                return try connection.whileCancellable { try add(body) }
            }
        } catch {
            if isOnTheWay.load(ordering: .relaxed) {
                // Cancelled before its turn came; the group may have been left open for it.
                coming.subtract(1, ordering: .relaxed)
                queue.asyncWriteWithoutTransaction { [self] _ in if !isGroupAwaited { commitGroup() } }
            }
            throw (error as? SQLFailure)?.asPortError ?? error
        }
    }

    private func add<Result>(_ body: (SQLiteConnection) throws -> Result) throws -> (Result, SQLiteGroup?) {
        if let group {
            do {
                let result = try connection.withSavepoint { try body(connection) }
                self.group?.count += 1
                return (result, group.parts)
            } catch {
                // After some failures SQLite rolls back all that there is.
                if !connection.isInTransaction { endGroup(.undone) }
                throw error
            }
        }
        let result = try connection.withOpenTransaction { try body(connection) }
        guard coming.load(ordering: .relaxed) > 0 else {
            try connection.commit()
            return (result, nil)
        }
        let parts = SQLiteGroup()
        group = (parts, 1, .now())
        return (result, parts)
    }

    /// Whether the transaction that is open stays so for those who are on their way.
    private var isGroupAwaited: Bool {
        guard let group, group.count < Self.largestGroup, coming.load(ordering: .relaxed) > 0 else { return false }
        return DispatchTime.now().uptimeNanoseconds - group.began.uptimeNanoseconds < Self.longestGroup
    }

    private func commitGroup() {
        guard group != nil else { return }
        do {
            try connection.commit()
            endGroup(.committed)
        } catch let failure as SQLFailure where failure.kind == .interrupted {
            // Meant for one of them, who will notice.
            endGroup(.undone)
        } catch {
            endGroup(.failed((error as? SQLFailure)?.asPortError ?? error))
        }
    }

    private func endGroup(_ outcome: SQLiteGroup.Outcome) {
        let parts = group?.parts
        group = nil
        parts?.end(outcome)
    }
}

extension SQLiteStore.Configuration {
    fileprivate func grdb(isReadOnly: Bool) -> GRDB.Configuration {
        var configuration = GRDB.Configuration()
        configuration.readonly = isReadOnly
        configuration.foreignKeysEnabled = true
        // A group's transaction goes on from one access of the queue to the next.
        configuration.allowsUnsafeTransactions = true
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
