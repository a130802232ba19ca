internal import _CompanionSQL

/// The statements over pgvector's type, which stands in whatever schema the extension was put into.
///
/// Vectors have length 1, so that the cosine is the inner product; pgvector's operator gives it with the sign turned.
struct PostgresVectorStatements: Sendable {
    let createTable: String
    let upsert: SQLStatement
    let deleteSome: SQLStatement
    let deleteAll: SQLStatement
    let ids: SQLStatement
    let spaces: SQLStatement
    private let type: String
    private let product: String

    private static let ofNamespace = "user_id = $1 AND model = $2 AND dimensions = $3"

    init(schema: String) {
        let schema = PostgresName.quoted(schema)
        type = "\(schema).vector"
        product = "OPERATOR(\(schema).<#>)"
        createTable = """
            CREATE TABLE IF NOT EXISTS companion_vectors (
                user_id uuid NOT NULL,
                model text COLLATE "C" NOT NULL,
                dimensions bigint NOT NULL,
                id text COLLATE "C" NOT NULL,
                vector \(type) NOT NULL,
                metadata jsonb NOT NULL,
                PRIMARY KEY (user_id, model, dimensions, id)
            );
            ALTER TABLE companion_vectors ALTER COLUMN vector SET STORAGE EXTERNAL;
            """
        upsert = SQLStatement(
            """
            INSERT INTO companion_vectors (user_id, model, dimensions, id, vector, metadata)
            VALUES ($1, $2, $3, $4, $6::\(type), $5::jsonb)
            ON CONFLICT (user_id, model, dimensions, id) DO UPDATE
            SET vector = excluded.vector, metadata = excluded.metadata
            """)
        deleteSome = SQLStatement("DELETE FROM companion_vectors WHERE \(Self.ofNamespace) AND id = ANY($4)")
        deleteAll = SQLStatement("DELETE FROM companion_vectors WHERE \(Self.ofNamespace)")
        ids = SQLStatement(
            "SELECT id FROM companion_vectors WHERE \(Self.ofNamespace) AND id > $4 ORDER BY id LIMIT $5")
        spaces = SQLStatement("SELECT DISTINCT model, dimensions FROM companion_vectors WHERE user_id = $1")
    }

    func delete(where condition: String) -> SQLStatement {
        SQLStatement("DELETE FROM companion_vectors WHERE \(Self.ofNamespace) AND \(condition)")
    }

    /// - Parameter vector: The number of the parameter that holds the query.
    func nearest(where condition: String, vector: Int) -> SQLStatement {
        SQLStatement(
            """
            SELECT id, -(vector \(product) $\(vector)::\(type)), metadata::text FROM companion_vectors
            WHERE \(Self.ofNamespace) AND \(condition)
            ORDER BY vector \(product) $\(vector)::\(type), id LIMIT $4
            """)
    }
}
