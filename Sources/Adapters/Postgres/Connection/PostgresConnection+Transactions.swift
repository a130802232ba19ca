internal import CPostgres
internal import _CompanionSQL

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

extension PostgresConnection {
    /// Serialisable: of two that would see each other half done, one fails with a conflict and is run again.
    ///
    /// `body` may run twice: where a write that was kept back is refused, all is rolled back and done again with each
    /// statement waited for, so that its caller hears of it.
    func withWriteTransaction<Result>(_ body: () throws -> Result) throws -> Result {
        mayRunAgain = false
        isRefusedLate = false
        do {
            keepsWritesBack = true
            defer { keepsWritesBack = false }
            return try inTransaction(.beginSerializable, commits: true, body)
        } catch {
            guard isRefusedLate, !isBroken, !cancellation.isRequested else { throw error }
        }
        mayRunAgain = false
        return try inTransaction(.beginSerializable, commits: true, body)
    }

    /// One snapshot, taken by the first statement.
    func withReadTransaction<Result>(_ body: () throws -> Result) throws -> Result {
        mayRunAgain = false
        return try inTransaction(.beginReading, commits: false, body)
    }

    /// Each statement sees what was committed before it: for changes of the schema, behind a lock that others wait for.
    func withSchemaTransaction<Result>(_ body: () throws -> Result) throws -> Result {
        mayRunAgain = false
        return try withStatementTimeout(.seconds(600)) {
            try inTransaction(.beginChangingSchema, commits: true) {
                try query(.lockSchema, []) { _ in }
                return try body()
            }
        }
    }

    /// For statements that are known to take long.
    func withStatementTimeout<Result>(_ timeout: Duration, _ body: () throws -> Result) throws -> Result {
        let usual = statementTimeout
        statementTimeout = timeout
        defer { statementTimeout = usual }
        return try body()
    }

    private func inTransaction<Result>(
        _ begin: SQLStatement, commits: Bool, _ body: () throws -> Result
    ) throws -> Result {
        awaitCancellation()
        do {
            try send(begin, as: .begin)
            let result = try body()
            try checkUse()
            if commits {
                try commit()
            } else {
                try endReading()
            }
            return result
        } catch {
            rollBack()
            throw error
        }
    }

    /// Commits, together with what was kept back.
    private func commit() throws {
        isEnding = true
        defer { isEnding = false }
        // Nobody speaks now but a server that takes its leave: a connection that is known to be gone has not committed.
        var looks = 0
        while looks < 8, Self.wait(for: PQsocket(handle), writing: false, until: .now) {
            guard PQconsumeInput(handle) == 1 else { throw failure() }
            looks += 1
        }
        do {
            try send(.commit, as: .commit)
            PQclear(try takeAnswers())
        } catch let failure as SQLFailure {
            // A server that says why did not commit. Where the connection was lost it is not known: it must not happen twice.
            if (failure.underlying as? PostgresError)?.sqlState == nil { mayRunAgain = false }
            throw failure
        }
    }

    /// Ends a transaction that has written nothing, without waiting for it: what comes next is sent behind.
    private func endReading() throws {
        // A body that asked nothing shall know that the server is there.
        if !pending.isEmpty { PQclear(try takeAnswers()) }
        guard !cancellation.isPending else { return rollBack() }
        isEnding = true
        defer { isEnding = false }
        do {
            try send(.commit, as: .end)
            try sync()
            guard PQflush(handle) == 0 else { return rollBack() }
        } catch {
            // What was read is good all the same.
            isBroken = true
        }
    }

    /// Makes the connection as good as new for the next who has it, or gives it up.
    private func rollBack() {
        guard !isBroken else { return }
        isEnding = true
        defer { isEnding = false }
        awaitCancellation()
        for _ in 0..<3 where !isBroken && !isIdle {
            do {
                try send(.rollback, as: .begin)
                PQclear(try takeAnswers())
            } catch {}
        }
        if !isIdle { isBroken = true }
    }

    private var isIdle: Bool { pending.isEmpty && PQtransactionStatus(handle) == PQTRANS_IDLE }

    /// A request to stop that is on its way would stop the next one's statement.
    private func awaitCancellation() {
        guard cancellation.isPending else { return }
        let deadline = ContinuousClock.now + Self.cancellationGrace
        while cancellation.isPending, ContinuousClock.now < deadline { usleep(1_000) }
        if cancellation.isPending { isBroken = true }
    }
}

extension SQLStatement {
    fileprivate static let beginSerializable = SQLStatement("BEGIN ISOLATION LEVEL SERIALIZABLE")
    fileprivate static let beginReading = SQLStatement("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    fileprivate static let beginChangingSchema = SQLStatement("BEGIN ISOLATION LEVEL READ COMMITTED")
    fileprivate static let commit = SQLStatement("COMMIT")
    fileprivate static let rollback = SQLStatement("ROLLBACK")
    /// "CompanionMigrate": any number that nobody else is likely to lock.
    fileprivate static let lockSchema = SQLStatement("SELECT pg_advisory_xact_lock(4860983256176124259)")
}

/// A connection while it changes the schema: its transactions wait for each other.
final class PostgresSchemaConnection: SQLConnection {
    private let connection: PostgresConnection

    init(_ connection: PostgresConnection) { self.connection = connection }

    var dialect: SQLDialect { connection.dialect }
    func run(_ statement: SQLStatement, _ parameters: [SQLValue]) throws -> Int {
        try connection.run(statement, parameters)
    }
    func query(_ statement: SQLStatement, _ parameters: [SQLValue], _ row: (any SQLRow) throws -> Void) throws {
        try connection.query(statement, parameters, row)
    }
    func run(script: String) throws { try connection.run(script: script) }
    func withWriteTransaction<Result>(_ body: () throws -> Result) throws -> Result {
        try connection.withSchemaTransaction(body)
    }
}
