import CompanionCore
import CompanionInMemory
import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A vector store that is wrong in one way, so that the checks can show that they see it.
final class SabotagedVectorStore: VectorStore {
    enum Sabotage: Sendable {
        case nothing, isEventual
        case dropsMetadata, dropsBooleans, refusesPlainRecords, mergesMetadata, keepsOldVectors, keepsFirstOfCall
        case inventsForNothing, cutsBatches, ignoresThePerson, ignoresTheModel, losesWrites
        case scoresDistances, forgetsLengths, exceedsOne, breaksTiesBackwards, findsStrangers, ignoresLimits
        case pagesInclusively, pagesUnordered
        case missingIsUnequal, ignoresFilters, filtersAfterTheLimit, deletesByNothing
        case keepsDeleted, deletesNeighbours, buriesForGood, keepsAll
        case keepsTheGood, acceptsAnything, refusesBounds, acceptsAnySpace, refusesLargeSpaces, acceptsAnyQuery
        case ignoresCancellation
    }

    private let base = InMemoryVectorStore()
    private let sabotage: Sabotage
    private let seen = Mutex<Set<String>>([])

    init(_ sabotage: Sabotage) { self.sabotage = sabotage }

    var consistency: VectorStoreConsistency { sabotage == .isEventual ? .eventual : .immediate }

