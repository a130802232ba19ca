/// How a ``PostgresVectorStore`` finds what is nearest.
public struct PostgresVectorIndex: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case exact
        case hnsw(HNSW)
    }
    let kind: Kind

    /// Each vector of the namespace is compared: nothing is missed, and the time grows with their number. Right for people's own,
    /// of which there are some thousands.
    public static let exact = PostgresVectorIndex(kind: .exact)

    /// Namespaces with very many vectors, such as what everybody may know, are searched along a graph of their own, once
    /// ``PostgresVectorStore/buildIndexes()`` has built it; all others exactly.
    ///
    /// It may miss one of a hundred. Where a filter leaves fewer than were asked for, all are compared. A space of more than
    /// 2,000 dimensions is indexed in half precision, which needs pgvector 0.7, and one of more than 4,000 is not indexed.
    public static func hnsw(_ settings: HNSW = HNSW()) -> PostgresVectorIndex {
        PostgresVectorIndex(kind: .hnsw(settings))
    }

    /// The settings of graphs (pgvector's HNSW).
    public struct HNSW: Sendable, Hashable {
        /// How many vectors a namespace has at least that gets a graph. 20,000 unless set: below, comparing all takes some tens of
        /// milliseconds.
        public var minimumCount: Int
        /// How many neighbours a vector has in the graph (`m`), 2 to 100: more find more, and take more memory. 16 unless set.
        public var neighbours: Int
        /// How many are looked at for each vector when the graph is built (`ef_construction`), 4 to 1,000 and at least twice
        /// `neighbours`: more find more, and take longer. 64 unless set.
        public var buildCandidates: Int
        /// How many are looked at by a search at least (`hnsw.ef_search`), 1 to 1,000: more find more, and take longer.
        /// 100 unless set.
        public var searchCandidates: Int
        /// How much memory the server may take to build a graph, in bytes (`maintenance_work_mem`): where the graph does not fit,
        /// building takes many times as long. A vector takes four bytes for each dimension and about 300 more. Nil takes the server's own setting.
        public var buildMemory: Int?

        public init(
            minimumCount: Int = 20_000, neighbours: Int = 16, buildCandidates: Int = 64, searchCandidates: Int = 100,
            buildMemory: Int? = nil
        ) {
            precondition((2...100).contains(neighbours), "A vector has 2 to 100 neighbours.")
            precondition(
                (4...1_000).contains(buildCandidates) && buildCandidates >= 2 * neighbours,
                "4 to 1,000 candidates are looked at, and at least twice as many as there are neighbours.")
            precondition((1...1_000).contains(searchCandidates), "A search looks at 1 to 1,000 candidates.")
            precondition(buildMemory ?? 1 << 20 >= 1 << 20, "Building takes at least a mebibyte.")
            self.minimumCount = max(1, minimumCount)
            self.neighbours = neighbours
            self.buildCandidates = buildCandidates
            self.searchCandidates = searchCandidates
            self.buildMemory = buildMemory
        }
    }
}
