internal import CompanionCore

extension VectorStoreConformance {
    static let vectorDeletionChecks: [Check] = [
        check("Deleted records are found by nobody, those that there are not do no harm, and the others stay") {
            probe in
            let namespace = probe.namespace(4)
            let records = probe.records(10, dimensions: 4)
            try await probe.store.upsert(records, in: namespace)
            try await probe.expectIDs(records.map(\.id), in: namespace, "the identifiers")
            try await probe.store.delete(["r3", "never", "r0", "r3", "r9", ""], in: namespace)
            let rest = ["r1", "r2", "r4", "r5", "r6", "r7", "r8"]
            try await probe.expectIDs(rest, in: namespace, "the identifiers that are left")
            for index in [1, 2, 4, 5, 6, 7, 8] {
                try await probe.expectSoon(["r\(index)"], "what is nearest to a vector that was not deleted") {
                    try await probe.store.query(records[index].values, in: namespace, filter: nil, limit: 1).map(\.id)
                }
            }
            try await probe.store.delete([], in: namespace)
            try await probe.expectFound(rest, nil, in: namespace, "what is found")
        },
        check("A deleted record can be kept again") { probe in
            let namespace = probe.namespace(2)
            let record = VectorRecord(id: "a", values: [1, 0], metadata: ["n": .number(1)])
            try await probe.store.upsert([record], in: namespace)
            try await probe.expectIDs(["a"], in: namespace, "the identifiers")
            try await probe.store.delete(["a"], in: namespace)
            try await probe.expectFound([], nil, in: namespace, "what is found")
            try await probe.store.upsert([record], in: namespace)
            try await probe.expectFound(["a"], .equal("n", .number(1)), in: namespace, "what is found again")
        },
        check("Deleting all leaves nothing, twice does no harm, and the namespace can be used again") { probe in
            let namespace = probe.namespace(4)
            let records = probe.records(10, dimensions: 4)
            for _ in 0..<2 {
                try await probe.store.upsert(records, in: namespace)
                try await probe.expectFound(records.map(\.id), nil, in: namespace, "what is found")
                try await probe.store.deleteAll(in: namespace)
                try await probe.store.deleteAll(in: namespace)
                try await probe.expectIDs([], in: namespace, "the identifiers")
                try await probe.expectFound([], nil, in: namespace, "what is found when all is deleted")
            }
        },
        check("After any sequence of writes a query finds what a simple model finds") { probe in
            let namespace = probe.namespace(3)
            var model: [String: VectorRecord] = [:]
            for _ in 0..<40 {
                switch probe.number(in: 0...9) {
                case 0...5:
                    let records = (0..<probe.number(in: 1...8)).map { _ in
                        VectorRecord(
                            id: "r\(probe.number(in: 0...40))", values: probe.vector(3),
                            metadata: ["group": .number(Double(probe.number(in: 0...4)))])
                    }
                    try await probe.store.upsert(records, in: namespace)
                    for record in records { model[record.id] = record }
                case 6, 7:
                    let ids = (0..<probe.number(in: 1...6)).map { _ in "r\(probe.number(in: 0...40))" }
                    try await probe.store.delete(ids, in: namespace)
                    for id in ids { model[id] = nil }
                case 8:
                    let group = VectorMetadata.number(Double(probe.number(in: 0...4)))
                    try await probe.store.delete(matching: .equal("group", group), in: namespace)
                    model = model.filter { $0.value.metadata["group"] != group }
                default:
                    try await probe.store.deleteAll(in: namespace)
                    model = [:]
                }
                try await probe.expectIDs(Array(model.keys), in: namespace, "the identifiers")
                guard let some = model.values.min(by: { $0.id < $1.id }) else { continue }
                let expected = model.values.map { VectorProbe.cosine($0.values, some.values) }.sorted(by: >).prefix(5)
                // The identifiers may be as they should be before the vectors are.
                try await probe.expectSoon([] as [String], "what differs from a simple model") {
                    [model] () -> [String] in
                    let found = try await probe.store.query(some.values, in: namespace, filter: nil, limit: 5)
                    guard found.count == expected.count else { return ["\(found.count) found of \(expected.count)"] }
                    return zip(found, expected).compactMap { match, cosine in
                        let isSame =
                            abs(Double(match.score) - cosine) < 1e-3
                            && match.metadata == model[match.id]?.metadata ?? [:]
                        return isSame ? nil : "\(match) for a score of \(cosine)"
                    }
                }
            }
        },
    ]
}
