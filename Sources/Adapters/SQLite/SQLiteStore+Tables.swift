package import _CompanionSQL

extension SQLiteStore: SQLTableStore {
    package func readTables<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result {
        try await inspect { try body($0) }
    }

    package func writeTables<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result {
        try await writer.run { connection in try connection.withWriteTransaction { try body(connection) } }
    }
}
