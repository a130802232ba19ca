public import CompanionCore

/// A record of an index, as Pinecone keeps it.
public struct PineconeRecord: Sendable, Hashable {
    /// 1 to 512 characters of printable ASCII.
    public var id: String
    /// As many as the index has dimensions; empty in an index of sparse vectors only.
    public var values: [Float]
    /// In an index that compares by the dot product.
    public var sparseValues: PineconeSparseValues?
    public var metadata: [String: VectorMetadata]

    public init(
        id: String, values: [Float], sparseValues: PineconeSparseValues? = nil, metadata: [String: VectorMetadata] = [:]
    ) {
        self.id = id
        self.values = values
        self.sparseValues = sparseValues
        self.metadata = metadata
    }
}

/// The places of a vector that are not zero, and what is there: as many of the one as of the other.
public struct PineconeSparseValues: Sendable, Hashable {
    public var indices: [UInt32]
    public var values: [Float]

    public init(indices: [UInt32], values: [Float]) {
        self.indices = indices
        self.values = values
    }
}

/// What a query finds.
public struct PineconeMatch: Sendable, Hashable {
    public var id: String
    /// By the index's metric.
    public var score: Double
    public var metadata: [String: VectorMetadata]
}

/// How much is in an index.
public struct PineconeStatistics: Sendable, Hashable {
    public var dimensions: Int?
    public var recordCount: Int
    /// By the namespace.
    public var recordCounts: [String: Int]
}

extension PineconeBody {
    /// A record of an upsert.
    mutating func append(_ record: PineconeRecord) {
        append("{\"id\":")
        append(string: record.id)
        if !record.values.isEmpty {
            append(",\"values\":")
            append(record.values)
        }
        if let sparse = record.sparseValues {
            append(",\"sparseValues\":")
            append(sparse)
        }
        if !record.metadata.isEmpty {
            append(",\"metadata\":")
            append(record.metadata)
        }
        append("}")
    }

    mutating func append(_ sparse: PineconeSparseValues) {
        append("{\"indices\":[")
        for (place, index) in sparse.indices.enumerated() {
            if place > 0 { append(",") }
            append(Int(index))
        }
        append("],\"values\":")
        append(sparse.values)
        append("}")
    }
}
