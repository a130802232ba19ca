internal import CompanionCore

extension VectorStoreConformance {
    static let vectorBoundChecks: [Check] = [
        check("A record out of its bounds throws invalidInput, and then nothing of the call is kept") { probe in
            let namespace = probe.namespace(4)
            let good = VectorRecord(id: "good", values: [1, 2, 3, 4])
            func altered(_ alter: (inout VectorRecord) -> Void) -> VectorRecord {
                var record = good
                record.id = "bad"
                alter(&record)
                return record
            }
            let many = Dictionary(uniqueKeysWithValues: (0..<65).map { ("k\($0)", VectorMetadata.boolean(true)) })
            let bad: [(String, VectorRecord)] = [
                ("too few dimensions", altered { $0.values = [1, 2, 3] }),
                ("too many dimensions", altered { $0.values = [1, 2, 3, 4, 5] }),
                ("a vector of zero", altered { $0.values = [0, 0, 0, 0] }),
                ("a vector that is not a number", altered { $0.values = [1, .nan, 0, 0] }),
                ("an infinite vector", altered { $0.values = [1, .infinity, 0, 0] }),
                ("an empty identifier", altered { $0.id = "" }),
                ("an identifier of 513 characters", altered { $0.id = String(repeating: "i", count: 513) }),
                ("an identifier that is not ASCII", altered { $0.id = "é" }),
                ("an identifier that can't be printed", altered { $0.id = "a\tb" }),
                ("65 keys", altered { $0.metadata = many }),
                ("an empty key", altered { $0.metadata = ["": .boolean(true)] }),
                (
                    "a key of 65 characters",
                    altered { $0.metadata = [String(repeating: "k", count: 65): .boolean(true)] }
                ),
                ("a key with a space", altered { $0.metadata = ["a b": .boolean(true)] }),
                ("a key that is not ASCII", altered { $0.metadata = ["é": .boolean(true)] }),
                ("a number that is not finite", altered { $0.metadata = ["n": .number(.infinity)] }),
                ("a NUL", altered { $0.metadata = ["s": .string("a\0")] }),
                ("16 KiB of metadata and a byte", altered { $0.metadata = ["s": .string(text(of: 16_384))] }),
            ]
            for (what, record) in bad {
                try await expectError(.invalidInput, "a record with \(what)") {
                    try await probe.store.upsert([good, record], in: namespace)
                }
            }
            try await probe.expectIDs([], in: namespace, "what was kept")
        },
        check("A record at its bounds is kept") { probe in
            let namespace = probe.namespace(4)
            let many = Dictionary(uniqueKeysWithValues: (0..<64).map { ("k\($0)", VectorMetadata.number(0.1)) })
            let records = [
                VectorRecord(id: String(repeating: "~", count: 512), values: [1, 0, 0, 0]),
                VectorRecord(id: " ", values: [.leastNonzeroMagnitude, 0, 0, 0]),
                VectorRecord(id: "huge", values: Array(repeating: .greatestFiniteMagnitude, count: 4)),
                VectorRecord(id: "many", values: [0, 1, 0, 0], metadata: many),
                VectorRecord(
                    id: "large", values: [0, 0, 1, 0], metadata: ["s": .string(text(of: 16_383))]),
                VectorRecord(
                    id: "key", values: [0, 0, 0, 1], metadata: [String(repeating: "k", count: 64): .boolean(true)]),
            ]
            try await probe.store.upsert(records, in: namespace)
            try await probe.expectFound(records.map(\.id), nil, in: namespace, "what is found")
            try await probe.expectFound(
                ["many"], .equal("k63", .number(0.1)), in: namespace, "what is found by a number")
        },
        check("A space out of its bounds throws invalidInput") { probe in
            for space in [
                EmbeddingSpace(model: "", dimensions: 2), EmbeddingSpace(model: text(of: 129), dimensions: 2),
                EmbeddingSpace(model: "m", dimensions: 0), EmbeddingSpace(model: "m", dimensions: 16_001),
            ] {
                var namespace = probe.namespace()
                namespace.space = space
                let values = Array(repeating: Float(1), count: space.dimensions)
                try await expectError(.invalidInput, "a record in \(space)") {
                    try await probe.store.upsert([VectorRecord(id: "a", values: values)], in: namespace)
                }
                try await expectError(.invalidInput, "a query in \(space)") {
                    _ = try await probe.store.query(values, in: namespace, filter: nil, limit: 1)
                }
            }
        },
        check("The largest space is searched") { probe in
            let namespace = probe.namespace(16_000, model: text(of: 128))
            let records = probe.records(3, dimensions: 16_000)
            try await probe.store.upsert(records, in: namespace)
            try await probe.expectSoon(["r1"], "what is nearest to itself") {
                try await probe.store.query(records[1].values, in: namespace, filter: nil, limit: 1).map(\.id)
            }
        },
        check("A query or a page out of its bounds throws invalidInput") { probe in
            let namespace = probe.namespace(2)
            try await probe.store.upsert([VectorRecord(id: "a", values: [1, 1])], in: namespace)
            for vector in [[], [1], [1, 2, 3], [0, 0], [.nan, 1], [.infinity, 1]] as [[Float]] {
                try await expectError(.invalidInput, "a query with \(vector)") {
                    _ = try await probe.store.query(vector, in: namespace, filter: nil, limit: 1)
                }
            }
            for limit in [0, -1, 10_001, Int.max] {
                try await expectError(.invalidInput, "a query with limit \(limit)") {
                    _ = try await probe.store.query([1, 1], in: namespace, filter: nil, limit: limit)
                }
            }
            for limit in [0, -1, 1_001, Int.max] {
                try await expectError(.invalidInput, "a page with limit \(limit)") {
                    _ = try await probe.store.ids(in: namespace, after: nil, limit: limit)
                }
            }
        },
        check("A task that is cancelled already gets CancellationError, and changes nothing") { probe in
            let namespace = probe.namespace(2)
            try await probe.store.upsert([VectorRecord(id: "a", values: [1, 1])], in: namespace)
            try await probe.expectIDs(["a"], in: namespace, "the identifiers")
            let store = probe.store
            let calls: [(String, @Sendable () async throws -> Void)] = [
                ("upsert", { try await store.upsert([VectorRecord(id: "b", values: [1, 1])], in: namespace) }),
                ("query", { _ = try await store.query([1, 1], in: namespace, filter: nil, limit: 1) }),
                ("delete", { try await store.delete(["a"], in: namespace) }),
                ("delete(matching:)", { try await store.delete(matching: .all([]), in: namespace) }),
                ("deleteAll", { try await store.deleteAll(in: namespace) }),
                ("ids", { _ = try await store.ids(in: namespace, after: nil, limit: 1) }),
            ]
            for (name, call) in calls {
                let task = Task {
                    withUnsafeCurrentTask { $0?.cancel() }
                    try await call()
                }
                let result = await task.result
                if case .failure(is CancellationError) = result { continue }
                throw Disappointment(expectation: "\(name) to throw CancellationError", seen: "\(result)")
            }
            try await probe.expectIDs(["a"], in: namespace, "the identifiers, afterwards")
        },
    ]

    private static func text(of bytes: Int) -> String { String(repeating: "x", count: bytes) }
}
