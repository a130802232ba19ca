public import CompanionCore
internal import _CompanionHTTP

/// An index: the data plane of Pinecone. Namespaces are Pinecone's; `__default__` is the one without a name.
public struct PineconeIndex: Sendable {
    private static let maximumBatchRecords = 1_000
    /// Pinecone takes 2 MB; the head and the end of a request are in the difference.
    static let maximumBatchBytes = 2_000_000 - 1_024
    private static let maximumIDs = 1_000

    let pinecone: Pinecone
    public let name: String

    // MARK: Writing

    /// Keeps records, in batches of at most 1,000 and 2 MB, several at once.
    ///
    /// - Throws: `limitExceeded` where one record alone is too large; then nothing is kept. Where a batch fails, others are kept.
    public func upsert(_ records: some Sequence<PineconeRecord>, namespace: String) async throws {
        let url = try await url("/vectors/upsert")
        var batches = PineconeBatches(records, namespace: namespace)
        try await withThrowingTaskGroup(of: Void.self) { group in
            var running = 0
            while let batch = try batches.next() {
                if running == pinecone.configuration.parallelism {
                    try await group.next()
                    running -= 1
                }
                group.addTask { _ = try await pinecone.ask(.post, url, batch) }
                running += 1
            }
            try await group.waitForAll()
        }
    }

    /// Replaces the values of a record, where they are given, and the metadata whose keys are given.
    public func update(
        _ id: String, values: [Float]? = nil, sparseValues: PineconeSparseValues? = nil,
        metadata: [String: VectorMetadata] = [:], namespace: String
    ) async throws {
        var body = Self.body(namespace)
        body.append(",\"id\":")
        body.append(string: id)
        if let values {
            body.append(",\"values\":")
            body.append(values)
        }
        if let sparseValues {
            body.append(",\"sparseValues\":")
            body.append(sparseValues)
        }
        if !metadata.isEmpty {
            body.append(",\"setMetadata\":")
            body.append(metadata)
        }
        try await post("/vectors/update", body)
    }

    /// Deletes records, any number. What there is not counts as deleted, as in the other deletions.
    public func delete(_ ids: [String], namespace: String) async throws {
        for first in stride(from: 0, to: ids.count, by: Self.maximumIDs) {
            var body = Self.body(namespace)
            body.append(",\"ids\":")
            body.append(Array(ids[first..<min(ids.count, first + Self.maximumIDs)]))
            try await deletePosting(body)
        }
    }

    /// Deletes the records that match.
    public func delete(matching filter: VectorFilter, namespace: String) async throws {
        var body = Self.body(namespace)
        switch PineconeFilter(filter) {
        case .nothing: return
        case .everything: return try await deleteAll(namespace: namespace)
        case .json(let json):
            body.append(",\"filter\":")
            body.append(raw: json)
        }
        try await deletePosting(body)
    }

    /// Deletes all records of a namespace, and so the namespace.
    public func deleteAll(namespace: String) async throws {
        var body = Self.body(namespace)
        body.append(",\"deleteAll\":true")
        try await deletePosting(body)
    }

    /// A namespace that there is not is an error of Pinecone's.
    private func deletePosting(_ body: PineconeBody) async throws {
        do {
            try await post("/vectors/delete", body)
        } catch let error as CompanionError where error.code == .notFound {
        }
    }

    // MARK: Reading

    /// At most `limit` (1 to 10,000) records, the most similar first.
    ///
    /// Pinecone refuses what would answer with more than 4 MB: then the matches come without their metadata, which is fetched.
    public func query(
        _ vector: [Float], sparseVector: PineconeSparseValues? = nil, filter: VectorFilter? = nil, limit: Int,
        namespace: String
    ) async throws -> [PineconeMatch] {
        do {
            return try await ask(vector, sparseVector, filter, limit, namespace, includesMetadata: true)
        } catch let error as CompanionError
            where limit > 100 && (error.code == .invalidInput || error.code == .limitExceeded)
        {
            var matches = try await ask(vector, sparseVector, filter, limit, namespace, includesMetadata: false)
            let records = try await fetch(matches.map(\.id), namespace: namespace)
            let metadata = Dictionary(records.map { ($0.id, $0.metadata) }) { first, _ in first }
            for place in matches.indices { matches[place].metadata = metadata[matches[place].id] ?? [:] }
            return matches
        }
    }

