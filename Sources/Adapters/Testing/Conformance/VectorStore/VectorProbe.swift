internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A vector store under test, with values to put into it.
struct VectorProbe: Sendable {
    let store: any VectorStore
    let random: SeededRandomSource

    /// The vectors of somebody whom no other check knows.
    func namespace(_ dimensions: Int = 8, model: String = "conformance") -> VectorNamespace {
        VectorNamespace(user: User.ID(UUID()), space: EmbeddingSpace(model: model, dimensions: dimensions))
    }

    func number(in range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(random.next() % UInt64(range.count))
    }

    func vector(_ dimensions: Int = 8) -> [Float] {
        let vector = (0..<dimensions).map { _ in Float(random.nextFraction() * 2 - 1) }
        return vector.allSatisfy({ $0 == 0 }) ? Array(repeating: 1, count: dimensions) : vector
    }

    func records(_ count: Int, dimensions: Int = 8, prefix: String = "r") -> [VectorRecord] {
        (0..<count).map { index in
            VectorRecord(
                id: "\(prefix)\(index)", values: vector(dimensions),
                metadata: [
                    "number": .number(Double(index)), "even": .boolean(index % 2 == 0), "name": .string("n\(index)"),
                ])
        }
    }

    // MARK: Reading what was written

    /// Reads until it is as expected where the store is eventually consistent, and once where it is not.
    func expectSoon<Value: Equatable & Sendable>(
        _ expected: Value, _ what: String, _ read: () async throws -> Value
    ) async throws {
        var seen = try await read()
        if store.consistency == .eventual, seen != expected {
            do {
                try await eventually(what) {
                    seen = try await read()
                    return seen == expected
                }
            } catch is ConditionTimeout {}
        }
        try expect(seen, equals: expected, what)
    }

    func expectIDs(_ expected: [String], in namespace: VectorNamespace, _ what: String) async throws {
        try await expectSoon(expected.sorted(), what) { try await allIDs(in: namespace) }
    }

    /// The identifiers that a query finds, whatever their order.
    func expectFound(
        _ expected: [String], _ filter: VectorFilter?, in namespace: VectorNamespace, _ what: String
    ) async throws {
        let query = vector(namespace.space.dimensions)
        try await expectSoon(expected.sorted(), what) {
            try await store.query(query, in: namespace, filter: filter, limit: 1_000).map(\.id).sorted()
        }
    }

    func allIDs(in namespace: VectorNamespace) async throws -> [String] {
        var ids: [String] = []
        while true {
            let page = try await store.ids(in: namespace, after: ids.last, limit: 1_000)
            ids += page
            if page.count < 1_000 { return ids }
        }
    }

    static func cosine(_ left: [Float], _ right: [Float]) -> Double {
        var (product, first, second) = (0.0, 0.0, 0.0)
        for (a, b) in zip(left, right) {
            product += Double(a) * Double(b)
            first += Double(a) * Double(a)
            second += Double(b) * Double(b)
        }
        return product / (first * second).squareRoot()
    }
}
