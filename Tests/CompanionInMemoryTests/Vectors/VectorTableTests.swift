import TestRandomness
import Testing

@testable import CompanionCore
@testable import _CompanionVectors

@Suite struct VectorTableTests {
    private static func vector(_ dimensions: Int, _ random: inout SeededGenerator) -> [Float] {
        (0..<dimensions).map { _ in Float.random(in: -1...1, using: &random) }
    }

    private static func cosine(_ left: [Float], _ right: [Float]) -> Float {
        func product(_ a: [Float], _ b: [Float]) -> Double { zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) } }
        return Float(product(left, right) / (product(left, left) * product(right, right)).squareRoot())
    }

    @Test("Finds what a plain search finds, in any number of dimensions, however blocks divide it")
    func matchesPlainSearch() throws {
        var random = SeededGenerator.announced()
        for dimensions in [1, 2, 3, 7, 8, 9, 31, 32, 33, 40, 100] {
            for rowsPerBlock in [1, 5, nil] {
                var table = VectorTable(dimensions: dimensions, rowsPerBlock: rowsPerBlock)
                var records: [String: VectorRecord] = [:]
                for _ in 0..<150 {
                    let id = "r\(Int.random(in: 0..<60, using: &random))"
                    if random.chance(1, in: 3) {
                        table.remove(id)
                        records[id] = nil
                    } else {
                        let group = Double(Int.random(in: 0..<3, using: &random))
                        let record = VectorRecord(
                            id: id, values: Self.vector(dimensions, &random), metadata: ["group": .number(group)])
                        table.upsert(record)
                        records[id] = record
                    }
                }
                #expect(table.count == records.count)
                for filter in [nil, VectorFilter.equal("group", .number(1)), .less("group", than: 2)] {
                    let query = Self.vector(dimensions, &random)
                    let expected = records.values.filter { filter?.matches($0.metadata) ?? true }
                        .map { (id: $0.id, score: Self.cosine($0.values, query)) }
                        .sorted { $0.score == $1.score ? $0.id < $1.id : $0.score > $1.score }
                    for limit in [1, 5, 1_000] {
                        let found = try table.nearest(to: query, filter: filter, limit: limit)
                        #expect(found.count == min(limit, expected.count))
                        for (match, best) in zip(found, expected) {
                            let record = try #require(records[match.id])
                            #expect(match.metadata == record.metadata)
                            #expect(abs(match.score - Self.cosine(record.values, query)) < 1e-4)
                            #expect(abs(match.score - best.score) < 1e-4)
                        }
                    }
                }
                #expect(table.ids(after: nil, limit: 1_000) == records.keys.sorted())
            }
        }
    }

    @Test("Equal vectors have equal scores wherever they lie, so that identifiers decide")
    func ties() throws {
        var random = SeededGenerator.announced()
        for dimensions in [3, 8, 20, 100] {
            let values = Self.vector(dimensions, &random)
            var table = VectorTable(dimensions: dimensions, rowsPerBlock: 6)
            let ids = (0..<23).map { "id\($0)" }
            for id in ids.shuffled(using: &random) {
                let kept = VectorMetadata.boolean(random.chance(1, in: 2))
                table.upsert(VectorRecord(id: id, values: values, metadata: ["kept": kept, "all": .boolean(true)]))
                table.upsert(VectorRecord(id: "other-\(id)", values: Self.vector(dimensions, &random)))
            }
            let query = values.map { $0 * 3 }
            for limit in [1, 4, 23] {
                let found = try table.nearest(to: query, filter: nil, limit: limit)
                #expect(found.map(\.id) == Array(ids.sorted().prefix(limit)))
                let filtered = try table.nearest(to: query, filter: .equal("all", .boolean(true)), limit: limit)
                #expect(filtered == found)
            }
        }
    }

    @Test("A copy keeps what it held while the original changes")
    func copies() throws {
        var table = VectorTable(dimensions: 2, rowsPerBlock: 2)
        for index in 0..<10 { table.upsert(VectorRecord(id: "r\(index)", values: [Float(index + 1), 1])) }
        let copy = table
        for index in 0..<10 { table.remove("r\(index)") }
        table.upsert(VectorRecord(id: "new", values: [1, 1]))
        #expect(copy.count == 10)
        #expect(try copy.nearest(to: [1, 0], filter: nil, limit: 1).map(\.id) == ["r9"])
        #expect(try table.nearest(to: [1, 0], filter: nil, limit: 10).map(\.id) == ["new"])
    }

    @Test("Its size goes up with what is put in, and back to nothing")
    func size() {
        var table = VectorTable(dimensions: 4)
        #expect(table.byteCount == 0)
        for turn in 0..<3 {
            let text = VectorMetadata.string(String(repeating: "x", count: 100 * turn))
            table.upsert(VectorRecord(id: "a", values: [1, 2, 3, 4], metadata: ["s": text]))
            #expect(table.byteCount >= 16 + 100 * turn)
            #expect(table.byteCount <= 16 + 100 * turn + 512)
        }
        table.remove(matching: .all([]))
        #expect(table.byteCount == 0)
        #expect(table.count == 0)
    }

    @Test("A search of a task that was cancelled throws CancellationError")
    func cancellation() async {
        var table = VectorTable(dimensions: 2)
        table.upsert(VectorRecord(id: "a", values: [1, 1]))
        let search = Task { [table] in
            withUnsafeCurrentTask { $0?.cancel() }
            return try table.nearest(to: [1, 1], filter: nil, limit: 1)
        }
        await #expect(throws: CancellationError.self) { try await search.value }
    }
}
