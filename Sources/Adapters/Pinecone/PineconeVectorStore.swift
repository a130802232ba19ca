public import CompanionCore
internal import Synchronization

/// A vector store at Pinecone.
///
/// - One index for each number of dimensions, as the configuration names them; it is created when something is first kept in it.
///   In it one namespace for each person and model, so that a search sees one person's vectors only.
/// - What was written is seen after a while, usually seconds. Of equal scores at the end of what is found others may be missing.
/// - Identifiers are listed a hundred at a time from the beginning; a listing that goes on where it was is quick.
public final class PineconeVectorStore: VectorStore {
    private struct Cursor: Hashable {
        var namespace: VectorNamespace
        var after: String
    }

    private static let maximumCursors = 256

    private let pinecone: Pinecone
    /// Where a listing goes on after an identifier.
    private let cursors = Mutex(RecentlyUsed<Cursor, String>(bound: maximumCursors))
    /// Of which numbers of dimensions there are indexes.
    private let known = Mutex<Set<Int>>([])

    init(_ pinecone: Pinecone) { self.pinecone = pinecone }

    public var consistency: VectorStoreConsistency { .eventual }

    private func name(_ dimensions: Int) -> String { "\(pinecone.configuration.index)-\(dimensions)" }
    private func index(_ dimensions: Int) -> PineconeIndex { pinecone.index(name(dimensions)) }

    /// A person, and the model in characters that namespaces may have.
    private static func name(_ namespace: VectorNamespace) -> String {
        "\(namespace.user)/" + PineconeIndex.encoded(namespace.space.model)
    }

    // MARK: Writing

    public func upsert(_ records: [VectorRecord], in namespace: VectorNamespace) async throws {
        try Task.checkCancellation()
        try check(records, in: namespace)
        guard !records.isEmpty else { return }
        let dimensions = namespace.space.dimensions
        try await makeIndex(dimensions)
        // Of several with one identifier the last one stays.
        let last = Dictionary(records.enumerated().map { ($1.id, $0) }) { _, last in last }
        let wanted = records.enumerated().lazy.filter { last[$1.id] == $0 }
            .map { PineconeRecord(id: $1.id, values: $1.values, metadata: $1.metadata) }
        try await index(dimensions).upsert(wanted, namespace: Self.name(namespace))
    }

    private func makeIndex(_ dimensions: Int) async throws {
        guard !known.withLock({ $0.contains(dimensions) }) else { return }
        do {
            let index = try await pinecone.describeIndex(name(dimensions))
            guard index.dimensions == dimensions, index.metric == "cosine" else {
                throw CompanionError(
                    .conflict,
                    "Pinecone's index \(name(dimensions)) has other dimensions, or another metric than the cosine.")
            }
        } catch let error as CompanionError where error.code == .notFound {
            guard let creation = pinecone.configuration.creation else { throw error }
            _ = try await pinecone.createIndex(
                name(dimensions), dimensions: dimensions, cloud: creation.cloud, region: creation.region)
        }
        known.withLock { _ = $0.insert(dimensions) }
    }

    public func delete(_ ids: [String], in namespace: VectorNamespace) async throws {
        try await ifThere { try await index(namespace.space.dimensions).delete(ids, namespace: Self.name(namespace)) }
    }

    public func delete(matching filter: VectorFilter, in namespace: VectorNamespace) async throws {
        try await ifThere {
            try await index(namespace.space.dimensions).delete(matching: filter, namespace: Self.name(namespace))
        }
    }

    public func deleteAll(in namespace: VectorNamespace) async throws {
        try await ifThere { try await index(namespace.space.dimensions).deleteAll(namespace: Self.name(namespace)) }
    }

    // MARK: Reading

    public func query(
        _ vector: [Float], in namespace: VectorNamespace, filter: VectorFilter?, limit: Int
    ) async throws -> [VectorMatch] {
        try Task.checkCancellation()
        try check(query: vector, in: namespace, limit: limit)
        let found = try await ifThere {
            try await index(namespace.space.dimensions)
                .query(vector, filter: filter, limit: limit, namespace: Self.name(namespace))
        }
        return (found ?? [])
            .map { VectorMatch(id: $0.id, score: Float(min(1, max(-1, $0.score))), metadata: $0.metadata) }
            .sorted { ($1.score, $0.id) < ($0.score, $1.id) }
    }

    public func ids(in namespace: VectorNamespace, after id: String?, limit: Int) async throws -> [String] {
        try Task.checkCancellation()
        try check(pageOf: limit)
        return try await ifThere { try await list(namespace, after: id, limit) } ?? []
    }

    private func list(_ namespace: VectorNamespace, after id: String?, _ limit: Int) async throws -> [String] {
        let index = index(namespace.space.dimensions)
        var token = id.flatMap { id in
            cursors.withLock { $0.value(for: Cursor(namespace: namespace, after: id)) }
        }
        var ids: [String] = []
        repeat {
            let page = try await index.list(
                limit: 100, after: token, namespace: Self.name(namespace))
            guard zip(page.ids, page.ids.dropFirst()).allSatisfy({ $0.utf8.lexicographicallyPrecedes($1.utf8) }) else {
                throw CompanionError(
                    .unsupported, "Pinecone lists this index's identifiers in no order: take a serverless index.")
            }
            token = page.next
            if let token, let last = page.ids.last {
                let cursor = Cursor(namespace: namespace, after: last)
                cursors.withLock { $0.insert(token, for: cursor, cost: 1) }
            }
            ids += page.ids.filter { found in id.map { $0.utf8.lexicographicallyPrecedes(found.utf8) } ?? true }
        } while token != nil && ids.count < limit
        return Array(ids.prefix(limit))
    }

    public func spaces(of user: User.ID) async throws -> [EmbeddingSpace] {
        let prefix = pinecone.configuration.index + "-"
        var spaces: [EmbeddingSpace] = []
        for index in try await pinecone.indexes() {
            guard index.name.hasPrefix(prefix), let dimensions = Int(index.name.dropFirst(prefix.count)) else {
                continue
            }
            for namespace in try await self.index(dimensions).namespaces(prefix: "\(user)/") {
                guard let model = Self.decoded(namespace.dropFirst("\(user)/".count)) else { continue }
                spaces.append(EmbeddingSpace(model: model, dimensions: dimensions))
            }
        }
        return spaces
    }

    /// Nil where the index is not there (any more).
    private func ifThere<Result>(_ body: () async throws -> Result) async throws -> Result? {
        try Task.checkCancellation()
        do {
            return try await body()
        } catch let error as CompanionError where error.code == .notFound {
            return nil
        }
    }

    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
