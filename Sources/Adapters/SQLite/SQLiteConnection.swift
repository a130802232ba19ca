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
    /// Nil when it was closed. The statement's text is kept because its identity is the key.
    private var prepared: [ObjectIdentifier: (text: SQLStatement, statement: Statement)]? = [:]

    init(_ database: Database) { self.database = database }

    var isClosed: Bool { prepared == nil }

    /// Gives up all statements, without which the database can't be closed.
    func close() { prepared = nil }

    // MARK: Statements

    func run(_ statement: SQLStatement, _ parameters: [SQLValue]) throws -> Int {
        let handle = try prepare(statement)
        defer { Self.release(handle) }
        try bind(parameters, to: handle)
        guard sqlite3_step(handle) == SQLITE_DONE else { throw failure() }
        return Int(sqlite3_changes(database.sqliteConnection))
    }

    func query(_ statement: SQLStatement, _ parameters: [SQLValue], _ row: (any SQLRow) throws -> Void) throws {
        let handle = try prepare(statement)
        defer { Self.release(handle) }
        try bind(parameters, to: handle)
        let current = SQLiteRow(handle: handle)
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
        }
    }

    private func prepare(_ statement: SQLStatement) throws -> OpaquePointer {
        let key = ObjectIdentifier(statement)
        if let known = prepared?[key] { return known.statement.sqliteStatement }
        do {
            let made = try database.cachedStatement(sql: dialect.text(of: statement))
            prepared?[key] = (statement, made)
            return made.sqliteStatement
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
        return SQLFailure(
            DatabaseError(
                resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection)),
                message: sqlite3_errmsg(connection).map { String(cString: $0) }))
    }

    // MARK: Transactions

    private var isInTransaction: Bool { sqlite3_get_autocommit(database.sqliteConnection) == 0 }

    /// True where the file was opened for reading only, because the system does not allow more.
    var isReadOnly: Bool { sqlite3_db_readonly(database.sqliteConnection, "main") != 0 }

    func withWriteTransaction<Result>(_ body: () throws -> Result) throws -> Result {
        try withTransaction(.beginImmediate, body)
    }

    /// Begins with `begin`, runs `body` and commits, or rolls back what threw.
    func withTransaction<Result>(_ begin: SQLStatement, _ body: () throws -> Result) throws -> Result {
        do {
            _ = try run(begin, [])
            let result = try body()
            _ = try run(.commit, [])
            return result
        } catch {
            // SQLite has rolled back by itself after some failures. An interruption may hit the first attempt.
            for _ in 0..<3 where isInTransaction { _ = try? run(.rollback, []) }
            throw error
        }
    }
}

extension SQLStatement {
    /// Takes the one place of a writer at once, so that a transaction never fails for having read first.
    static let beginImmediate = SQLStatement("BEGIN IMMEDIATE")
    /// Takes a snapshot with the first statement that reads.
    static let beginDeferred = SQLStatement("BEGIN DEFERRED")
    fileprivate static let commit = SQLStatement("COMMIT")
    fileprivate static let rollback = SQLStatement("ROLLBACK")
}
