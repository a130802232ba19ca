internal import CompanionCore
internal import _CompanionSQL

extension PostgresStore {
    /// A vector store in the same database, by the extension pgvector, 0.5 or newer. Creates the extension and the table where
    /// they are missing; several processes may do so at the same time.
    ///
    /// Throws `unsupported` where the server has no pgvector, or the user may not create it.
    public func vectors() async throws -> PostgresVectorStore {
        let schema = try await pool.run { connection in
            try connection.withSchemaTransaction {
                if try connection.extensionSchema() == nil {
                    do { try connection.run(script: "CREATE EXTENSION vector") } catch let failure as SQLFailure {
                        throw CompanionError(
                            .unsupported,
                            """
                            The Postgres server has no extension `vector`, or this user may not create it: install pgvector \
                            and run CREATE EXTENSION vector as an administrator.
                            """, underlying: failure.underlying)
                    }
                }
                guard let schema = try connection.extensionSchema() else {
                    throw CompanionError(.unsupported, "The extension `vector` is not there after its creation.")
                }
                try connection.run(script: PostgresVectorStatements(schema: schema).createTable)
                return schema
            }
        }
        return PostgresVectorStore(pool: pool, extensionSchema: schema)
    }
}

extension PostgresConnection {
    fileprivate func extensionSchema() throws -> String? {
        try first(.selectExtensionSchema, []) { try $0.text(0) }
    }
}

extension SQLStatement {
    fileprivate static let selectExtensionSchema = SQLStatement(
        """
        SELECT n.nspname::text FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
        WHERE e.extname = 'vector'
        """)
}
