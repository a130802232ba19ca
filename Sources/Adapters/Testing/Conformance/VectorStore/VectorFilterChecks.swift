internal import CompanionCore

extension VectorStoreConformance {
    /// Records by what a filter can tell them apart with; `none` has no metadata.
    private static let filterable: [VectorRecord] = [
        VectorRecord(id: "one", values: [1, 0], metadata: ["n": .number(1), "s": .string("a"), "b": .boolean(true)]),
        VectorRecord(id: "two", values: [0, 1], metadata: ["n": .number(2), "s": .string("b"), "b": .boolean(false)]),
        VectorRecord(id: "half", values: [1, 1], metadata: ["n": .number(2.5), "s": .string("A")]),
        VectorRecord(id: "text", values: [-1, 1], metadata: ["n": .string("2"), "s": .string("")]),
        VectorRecord(id: "none", values: [1, -1]),
    ]

    private static let filters: [(VectorFilter, [String])] = [
        (.equal("n", .number(2)), ["two"]),
        (.equal("n", .string("2")), ["text"]),
        (.equal("s", .string("a")), ["one"]),
        (.equal("s", .string("")), ["text"]),
        (.equal("b", .boolean(true)), ["one"]),
        (.equal("missing", .number(0)), []),
        (.notEqual("n", .number(2)), ["half", "one", "text"]),
        (.notEqual("s", .string("a")), ["half", "text", "two"]),
        (.notEqual("b", .boolean(true)), ["two"]),
        (.notEqual("missing", .boolean(true)), []),
        (.isIn("n", [.number(1), .number(2.5), .string("x")]), ["half", "one"]),
        (.isIn("s", []), []),
        (.isIn("missing", [.number(1)]), []),
        (.less("n", than: 2), ["one"]),
        (.lessOrEqual("n", to: 2), ["one", "two"]),
        (.greater("n", than: 2), ["half"]),
        (.greaterOrEqual("n", to: 2), ["half", "two"]),
        (.less("missing", than: 1), []),
        (.greater("s", than: -1), []),
        (.all([]), ["half", "none", "one", "text", "two"]),
        (.any([]), []),
        (.all([.greater("n", than: 0), .notEqual("b", .boolean(true))]), ["two"]),
        (.any([.equal("s", .string("A")), .equal("b", .boolean(true))]), ["half", "one"]),
        (
            .all([.any([.equal("n", .number(1)), .equal("n", .number(2))]), .any([.equal("s", .string("b"))])]), ["two"]
        ),
    ]

    static let vectorFilterChecks: [Check] = [
        check("A filter lets through what it says, and a missing key matches no comparison") { probe in
            let namespace = probe.namespace(2)
            try await probe.store.upsert(filterable, in: namespace)
            try await probe.expectIDs(filterable.map(\.id), in: namespace, "the identifiers")
            for (filter, expected) in filters {
                try await probe.expectFound(expected, filter, in: namespace, "what \(filter) lets through")
            }
        },
        check("The limit counts what the filter lets through") { probe in
            let namespace = probe.namespace(2)
            let near = (0..<30).map {
                VectorRecord(id: "near\($0)", values: [1, 0], metadata: ["far": .boolean(false)])
            }
            let far = (0..<3).map {
                VectorRecord(id: "far\($0)", values: [-1, 0.1], metadata: ["far": .boolean(true)])
            }
            try await probe.store.upsert(near + far, in: namespace)
            try await probe.expectSoon(["far0", "far1"], "the best two that are far") {
                try await probe.store.query([1, 0], in: namespace, filter: .equal("far", .boolean(true)), limit: 2)
                    .map(\.id)
            }
        },
        check("What is deleted by a filter is what the filter lets through") { probe in
            for (filter, matching) in filters {
                let namespace = probe.namespace(2)
                try await probe.store.upsert(filterable, in: namespace)
                try await probe.expectIDs(filterable.map(\.id), in: namespace, "the identifiers")
                try await probe.store.delete(matching: filter, in: namespace)
                let rest = filterable.map(\.id).filter { !matching.contains($0) }
                try await probe.expectIDs(rest, in: namespace, "what \(filter) leaves")
                try await probe.expectFound(rest, nil, in: namespace, "what is found of what \(filter) leaves")
                try await probe.store.deleteAll(in: namespace)
            }
        },
    ]
}