    private func place(_ namespace: VectorNamespace) -> VectorNamespace {
        var namespace = namespace
        if sabotage == .ignoresThePerson {
            namespace.user = User.ID(.init(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)))
        }
        if sabotage == .ignoresTheModel { namespace.space.model = "m" }
        return namespace
    }

    private func uncancelled<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws
        -> Value
    {
        sabotage == .ignoresCancellation ? try await Task { try await body() }.value : try await body()
    }

    func spaces(of user: User.ID) async throws -> [EmbeddingSpace] { try await base.spaces(of: user) }

    func upsert(_ records: [VectorRecord], in namespace: VectorNamespace) async throws {
        var records = records
        var namespace = place(namespace)
        switch sabotage {
        case .dropsMetadata: for index in records.indices { records[index].metadata = [:] }
        case .dropsBooleans:
            for index in records.indices {
                records[index].metadata = records[index].metadata.filter {
                    if case .boolean = $0.value { false } else { true }
                }
            }
        case .refusesPlainRecords:
            if records.contains(where: \.metadata.isEmpty) { throw CompanionError(.invalidInput, "No.") }
        case .mergesMetadata:
            for index in records.indices {
                for match in try await base.query(records[index].values, in: namespace, filter: nil, limit: 10_000)
                where match.id == records[index].id {
                    records[index].metadata.merge(match.metadata) { new, _ in new }
                }
            }
        case .keepsOldVectors:
            let ids = Set(try await base.ids(in: namespace, after: nil, limit: 1_000))
            records.removeAll { ids.contains($0.id) }
        case .keepsFirstOfCall: records.reverse()
        case .inventsForNothing where records.isEmpty:
            records = [VectorRecord(id: "x", values: Array(repeating: 1, count: namespace.space.dimensions))]
        case .cutsBatches: records = Array(records.prefix(1_000))
        case .losesWrites where seen.withLock({ $0.insert("\(records.first?.id ?? "")").inserted }):
            if records.first?.id.hasPrefix("w3-") == true { return }
        case .forgetsLengths:
            // As if products were compared, not angles.
            for index in records.indices where records[index].values.count > 1 {
                records[index].values[0] += Float(records[index].values.reduce(0) { $0 + abs($1) } / 100)
            }
        case .buriesForGood: records.removeAll { record in seen.withLock { $0.contains(record.id) } }
        case .keepsTheGood:
            for record in records { try await base.upsert([record], in: namespace) }
            return
        case .acceptsAnything:
            do { try await base.upsert(records, in: namespace) } catch is CompanionError {}
            return
        case .refusesBounds:
            if records.contains(where: { $0.id.count > 255 }) { throw CompanionError(.invalidInput, "No.") }
        case .acceptsAnySpace where !(1...16_000).contains(namespace.space.dimensions) || namespace.space.model.isEmpty:
            return
        case .refusesLargeSpaces where namespace.space.dimensions > 4_096:
            throw CompanionError(.invalidInput, "No.")
        default: break
        }
        namespace = place(namespace)
        try await uncancelled { [base, records, namespace] in try await base.upsert(records, in: namespace) }
    }

    func query(
        _ vector: [Float], in namespace: VectorNamespace, filter: VectorFilter?, limit: Int
    ) async throws -> [VectorMatch] {
        let namespace = place(namespace)
        var filter = filter
        switch sabotage {
        case .ignoresFilters: filter = nil
        case .missingIsUnequal: filter = filter.map(Self.readingMissingAsUnequal)
        case .filtersAfterTheLimit:
            let found = try await base.query(vector, in: namespace, filter: nil, limit: limit)
            let matching = try await base.query(vector, in: namespace, filter: filter, limit: 10_000).map(\.id)
            return found.filter { matching.contains($0.id) }
        case .acceptsAnyQuery:
            do {
                return try await base.query(vector, in: namespace, filter: filter, limit: limit)
            } catch is CompanionError {
                return []
            }
        default: break
        }
        let wanted = sabotage == .breaksTiesBackwards || sabotage == .ignoresLimits ? max(limit, 100) : limit
        var found = try await uncancelled { [base, filter] in
            try await base.query(vector, in: namespace, filter: filter, limit: min(wanted, max(limit, 10_000)))
        }
        switch sabotage {
        case .scoresDistances:
            for index in found.indices { found[index].score = 1 - found[index].score }
        case .exceedsOne: for index in found.indices { found[index].score *= 1.0001 }
        case .breaksTiesBackwards:
            found = Array(found.sorted { $0.score == $1.score ? $0.id > $1.id : $0.score > $1.score }.prefix(limit))
        case .findsStrangers where found.isEmpty: found = [VectorMatch(id: "x", score: 0)]
        default: break
        }
        return found
    }

    /// As SQL's `IS NOT` or a language's dictionary would compare.
    private static func readingMissingAsUnequal(_ filter: VectorFilter) -> VectorFilter {
        if case .notEqual(let key, .boolean(true)) = filter, key == "missing" { .all([]) } else { filter }
    }

    func delete(_ ids: [String], in namespace: VectorNamespace) async throws {
        var ids = ids
        switch sabotage {
        case .keepsDeleted: return
        case .deletesNeighbours: ids += ids.map { $0 + "0" } + ["r1"]
        case .buriesForGood: seen.withLock { $0.formUnion(ids) }
        default: break
        }
        let namespace = place(namespace)
        try await uncancelled { [base, ids] in try await base.delete(ids, in: namespace) }
    }

    func delete(matching filter: VectorFilter, in namespace: VectorNamespace) async throws {
        let namespace = place(namespace)
        if sabotage == .deletesByNothing { return }
        try await uncancelled { [base] in try await base.delete(matching: filter, in: namespace) }
    }

    func deleteAll(in namespace: VectorNamespace) async throws {
        let namespace = place(namespace)
        if sabotage == .keepsAll { return }
        try await uncancelled { [base] in try await base.deleteAll(in: namespace) }
    }

    func ids(in namespace: VectorNamespace, after id: String?, limit: Int) async throws -> [String] {
        let namespace = place(namespace)
        switch sabotage {
        case .acceptsAnyQuery where !(1...1_000).contains(limit): return []
        case .pagesInclusively:
            guard let id, limit > 1 else { break }
            let all = try await base.ids(in: namespace, after: nil, limit: 1_000)
            if all.contains(id), all.last != id {
                return [id] + (try await base.ids(in: namespace, after: id, limit: limit - 1))
            }
        case .pagesUnordered: return try await base.ids(in: namespace, after: id, limit: limit).reversed()
        default: break
        }
        return try await uncancelled { [base] in try await base.ids(in: namespace, after: id, limit: limit) }
    }
}
