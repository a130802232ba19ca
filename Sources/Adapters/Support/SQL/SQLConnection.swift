/// One connection to a database, used by one thread at a time: all that the shared statements ask of an adapter.
///
/// Throws ``SQLFailure`` and nothing else.
package protocol SQLConnection: AnyObject {
    var dialect: SQLDialect { get }

    /// Runs a statement that returns no rows.
    ///
    /// - Returns: How many rows it inserted, updated or deleted; those that foreign keys changed are not counted.
    func run(_ statement: SQLStatement, _ parameters: [SQLValue]) throws -> Int

    /// Runs a statement that returns no rows, now or later: a connection may keep it back within a transaction and send it
    /// together with the next statement that somebody waits for, at the latest with the commit.
    ///
    /// Where it was kept back and fails, or changes nothing although it must, the connection rolls back and runs the whole
    /// transaction again with each statement waited for.
    ///
    /// - Returns: As ``run(_:_:)``; nil where it was kept back.
    func write(_ statement: SQLStatement, _ parameters: [SQLValue], mustChange: Bool) throws -> Int?

    /// Runs a statement, one that writes too, and hands over its rows in order; a row is valid only within the call.
    /// `row` must not run the same statement again. What `row` throws ends the statement and is passed on.
    func query(_ statement: SQLStatement, _ parameters: [SQLValue], _ row: (any SQLRow) throws -> Void) throws

    /// Runs statements that are separated by semicolons and are not worth preparing.
    func run(script: String) throws

    /// Runs `body` in a transaction that no other writer can enter before it ends.
    func withWriteTransaction<Result>(_ body: () throws -> Result) throws -> Result
}

extension SQLConnection {
    package func write(_ statement: SQLStatement, _ parameters: [SQLValue], mustChange: Bool) throws -> Int? {
        try run(statement, parameters)
    }

    /// Runs a statement whose effect nobody asks for, now or later.
    package func write(_ statement: SQLStatement, _ parameters: [SQLValue]) throws {
        _ = try write(statement, parameters, mustChange: false)
    }

    /// The first row as a value; nil where there is none.
    package func first<Value>(
        _ statement: SQLStatement, _ parameters: [SQLValue], _ value: (any SQLRow) throws -> Value
    ) throws -> Value? {
        var result: Value?
        try query(statement, parameters) { row in
            if result == nil { result = try value(row) }
        }
        return result
    }

    /// All rows as values.
    package func all<Value>(
        _ statement: SQLStatement, _ parameters: [SQLValue], _ value: (any SQLRow) throws -> Value
    ) throws -> [Value] {
        var result: [Value] = []
        try query(statement, parameters) { result.append(try value($0)) }
        return result
    }
}
