internal import CompanionCore
internal import _CompanionSQL

extension PostgresStore {
    /// A vector store in the same database, by the extension pgvector, 0.5 or newer. Creates the extension and the table where
    /// they are missing; several processes may do so at the same time.
    ///
    /// Throws `unsupported` where the server has no pgvector, or the user may not create it.
    ///
    /// - Parameter index: How it searches; ``PostgresVectorIndex/exact`` unless given.
    public func vectors(index: PostgresVectorIndex = .exact) async throws -> PostgresVectorStore {
        let found = try await pool.run { connection in
            try connection.withSchemaTransaction {
                if try connection.vectorExtension() == nil {
                    do { try connection.run(script: "CREATE EXTENSION vector") } catch let failure as SQLFailure {
                        throw CompanionError(
                            .unsupported,
                            """
                            The Postgres server has no extension `vector`, or this user may not create it: install pgvector \
                            and run CREATE EXTENSION vector as an administrator.
                            """, underlying: failure.underlying)
                    }
                }
                guard let found = try connection.vectorExtension() else {
                    throw CompanionError(.unsupported, "The extension `vector` is not there after its creation.")
                }
                try connection.run(script: PostgresVectorStatements(schema: found.schema).createTable)
                return found
            }
        }
        if index != .exact, !found.hasGraphs {
            throw CompanionError(
                .unsupported,
                """
                The Postgres server has pgvector \(found.version), which has no HNSW: install 0.5 or newer and run ALTER \
                EXTENSION vector UPDATE, or search exactly.
                """)
        }
        return PostgresVectorStore(pool: pool, extension: found, index: index)
    }
}

extension PostgresConnection {
    fileprivate func vectorExtension() throws -> PostgresVectorExtension? {
        try first(.selectExtension, []) { PostgresVectorExtension(schema: try $0.text(0), version: try $0.text(1)) }
    }
}

extension SQLStatement {
    fileprivate static let selectExtension = SQLStatement(
        """
        SELECT n.nspname::text, e.extversion FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
        WHERE e.extname = 'vector'
        """)
}
