internal import CompanionCore
internal import _CompanionSQL

/// The graph of one namespace: a partial index, which holds nobody else's vectors.
struct PostgresVectorGraph {
    /// What pgvector indexes by graph: `vector` up to 2,000 dimensions, `halfvec` up to 4,000.
    private enum Number: String {
        case vector, halfvec
    }

    /// The most that a search takes out of a graph.
    static let maximumCount = 1_000

    let namespace: VectorNamespace
    private let number: Number
    private let schema: String

    /// Nil where pgvector can't index so many dimensions.
    init?(_ namespace: VectorNamespace, extension: PostgresVectorExtension) {
        switch namespace.space.dimensions {
        case ...2_000: number = .vector
        case ...4_000 where `extension`.hasHalfPrecision: number = .halfvec
        default: return nil
        }
        self.namespace = namespace
        schema = PostgresName.quoted(`extension`.schema)
    }

    /// The index's name, which tells whose it is; at most 63 bytes.
    var name: String {
        let user = "\(namespace.user)".filter { $0 != "-" }
        return Self.prefix + user + "_\(namespace.space.dimensions)_" + Self.digest(namespace.space.model)
    }

    static let prefix = "hnsw_"

    /// FNV-1a: of models' names, of which a person has few.
    private static func digest(_ text: String) -> String {
        let hash = text.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// What is indexed and sorted by: both must be written alike.
    private var expression: String { "(vector::\(type))" }
    private var type: String { "\(schema).\(number.rawValue)(\(namespace.space.dimensions))" }

    /// Without a lock that writers would wait for; such a statement stands alone, outside of a transaction.
    func create(_ settings: PostgresVectorIndex.HNSW) -> String {
        """
        CREATE INDEX CONCURRENTLY IF NOT EXISTS \(PostgresName.quoted(name)) ON companion_vectors
        USING hnsw (\(expression) \(schema).\(number.rawValue)_ip_ops)
        WITH (m = \(settings.neighbours), ef_construction = \(settings.buildCandidates))
        WHERE user_id = '\(namespace.user)'::uuid AND model = \(PostgresName.literal(namespace.space.model))
            AND dimensions = \(namespace.space.dimensions)::bigint
        """
    }

    static func drop(_ name: String) -> String { "DROP INDEX CONCURRENTLY IF EXISTS \(PostgresName.quoted(name))" }

    /// Those that the graph leads to, sorted by what they really are.
    ///
    /// The statement is planned for its values, so that the server sees that the index holds what is asked for.
    ///
    /// - Parameters:
    ///   - condition: A filter, beside the namespace.
    ///   - vector: The number of the parameter that holds the query.
    func nearest(where condition: String, limit: Int, vector: Int) -> SQLStatement {
        // What half precision, and going on where a filter has left too few, confuse is sorted out among more.
        let isPlain = number == .vector && condition == "true"
        let count = isPlain ? limit : min(4 * limit, Self.maximumCount)
        let product = "OPERATOR(\(schema).<#>)"
        return SQLStatement(
            """
            SELECT id, -(vector \(product) $\(vector)::\(schema).vector), metadata::text FROM (
                SELECT id, vector, metadata FROM companion_vectors
                WHERE user_id = $1 AND model = $2 AND dimensions = $3 AND \(condition)
                ORDER BY \(expression) \(product) $\(vector)::\(type) LIMIT \(count)
            ) AS nearest ORDER BY 2 DESC, id LIMIT $4
            """)
    }

    /// Settings for the rest of a transaction.
    static func settings(_ settings: PostgresVectorIndex.HNSW, limit: Int, extension: PostgresVectorExtension)
        -> SQLStatement
    {
        let candidates = min(maximumCount, max(settings.searchCandidates, limit))
        var values = [
            ("hnsw.ef_search", "\(candidates)"),
            // The graph gives them in order: the server shall not think that comparing all of them costs less. The compiler of
            // statements would take longer than the search.
            ("enable_sort", "off"), ("jit", "off"),
        ]
        // With a filter it goes on until there are enough; they are sorted afterwards.
        if `extension`.scansOn { values.append(("hnsw.iterative_scan", "relaxed_order")) }
        return SQLStatement("SELECT " + values.map { "set_config('\($0)', '\($1)', true)" }.joined(separator: ", "))
    }
}

/// pgvector as a database has it.
struct PostgresVectorExtension: Sendable, Hashable {
    var schema: String
    /// Such as `0.8.1`.
    var version: String

    private var numbers: [Int] { version.split(separator: ".").map { Int($0) ?? 0 } }
    private func isAtLeast(_ minor: Int) -> Bool { !numbers.lexicographicallyPrecedes([0, minor]) }

    var hasGraphs: Bool { isAtLeast(5) }
    var hasHalfPrecision: Bool { isAtLeast(7) }
    /// Whether a search goes on along a graph where a filter has left too few.
    var scansOn: Bool { isAtLeast(8) }
}
