internal import CompanionCore

extension VectorStoreConformance {
    static let vectorWriteChecks: [Check] = [
        check("A record is found with its identifier and all of its metadata") { probe in
            let namespace = probe.namespace()
            let record = VectorRecord(
                id: " ~id/with:anything 1", values: probe.vector(),
                metadata: [
                    "text": .string("Ada \"loves\" Türme 👩‍🚀\n"), "empty": .string(""), "number": .number(-12.625),
                    "large": .number(1.7e300), "yes": .boolean(true), "no": .boolean(false), "_Key_9": .number(0),
                ])
            try await probe.store.upsert([record], in: namespace)
            try await probe.expectSoon([record.metadata], "the metadata that is found") {
                try await probe.store.query(record.values, in: namespace, filter: nil, limit: 5).map(\.metadata)
            }
            try await probe.expectIDs([record.id], in: namespace, "the identifiers")
        },
        check("A record without metadata is kept") { probe in
            let namespace = probe.namespace()
            try await probe.store.upsert([VectorRecord(id: "a", values: probe.vector())], in: namespace)
            try await probe.expectSoon([[:]], "the metadata that is found") {
                try await probe.store.query(probe.vector(), in: namespace, filter: nil, limit: 5).map(\.metadata)
            }
        },
        check("A record replaces the one of its identifier whole") { probe in
            let namespace = probe.namespace(2)
            let first = VectorRecord(id: "a", values: [1, 0], metadata: ["old": .boolean(true), "kind": .string("x")])
            let second = VectorRecord(id: "a", values: [0, 1], metadata: ["kind": .string("y")])
            try await probe.store.upsert([first, VectorRecord(id: "b", values: [1, 0])], in: namespace)
            try await probe.expectIDs(["a", "b"], in: namespace, "the identifiers")
            try await probe.store.upsert([second], in: namespace)
            try await probe.expectSoon([second.metadata], "the metadata of what is nearest to the new vector") {
                try await probe.store.query([0, 1], in: namespace, filter: nil, limit: 1).map(\.metadata)
            }
            try await probe.expectFound([], .equal("old", .boolean(true)), in: namespace, "what has the old metadata")
            try await probe.expectIDs(["a", "b"], in: namespace, "the identifiers, afterwards")
        },
        check("Of several records with one identifier in one call the last one stays") { probe in
            let namespace = probe.namespace(2)
            let records = (0..<5).map {
                VectorRecord(id: "a", values: [Float($0), 1], metadata: ["turn": .number(Double($0))])
            }
            try await probe.store.upsert(records, in: namespace)
            try await probe.expectSoon([records[4].metadata], "the metadata") {
                try await probe.store.query([1, 1], in: namespace, filter: nil, limit: 5).map(\.metadata)
            }
        },
        check("Upserting nothing does nothing") { probe in
            let namespace = probe.namespace()
            try await probe.store.upsert([], in: namespace)
            try await probe.expectIDs([], in: namespace, "the identifiers")
        },
        check("As many records as there are are kept, in one call") { probe in
            let namespace = probe.namespace(4)
            let records = probe.records(2_500, dimensions: 4)
            try await probe.store.upsert(records, in: namespace)
            try await probe.expectIDs(records.map(\.id), in: namespace, "the identifiers")
        },
        check("People, models and dimensions have each their own vectors") { probe in
            let mine = probe.namespace(4)
            var others = [probe.namespace(4)]
            others.append(VectorNamespace(user: mine.user, space: EmbeddingSpace(model: "other", dimensions: 4)))
            others.append(VectorNamespace(user: mine.user, space: EmbeddingSpace(model: "conformance", dimensions: 5)))
            let records = probe.records(5, dimensions: 4)
            try await probe.store.upsert(records, in: mine)
            try await probe.expectIDs(records.map(\.id), in: mine, "the identifiers")
            for other in others {
                let dimensions = other.space.dimensions
                let query = probe.vector(dimensions)
                let found = try await probe.store.query(query, in: other, filter: nil, limit: 10)
                try expect(found.map(\.id), equals: [], "what is found in another namespace")
                try expect(
                    try await probe.store.ids(in: other, after: nil, limit: 10), equals: [], "its identifiers")
                let own = VectorRecord(id: "r0", values: query, metadata: ["mine": .boolean(true)])
                try await probe.store.upsert([own], in: other)
                try await probe.store.delete(records.map(\.id).filter { $0 != "r0" }, in: other)
                try await probe.store.delete(matching: .greater("number", than: 0), in: other)
                try await probe.expectIDs(["r0"], in: other, "its own identifiers")
                try await probe.store.deleteAll(in: other)
                try await probe.expectIDs([], in: other, "its identifiers, all deleted")
            }
            try await probe.expectFound(records.map(\.id), nil, in: mine, "what is found in the first, afterwards")
            try await probe.expectFound(
                ["r0"], .equal("number", .number(0)), in: mine, "the record whose identifier the others had too")
        },
        check("Writers at the same time lose nothing of each other's") { probe in
            let namespace = probe.namespace(4)
            let lists = (0..<8).map { probe.records(10, dimensions: 4, prefix: "w\($0)-") }
            try await withThrowingTaskGroup { group in
                for list in lists {
                    group.addTask {
                        for record in list { try await probe.store.upsert([record], in: namespace) }
                    }
                }
                try await group.waitForAll()
            }
            try await probe.expectIDs(lists.flatMap { $0.map(\.id) }, in: namespace, "the identifiers")
            try await probe.expectFound(lists.flatMap { $0.map(\.id) }, nil, in: namespace, "what is found")
        },
    ]
}