    private func ask(
        _ vector: [Float], _ sparseVector: PineconeSparseValues?, _ filter: VectorFilter?, _ limit: Int,
        _ namespace: String, includesMetadata: Bool
    ) async throws -> [PineconeMatch] {
        var body = Self.body(namespace)
        body.append(",\"vector\":")
        body.append(vector)
        if let sparseVector {
            body.append(",\"sparseVector\":")
            body.append(sparseVector)
        }
        body.append(",\"topK\":")
        body.append(limit)
        body.append(",\"includeValues\":false,\"includeMetadata\":")
        body.append(includesMetadata)
        if let filter {
            switch PineconeFilter(filter) {
            case .nothing: return []
            case .everything: break
            case .json(let json):
                body.append(",\"filter\":")
                body.append(raw: json)
            }
        }
        body.append("}")
        let answer: PineconeAnswers.Matches = try await pinecone.decoded(
            pinecone.ask(.post, url("/query"), body.bytes))
        return (answer.matches ?? []).map { match in
            PineconeMatch(id: match.id, score: match.score ?? 0, metadata: match.metadata?.metadata ?? [:])
        }
    }

    /// Records by their identifiers, any number; those that there are not are missing.
    public func fetch(_ ids: [String], namespace: String) async throws -> [PineconeRecord] {
        var records: [PineconeRecord] = []
        // The identifiers stand in the address, which servers bound.
        for first in stride(from: 0, to: ids.count, by: 50) {
            let query = ids[first..<min(ids.count, first + 50)].map { ("ids", $0) } + [("namespace", namespace)]
            let answer: PineconeAnswers.Vectors = try await pinecone.decoded(
                pinecone.ask(.get, url("/vectors/fetch" + Self.query(query))))
            records += (answer.vectors ?? [:]).values.map { vector in
                PineconeRecord(
                    id: vector.id, values: vector.values ?? [],
                    sparseValues: vector.sparseValues.map {
                        PineconeSparseValues(indices: $0.indices, values: $0.values)
                    },
                    metadata: vector.metadata?.metadata ?? [:])
            }
        }
        return records.sorted { $0.id < $1.id }
    }

    /// A page of identifiers that begin with `prefix`, ascending.
    ///
    /// - Parameters:
    ///   - limit: 1 to 100.
    ///   - token: What the page before gave; nil for the first.
    /// - Returns: The identifiers, and the token of the next page, if there is one.
    public func list(
        prefix: String = "", limit: Int = 100, after token: String? = nil, namespace: String
    ) async throws -> (ids: [String], next: String?) {
        var query = [("namespace", namespace), ("limit", "\(limit)")]
        if !prefix.isEmpty { query.append(("prefix", prefix)) }
        if let token { query.append(("paginationToken", token)) }
        let path = "/vectors/list" + Self.query(query)
        let answer: PineconeAnswers.Names = try await pinecone.decoded(pinecone.ask(.get, url(path)))
        return ((answer.vectors ?? []).map(\.id), answer.pagination?.next)
    }

    /// The namespaces whose names begin with `prefix`, all of them.
    public func namespaces(prefix: String) async throws -> [String] {
        var (names, token): ([String], String?) = ([], nil)
        repeat {
            var query = [("prefix", prefix), ("limit", "100")]
            if let token { query.append(("paginationToken", token)) }
            let path = "/namespaces" + Self.query(query)
            let answer: PineconeAnswers.Namespaces = try await pinecone.decoded(pinecone.ask(.get, url(path)))
            // Servers of before 2025-10 leave the prefix out of account.
            names += (answer.namespaces ?? []).map(\.name).filter { $0.hasPrefix(prefix) }
            token = answer.pagination?.next
        } while token != nil
        return names
    }

    /// How much is in the index.
    public func statistics() async throws -> PineconeStatistics {
        let answer: PineconeAnswers.Statistics = try await pinecone.decoded(
            pinecone.ask(.post, url("/describe_index_stats"), Array("{}".utf8)))
        return PineconeStatistics(
            dimensions: answer.dimension, recordCount: answer.totalVectorCount ?? 0,
            recordCounts: (answer.namespaces ?? [:]).mapValues { $0.vectorCount ?? 0 })
    }

    // MARK: Requests

    private func url(_ path: String) async throws -> String { try await pinecone.address(of: name).url(path) }

    private func post(_ path: String, _ body: PineconeBody) async throws {
        var body = body
        body.append("}")
        _ = try await pinecone.ask(.post, url(path), body.bytes)
    }

    /// The beginning of a body, whose brace is open.
    private static func body(_ namespace: String) -> PineconeBody {
        var body = PineconeBody()
        body.append("{\"namespace\":")
        body.append(string: namespace)
        return body
    }

    private static func query(_ items: [(String, String)]) -> String {
        "?" + items.map { "\($0)=\(encoded($1))" }.joined(separator: "&")
    }

    static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
