internal import GRDB
internal import GRDBSQLite
internal import _CompanionSQL

/// One of GRDB's connections, driven through SQLite's C interface: a page of messages has a thousand columns, and
/// GRDB's rows would cost more than the database itself.
///
/// Used only within the accesses of its queue.
final class SQLiteConnection: SQLConnection {
    let dialect = SQLDialect.sqlite
    private let database: Database
    /// Nil when it was closed.
    private var prepared: [ObjectIdentifier: Prepared]? = [:]
    /// True where the cancellation of the current task stops statements: each before it begins, and one that takes long
    /// every thousand steps of SQLite's machine, some ten microseconds.
    ///
    /// GRDB interrupts what runs at the moment of the cancellation only: between two statements, nothing.
    private var stopsWhenCancelled = false {
        didSet {
            let check: (@convention(c) (UnsafeMutableRawPointer?) -> CInt)? =
                stopsWhenCancelled ? { _ in Task.isCancelled ? 1 : 0 } : nil
            sqlite3_progress_handler(database.sqliteConnection, 1_000, check, nil)
        }
    }

    private struct Prepared {
        /// Kept because its identity is the key.
        let text: SQLStatement
        let statement: Statement
        var handle: OpaquePointer { statement.sqliteStatement }
    }

    init(_ database: Database) { self.database = database }

    var isClosed: Bool { prepared == nil }
    var preparedTexts: [String] { (prepared ?? [:]).values.map { dialect.text(of: $0.text) } }

    /// Gives up all statements, without which the database can't be closed.
    func close() { prepared = nil }

    // MARK: Cancellation

    /// Within `body`, statements of a cancelled task throw `interrupted`.
    func whileCancellable<Result>(_ body: () throws -> Result) rethrows -> Result {
        stopsWhenCancelled = true
        defer { stopsWhenCancelled = false }
        return try body()
    }

    /// For what ends a transaction: it happens or it does not, and must say which.
    private func runUncancelled(_ statement: SQLStatement) throws {
        let stopped = stopsWhenCancelled
        stopsWhenCancelled = false
        defer { stopsWhenCancelled = stopped }
        _ = try run(statement, [])
    }

    private var isStopped: Bool { stopsWhenCancelled && Task.isCancelled }

    // MARK: Statements

    func run(_ statement: SQLStatement, _ parameters: [SQLValue]) throws -> Int {
        let handle = try prepare(statement).handle
        defer { Self.release(handle) }
        try bind(parameters, to: handle)
        guard sqlite3_step(handle) == SQLITE_DONE else { throw failure() }
        return Int(sqlite3_changes(database.sqliteConnection))
    }

    func query(_ statement: SQLStatement, _ parameters: [SQLValue], _ row: (any SQLRow) throws -> Void) throws {
        let handle = try prepare(statement).handle
        let current = SQLiteRow(handle: handle)
        defer { Self.release(handle) }
        try bind(parameters, to: handle)
        while true {
            switch sqlite3_step(handle) {
            case SQLITE_ROW: try row(current)
            case SQLITE_DONE: return
            default: throw failure()
            }
        }
    }

    func run(script: String) throws {
        do {
            try database.execute(sql: script)
        } catch let error as DatabaseError {
            throw SQLFailure(error)
        } catch is CancellationError {
            throw SQLFailure(.interrupted)
        }
    }

    private func prepare(_ text: SQLStatement) throws -> Prepared {
        guard !isStopped else { throw SQLFailure(.interrupted) }
        let key = ObjectIdentifier(text)
        if let known = prepared?[key] { return known }
        do {
            let made = Prepared(text: text, statement: try database.cachedStatement(sql: dialect.text(of: text)))
            prepared?[key] = made
            return made
        } catch let error as DatabaseError {
            throw SQLFailure(error)
        }
    }

    private func bind(_ parameters: [SQLValue], to handle: OpaquePointer) throws {
        for (index, value) in parameters.enumerated() {
            guard value.bind(to: handle, at: CInt(index + 1)) == SQLITE_OK else { throw failure() }
        }
    }

    /// Leaves nothing of what people wrote in memory that lives as long as the connection.
    private static func release(_ handle: OpaquePointer) {
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }

    private func failure() -> SQLFailure {
        let connection = database.sqliteConnection
        let failure = SQLFailure(
            DatabaseError(
                resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection)),
                message: sqlite3_errmsg(connection).map { String(cString: $0) }))
        // Who is cancelled does not wait for others.
        return failure.kind == .busy && isStopped ? SQLFailure(.interrupted, underlying: failure.underlying) : failure
    }

    // MARK: Transactions

    var isInTransaction: Bool { sqlite3_get_autocommit(database.sqliteConnection) == 0 }

    /// True where the file was opened for reading only, because the system does not allow more.
    var isReadOnly: Bool { sqlite3_db_readonly(database.sqliteConnection, "main") != 0 }

    func withWriteTransaction<Result>(_ body: () throws -> Result) throws -> Result {
        let result = try withOpenTransaction(body)
        try commit()
        return result
    }

    /// Begins a transaction and leaves it open, unless `body` throws.
    ///
    /// Takes the one place of a writer at once, so that no transaction fails for having read first.
    func withOpenTransaction<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            _ = try run(.beginImmediate, [])
            let result = try body()
            guard !isStopped else { throw SQLFailure(.interrupted) }
            return result
        } catch {
            rollBack()
            throw error
        }
    }

    /// Runs `body` within the transaction that is open, and undoes what it did where it throws: ``isInTransaction`` tells
    /// whether the rest is still there.
    func withSavepoint<Result>(_ body: () throws -> Result) throws -> Result {
        _ = try run(.savepoint, [])
        do {
            let result = try body()
            guard !isStopped else { throw SQLFailure(.interrupted) }
            try runUncancelled(.release)
            return result
        } catch {
            if isInTransaction {
                do {
                    try runUncancelled(.rollbackToSavepoint)
                    try runUncancelled(.release)
                } catch {
                    rollBack()
                }
            }
            throw error
        }
    }

    func commit() throws {
        do {
            try runUncancelled(.commit)
        } catch {
            rollBack()
            throw error
        }
    }

    /// Takes a snapshot with the first statement that reads.
    func withReadTransaction<Result>(_ body: () throws -> Result) throws -> Result {
        _ = try run(.beginDeferred, [])
        // Where something unreadable was met, a commit would fail for it once more.
        defer { rollBack() }
        return try body()
    }

    /// SQLite has rolled back by itself after some failures, and an interruption may hit the first attempt.
    private func rollBack() {
        for _ in 0..<3 where isInTransaction { try? runUncancelled(.rollback) }
    }
}

extension SQLStatement {
    fileprivate static let beginImmediate = SQLStatement("BEGIN IMMEDIATE")
    fileprivate static let beginDeferred = SQLStatement("BEGIN DEFERRED")
    fileprivate static let commit = SQLStatement("COMMIT")
    fileprivate static let rollback = SQLStatement("ROLLBACK")
    fileprivate static let savepoint = SQLStatement("SAVEPOINT part")
    fileprivate static let release = SQLStatement("RELEASE part")
    fileprivate static let rollbackToSavepoint = SQLStatement("ROLLBACK TO part")
}
