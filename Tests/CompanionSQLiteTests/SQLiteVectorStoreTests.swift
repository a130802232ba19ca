import CompanionCore
import CompanionTesting
import Testing
import _CompanionSQL

@testable import CompanionSQLite
@testable import _CompanionVectors

@Suite struct SQLiteVectorStoreTests {
    private let folder: TemporaryFolder
    private let namespace = VectorNamespace(
        user: IdentifierGenerator().next(), space: EmbeddingSpace(model: "m", dimensions: 4))

    init() throws { folder = try TemporaryFolder() }

    private func store(cacheSize: Int = 1 << 30) throws -> SQLiteStore {
        try SQLiteStore(path: folder.path(), configuration: .init(vectorCacheSize: cacheSize))
    }

    private func records(_ range: Range<Int>) -> [VectorRecord] {
        range.map {
            VectorRecord(
                id: "r\($0)", values: [Float($0), 1, -2, 0.5],
                metadata: ["n": .number(Double($0)), "s": .string("ä\"")])
        }
    }

    private func nearest(_ limit: Int = 100, in vectors: SQLiteVectorStore) async throws -> [VectorMatch] {
        try await vectors.query([1, 0, 0, 0], in: namespace, filter: nil, limit: limit)
    }

    @Test("Keeps the contract of a vector store", arguments: VectorStoreConformance.checks)
    func conforms(_ check: VectorStoreConformance.Check) async throws {
        let store = try store()
        try await check.run(on: store.vectors)
        #expect(try await store.check().problems.isEmpty)
    }

    @Test("Keeps the contract where nothing fits into memory, and where only some does")
    func conformsWithoutMemory() async throws {
        for size in [0, 2_000] {
            let folder = try TemporaryFolder()
            let store = try SQLiteStore(path: folder.path(), configuration: .init(vectorCacheSize: size))
            for check in VectorStoreConformance.checks { try await check.run(on: store.vectors) }
            #expect(store.vectors.loadedSize <= size)
        }
    }

    @Test("What was written is there after the store was opened again, and finds the same")
    func opensAgain() async throws {
        var found: [VectorMatch] = []
        do {
            let store = try store()
            try await store.vectors.upsert(records(0..<300), in: namespace)
            found = try await nearest(in: store.vectors)
            try await store.close()
        }
        #expect(found.count == 100)
        #expect(try await nearest(in: store().vectors) == found)
        #expect(try await nearest(in: store(cacheSize: 0).vectors) == found)
    }

    @Test("What another store on the file writes is found by the next query, whatever it writes")
    func seesOthers() async throws {
        let (first, second) = (try store().vectors, try store().vectors)
        try await first.upsert(records(0..<5), in: namespace)
        #expect(try await nearest(in: second).count == 5)
        try await first.upsert([VectorRecord(id: "r0", values: [9, 0, 0, 0])], in: namespace)
        #expect(try await nearest(1, in: second).map(\.id) == ["r0"])
        try await first.delete(["r0"], in: namespace)
        #expect(try await nearest(in: second).count == 4)
        try await first.delete(matching: .equal("n", .number(4)), in: namespace)
        #expect(try await nearest(in: second).count == 3)
        try await second.upsert(records(7..<9), in: namespace)
        #expect(try await nearest(in: first).count == 5)
        try await first.deleteAll(in: namespace)
        #expect(try await nearest(in: second).isEmpty)
        // A namespace that was deleted and made again is not taken for the one before.
        try await first.upsert(records(1..<2), in: namespace)
        #expect(try await nearest(in: second).map(\.id) == ["r1"])
    }

    @Test("Queries beside writers of two stores always find one state, never a mixture")
    func concurrency() async throws {
        let stores = [try store().vectors, try store().vectors]
        try await stores[0].upsert(state(0), in: namespace)
        try await withThrowingTaskGroup { group in
            for (index, store) in stores.enumerated() {
                group.addTask {
                    for turn in 0..<40 { try await store.upsert(state(turn * 2 + index), in: namespace) }
                }
                group.addTask {
                    for _ in 0..<200 {
                        let turns = try await nearest(in: store).map { $0.metadata["turn"] }
                        #expect(turns.count == 20)
                        #expect(Set(turns).count == 1)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Twenty records that belong together.
    private func state(_ turn: Int) -> [VectorRecord] {
        (0..<20).map {
            VectorRecord(
                id: "r\($0)", values: [Float(turn + 1), 1, 1, Float($0)], metadata: ["turn": .number(Double(turn))])
        }
    }

    @Test("Memory holds no more than its bound, and lets go of who was searched longest ago")
    func boundsMemory() async throws {
        let size = 50 * (VectorTable.bytesPerRow(dimensions: 4) + 200)
        let vectors = try store(cacheSize: size * 3).vectors
        let people = (0..<8).map { _ in
            VectorNamespace(user: IdentifierGenerator().next(), space: namespace.space)
        }
        for person in people { try await vectors.upsert(records(0..<50), in: person) }
        #expect(vectors.loadedSize == 0)
        for person in people + people.reversed() {
            let found = try await vectors.query([1, 0, 0, 0], in: person, filter: nil, limit: 100)
            #expect(found.count == 50)
            #expect(vectors.loadedSize > 0 && vectors.loadedSize <= size * 3)
        }
    }

    @Test("A namespace leaves no row behind when its last vector is deleted")
    func leavesNothing() async throws {
        let store = try store()
        for delete in 0..<3 {
            try await store.vectors.upsert(records(0..<3), in: namespace)
            switch delete {
            case 0: try await store.vectors.delete(["r0", "r1", "r2"], in: namespace)
            case 1: try await store.vectors.delete(matching: .all([]), in: namespace)
            default: try await store.vectors.deleteAll(in: namespace)
            }
            let rows = try await store.inspect { connection in
                try connection.all(.countAllVectors, []) { try $0.integer(0) + $0.integer(1) }
            }
            #expect(rows == [0])
        }
    }

    @Test("A vector that is not what was stored throws corrupted")
    func corruption() async throws {
        let store = try store()
        try await store.vectors.upsert(records(0..<3), in: namespace)
        try await store.writer.run { connection in
            try connection.run(script: "UPDATE vectors SET vector = x'00' WHERE id = 'r1'")
        }
        for cacheSize in [0, 1 << 20] {
            let vectors = try self.store(cacheSize: cacheSize).vectors
            let error = await #expect(throws: CompanionError.self) { try await nearest(in: vectors) }
            #expect(error?.code == .corrupted)
        }
    }

    @Test("A closed store throws unavailable")
    func closed() async throws {
        let store = try store()
        try await store.close()
        let read = await #expect(throws: CompanionError.self) { try await nearest(in: store.vectors) }
        let write = await #expect(throws: CompanionError.self) {
            try await store.vectors.upsert(records(0..<1), in: namespace)
        }
        #expect(read?.code == .unavailable && write?.code == .unavailable)
    }
}

extension SQLStatement {
    fileprivate static let countAllVectors = SQLStatement(
        "SELECT (SELECT count(*) FROM vectors), (SELECT count(*) FROM vector_namespaces)")
}
