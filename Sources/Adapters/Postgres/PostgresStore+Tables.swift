package import _CompanionSQL

extension PostgresStore: SQLTableStore {
    package func readTables<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result {
        try await pool.run { connection in try connection.withReadTransaction { try body(connection) } }
    }

    package func writeTables<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result {
        try await pool.run { connection in try connection.withWriteTransaction { try body(connection) } }
    }
}
