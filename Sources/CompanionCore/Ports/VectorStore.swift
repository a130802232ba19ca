/// Finds vectors that lie close to another one, among those of one person.
///
/// An index, not the truth: it can be rebuilt from the relational store, and whoever finds something in it looks it up
/// there.
///
/// Implementations: `InMemoryVectorStore` (CompanionInMemory), `SQLiteVectorStore` (CompanionSQLite),
/// `PostgresVectorStore` (CompanionPostgres), `PineconeVectorStore` (CompanionPinecone). Suite: `VectorStoreConformance`
/// (CompanionTesting).
public protocol VectorStore: Sendable {
    /// When a write is seen by a later read of the same caller.
    var consistency: VectorStoreConsistency { get }

    /// Keeps records, replacing those of the same identifiers whole; of several with one identifier the last one stays.
    /// Any number: implementations split batches.
    ///
    /// - Throws: `invalidInput` where the space, a vector, an identifier or metadata is out of its bounds; then nothing is
    ///   kept. Where a later batch fails, earlier ones are kept: upserting again is harmless.
    func upsert(_ records: [VectorRecord], in namespace: VectorNamespace) async throws

    /// At most `limit` (1 to 10,000) records, the most similar first (of equal ones the smaller identifier first).
    ///
    /// The score is the cosine of the angle to `vector`, −1 to 1; higher is more similar. A namespace that holds nothing
    /// finds nothing.
    ///
    /// - Throws: `invalidInput` where the limit, or `vector` for this space, is out of its bounds.
    func query(
        _ vector: [Float], in namespace: VectorNamespace, filter: VectorFilter?, limit: Int
    ) async throws -> [VectorMatch]

    /// Deletes records, any number; those that there are not count as deleted.
    func delete(_ ids: [String], in namespace: VectorNamespace) async throws

    /// Deletes the records that match.
    func delete(matching filter: VectorFilter, in namespace: VectorNamespace) async throws

    /// Deletes all that there is in the namespace.
    func deleteAll(in namespace: VectorNamespace) async throws

    /// At most `limit` (1 to 1,000) identifiers after `id`, which need not be there, ascending by their bytes.
    ///
    /// - Throws: `invalidInput` where the limit is out of its bounds.
    func ids(in namespace: VectorNamespace, after id: String?, limit: Int) async throws -> [String]

    /// The spaces in which there is something of a person, in any order: for the erasure of what was kept for models that
    /// are not used any more.
    func spaces(of user: User.ID) async throws -> [EmbeddingSpace]
}

/// One person's vectors of one space, whose model's name and dimensions are within ``EmbeddingSpace``'s bounds.
public struct VectorNamespace: Sendable, Hashable {
    public var user: User.ID
    public var space: EmbeddingSpace

    public init(user: User.ID, space: EmbeddingSpace) {
        self.user = user
        self.space = space
    }
}

/// When a write is seen.
public enum VectorStoreConsistency: Sendable, Hashable {
    /// As soon as the call that wrote has returned.
    case immediate
    /// After a while, usually seconds.
    case eventual
}

/// A vector with its name and what it can be filtered by.
public struct VectorRecord: Sendable, Hashable {
    /// 1 to 512 characters of printable ASCII.
    public var id: String
    /// As many as the space has dimensions; finite, and not all zero. Their length does not matter.
    public var values: [Float]
    /// At most 64 keys of 1 to 64 characters (ASCII letters, digits, `_`); finite numbers; strings without NUL; and
    /// 16 KiB in all: the UTF-8 of keys and strings, 8 bytes for a number, 1 for a boolean.
    public var metadata: [String: VectorMetadata]

    public init(id: String, values: [Float], metadata: [String: VectorMetadata] = [:]) {
        self.id = id
        self.values = values
        self.metadata = metadata
    }
}

/// A value that a vector can be filtered by.
public enum VectorMetadata: Sendable, Hashable {
    case string(String)
    case number(Double)
    case boolean(Bool)
}

/// Which vectors count. A record without the key matches no comparison with it, `notEqual` neither.
///
/// Values of different kinds are not equal; strings are equal scalar by scalar. Only numbers are less or greater.
public indirect enum VectorFilter: Sendable, Hashable {
    case equal(String, VectorMetadata)
    case notEqual(String, VectorMetadata)
    /// One of these; of none nothing.
    case isIn(String, [VectorMetadata])
    case less(String, than: Double)
    case lessOrEqual(String, to: Double)
    case greater(String, than: Double)
    case greaterOrEqual(String, to: Double)
    /// Each of these; of none everything.
    case all([VectorFilter])
    /// At least one of these; of none nothing.
    case any([VectorFilter])
}

/// A record that was found.
public struct VectorMatch: Sendable, Hashable {
    public var id: String
    /// The cosine, −1 to 1.
    public var score: Float
    public var metadata: [String: VectorMetadata]

    public init(id: String, score: Float, metadata: [String: VectorMetadata] = [:]) {
        self.id = id
        self.score = score
        self.metadata = metadata
    }
}
