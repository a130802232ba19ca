internal import CompanionCore

/// A store whose tables can be read and written as they are.
package protocol SQLTableStore: Sendable {
    /// Runs `body` in a transaction that reads.
    func readTables<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result

    /// Runs `body` in a transaction that writes; where that is necessary more than once.
    func writeTables<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result
}

/// Copies all that a store holds, vectors apart, into an empty one of whatever kind, and compares both afterwards.
///
/// While it goes on, and where it ends in the middle, the new store can't be opened: it says that it is not whole.
package struct SQLStoreCopy: Sendable {
    /// How far it is with a table.
    package struct Progress: Sendable, Hashable {
        package var table: String
        package var rows: Int
        /// Whether the table is whole.
        package var isComplete: Bool
    }

    private static let page = 200

    private let source: any SQLTableStore
    private let target: any SQLTableStore

    package init(from source: any SQLTableStore, to target: any SQLTableStore) {
        self.source = source
        self.target = target
    }

    /// Throws `conflict` where the new store is not empty, or where both differ in the end because the old one was used meanwhile.
    ///
    /// - Returns: How many rows were copied.
    package func run(
        isolation: isolated (any Actor)? = #isolation, _ progress: (Progress) -> Void
    ) async throws -> Int {
        let tables = SQLTable.all.map(SQLTableStatements.init)
        try await target.writeTables { connection in
            for table in tables {
                guard try connection.first(table.any, [], { try $0.integer(0) }) == nil else {
                    throw CompanionError(.conflict, "The store to copy to is not empty: name a new one.")
                }
            }
            try connection.write(.markUnfinished, [.timestamp(SystemClock().stamp)])
        }
        var total = 0
        var digests: [SQLDigest] = []
        for table in tables {
            var (rows, digest, last): (Int, SQLDigest, [SQLValue]?) = (0, SQLDigest(), nil)
            while true {
                let page = try await source.readTables { [last] in try table.page(of: $0, after: last, Self.page) }
                try await target.writeTables { connection in
                    for row in page { try connection.write(table.insert, row) }
                }
                for row in page { digest.add(row) }
                rows += page.count
                last = page.last.map { row in table.table.key.map { row[$0] } }
                guard page.count == Self.page else { break }
                progress(Progress(table: table.table.name, rows: rows, isComplete: false))
            }
            progress(Progress(table: table.table.name, rows: rows, isComplete: true))
            digests.append(digest)
            total += rows
        }
        for (table, digest) in zip(tables, digests) {
            let copied = try await self.digest(of: table, in: target)
            guard copied == digest else {
                throw CompanionError(
                    .internalInconsistency, "The table \(table.table.name) was not copied as it is.")
            }
            guard try await self.digest(of: table, in: source) == digest else {
                throw CompanionError(
                    .conflict,
                    "The old store was used while it was copied: end what uses it, and copy again into a new one.")
            }
        }
        try await target.writeTables { try $0.write(.markFinished, []) }
        return total
    }

    private func digest(of table: SQLTableStatements, in store: any SQLTableStore) async throws -> SQLDigest {
        var (digest, last): (SQLDigest, [SQLValue]?) = (SQLDigest(), nil)
        while true {
            let page = try await store.readTables { [last] in try table.page(of: $0, after: last, Self.page) }
            for row in page { digest.add(row) }
            last = page.last.map { row in table.table.key.map { row[$0] } }
            guard page.count == Self.page else { return digest }
        }
    }
}

/// The statements of a table. Made once, since connections know what they have prepared by its identity.
private struct SQLTableStatements: Sendable {
    let table: SQLTable
    let any: SQLStatement
    let first: SQLStatement
    let next: SQLStatement
    let insert: SQLStatement

    init(_ table: SQLTable) {
        self.table = table
        let columns = table.columns.map(\.name).joined(separator: ", ")
        let key = table.key.map { table.columns[$0].name }.joined(separator: ", ")
        let marks = table.key.indices.map { "$\($0 + 2)" }.joined(separator: ", ")
        any = SQLStatement("SELECT 1 FROM \(table.name) LIMIT 1")
        first = SQLStatement("SELECT \(columns) FROM \(table.name) ORDER BY \(key) LIMIT $1")
        next = SQLStatement(
            "SELECT \(columns) FROM \(table.name) WHERE (\(key)) > (\(marks)) ORDER BY \(key) LIMIT $1")
        let values = table.columns.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        insert = SQLStatement("INSERT INTO \(table.name) (\(columns)) VALUES (\(values))")
    }

    func page(of connection: any SQLConnection, after last: [SQLValue]?, _ limit: Int) throws -> [[SQLValue]] {
        try connection.all(last == nil ? first : next, [.integer(limit)] + (last ?? [])) { row in
            try table.columns.enumerated().map { try $1.kind.value(row, $0) }
        }
    }
}

extension SQLStatement {
    fileprivate static let markUnfinished = SQLStatement(
        "INSERT INTO companion_migrations (version, name, checksum, applied_at) VALUES (0, 'unfinished copy', '', $1)")
    fileprivate static let markFinished = SQLStatement("DELETE FROM companion_migrations WHERE version = 0")
}
