internal import CompanionCore

extension VectorStoreConformance {
    static let vectorQueryChecks: [Check] = [
        check("The most similar come first, scored with their cosine, whatever the vectors' lengths") { probe in
            let namespace = probe.namespace(16)
            var records = probe.records(60, dimensions: 16)
            for index in records.indices {
                let scale = Float(index % 3 == 0 ? 1 : index % 3 == 1 ? 1e-3 : 250)
                records[index].values = records[index].values.map { $0 * scale }
            }
            try await probe.store.upsert(records, in: namespace)
            try await probe.expectIDs(records.map(\.id), in: namespace, "the identifiers")
            for _ in 0..<10 {
                let query = probe.vector(16).map { $0 * 40 }
                let cosines = records.map { (id: $0.id, cosine: VectorProbe.cosine($0.values, query)) }
                let expected = cosines.sorted { $0.cosine > $1.cosine }
                for limit in [1, 7, 60] {
                    let found = try await probe.store.query(query, in: namespace, filter: nil, limit: limit)
                    try expect(found.count, equals: limit, "how many are found of 60")
                    for (match, best) in zip(found, expected) {
                        let cosine = cosines.first { $0.id == match.id }?.cosine ?? -2
                        try expect(
                            abs(Double(match.score) - cosine) < 1e-3, "the score to be the cosine, \(cosine)",
                            seen: "\(match.score)")
                        try expect(
                            abs(Double(match.score) - best.cosine) < 1e-3,
                            "\(best.id) with \(best.cosine) in its place",
                            seen: "\(match.id) with \(match.score)")
                    }
                    let scores = found.map(\.score)
                    try expect(scores == scores.sorted(by: >), "scores that do not rise", seen: "\(scores)")
                }
            }
        },
        check("A score is 1 for the same direction, −1 for the opposite one, and never beyond") { probe in
            let namespace = probe.namespace(3)
            let records = [
                VectorRecord(id: "same", values: [3, 4, 12]), VectorRecord(id: "opposite", values: [-3, -4, -12]),
                VectorRecord(id: "across", values: [4, -3, 0]),
            ]
            try await probe.store.upsert(records, in: namespace)
            try await probe.expectSoon(["same", "across", "opposite"], "what is found, in its order") {
                try await probe.store.query([0.3, 0.4, 1.2], in: namespace, filter: nil, limit: 10).map(\.id)
            }
            let scores = try await probe.store.query([0.3, 0.4, 1.2], in: namespace, filter: nil, limit: 10).map(
                \.score)
            for (score, expected) in zip(scores, [1, 0, -1] as [Float]) {
                try expect((-1...1).contains(score), "a score of −1 to 1", seen: "\(score)")
                try expect(abs(score - expected) < 1e-3, "a score of \(expected)", seen: "\(score)")
            }
        },
        check("Of equally similar ones the smaller identifier comes first, also where not all are wanted") { probe in
            let namespace = probe.namespace(4)
            let ids = ["b", "a", "B", "_", "a1", "10", "9", "a 1"]
            try await probe.store.upsert(ids.map { VectorRecord(id: $0, values: [1, 2, 3, 4]) }, in: namespace)
            try await probe.expectIDs(ids, in: namespace, "the identifiers")
            for limit in [1, 3, 8] {
                try await probe.expectSoon(Array(ids.sorted().prefix(limit)), "the first \(limit) of equal ones") {
                    try await probe.store.query([1, 2, 3, 4], in: namespace, filter: nil, limit: limit).map(\.id)
                }
            }
        },
        check("A namespace that holds nothing finds nothing") { probe in
            let namespace = probe.namespace()
            let found = try await probe.store.query(probe.vector(), in: namespace, filter: nil, limit: 10)
            try expect(found.count, equals: 0, "how many are found")
        },
        check("A query finds no more than its limit, up to 10,000") { probe in
            let namespace = probe.namespace(2)
            try await probe.store.upsert(probe.records(20, dimensions: 2), in: namespace)
            for limit in [1, 5, 20, 10_000] {
                try await probe.expectSoon(min(limit, 20), "how many of 20 are found within \(limit)") {
                    try await probe.store.query([1, 1], in: namespace, filter: nil, limit: limit).count
                }
            }
        },
        check("Identifiers are paged in the order of their bytes, each once") { probe in
            let namespace = probe.namespace(2)
            let ids = (0..<60).map { _ in
                String(
                    (0..<probe.number(in: 1...4)).map { _ in
                        Character(Unicode.Scalar(UInt8(probe.number(in: 32...126))))
                    })
            }
            let expected = Set(ids).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            try await probe.store.upsert(expected.map { VectorRecord(id: $0, values: [1, 1]) }, in: namespace)
            try await probe.expectIDs(expected, in: namespace, "all identifiers")
            for limit in [1, 7, 1_000] {
                var seen: [String] = []
                while true {
                    let page = try await probe.store.ids(in: namespace, after: seen.last, limit: limit)
                    try expect(page.count <= limit, "at most \(limit) identifiers", seen: "\(page.count)")
                    seen += page
                    if page.count < limit { break }
                }
                try expect(seen, equals: expected, "the identifiers, \(limit) at a time")
            }
            try expect(
                try await probe.store.ids(in: namespace, after: "~~~~~", limit: 10), equals: [],
                "what is behind the last")
            let between = try await probe.store.ids(in: namespace, after: expected[10] + " ", limit: 1_000)
            try expect(
                between, equals: expected.filter { (expected[10] + " ").utf8.lexicographicallyPrecedes($0.utf8) },
                "what is behind an identifier that there need not be")
        },
    ]
}
