public import CompanionCore

/// The contract of `EmbeddingModel` as checks.
///
/// ```swift
/// @Test(arguments: EmbeddingModelConformance.checks)
/// func conforms(_ check: EmbeddingModelConformance.Check) async throws {
///     try await check.run(on: HashedEmbeddingModel())
/// }
/// ```
///
/// Which error a failing server leads to an adapter tests itself.
public enum EmbeddingModelConformance {
    public typealias Check = ConformanceCheck<any EmbeddingModel>

    public static let checks: [Check] = [
        Check("A model names its space, the same whenever it is asked, within the bounds") { model, _ in
            let space = model.space
            try expect((1...128).contains(space.model.utf8.count), "a name of 1 to 128 bytes", seen: space.model)
            try expect(
                (1...16_000).contains(space.dimensions), "1 to 16,000 dimensions", seen: "\(space.dimensions)")
            try expect(model.space, equals: space, "the space, asked again")
        },
        Check("No texts have no vectors") { model, _ in
            for purpose in purposes {
                try expect(try await model.embed([], as: purpose).count, equals: 0, "the count of vectors")
            }
        },
        Check("Each text has a vector of the space's dimensions, finite and of length 1") { model, random in
            for purpose in purposes {
                _ = try await embed(texts + (0..<20).map { _ in sentence(random) }, as: purpose, by: model)
            }
        },
        Check("Vectors come in the order of the texts, whether asked for together or one by one") { model, random in
            let texts = (0..<12).map { _ in sentence(random) }
            for purpose in purposes {
                let together = try await embed(texts, as: purpose, by: model)
                for (text, vector) in zip(texts, together) {
                    let alone = try await embed([text], as: purpose, by: model)
                    try expectSame(vector, alone[0], "the vector of a text among others, and of it alone")
                }
            }
        },
        Check("The same text has the same vector, also twice in one call; unlike texts have unlike ones") {
            model, random in
            let (first, second) = (sentence(random), sentence(random) + " Something else altogether.")
            let vectors = try await embed([first, second, first], as: .document, by: model)
            try expectSame(vectors[0], vectors[2], "the vectors of one text, twice in a call")
            try expectSame(
                vectors[1], try await embed([second], as: .document, by: model)[0],
                "the vectors of one text, in two calls")
            try expect(
                cosine(vectors[0], vectors[1]) < 0.9999, "a cosine below 0.9999 for unlike texts",
                seen: "\(cosine(vectors[0], vectors[1]))")
        },
        Check("A blank text has a vector") { model, _ in
            for purpose in purposes {
                _ = try await embed(["", " ", "\n\t ", "words", ""], as: purpose, by: model)
            }
        },
        Check("A text that is too long for any model has a vector, and its end does not move the others") {
            model, random in
            let long = (0..<6_000).map { _ in sentence(random) }.joined(separator: " ")
            let texts = [sentence(random), long, sentence(random)]
            let vectors = try await embed(texts, as: .document, by: model)
            for index in [0, 2] {
                let alone = try await embed([texts[index]], as: .document, by: model)
                try expectSame(vectors[index], alone[0], "the vector of a text beside a long one, and of it alone")
            }
        },
        Check("More texts than any request takes have their vectors in order") { model, _ in
            let texts = (0..<2_100).map { "Number \($0)" }
            let vectors = try await embed(texts, as: .document, by: model)
            for index in [0, 1, 1_023, 2_047, 2_048, 2_099] {
                let alone = try await embed([texts[index]], as: .document, by: model)
                try expectSame(vectors[index], alone[0], "vector \(index) of 2,100, and the text's alone")
            }
        },
        Check("Calls at the same time have each its own vectors") { model, random in
            let lists = (0..<8).map { _ in (0..<4).map { _ in sentence(random) } }
            let expected = try await embed(lists.flatMap(\.self), as: .query, by: model)
            try await withThrowingTaskGroup(of: (Int, [[Float]]).self) { group in
                for (index, list) in lists.enumerated() {
                    group.addTask { (index, try await embed(list, as: .query, by: model)) }
                }
                for try await (index, vectors) in group {
                    for (place, vector) in vectors.enumerated() {
                        try expectSame(vector, expected[index * 4 + place], "the vector of a text in another call")
                    }
                }
            }
        },
        Check("A task that is cancelled already gets CancellationError") { model, _ in
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await model.embed(["Ada moved to Turin."], as: .document)
            }
            let seen: String
            switch await task.result {
            case .success: seen = "vectors"
            case .failure(is CancellationError): return
            case .failure(let error): seen = String(reflecting: error)
            }
            throw Disappointment(expectation: "CancellationError", seen: seen)
        },
    ]
}

extension EmbeddingModelConformance {
    private static let purposes: [EmbeddingPurpose] = [.document, .query]

    private static let texts = [
        "a", "Ada moved to Turin.", "Ада переехала в Турин.", "アダはトリノに引っ越した。", "👩‍👩‍👧‍👦🇮🇹", "1234567890", "{\"a\": [1, 2]}",
        "é e\u{301}", "!?…—", String(repeating: "ha", count: 500),
    ]

    private static func sentence(_ random: SeededRandomSource) -> String {
        let words = [
            "Ada", "moved", "to", "Turin", "because", "her", "sister", "likes", "the", "river", "coffee", "seven",
            "cats",
            "winter", "plans", "a", "journey", "by", "train", "with", "Bram", "and", "never", "forgets", "birthdays",
        ]
        let count = 5 + Int(random.next() % 12)
        return (0..<count).map { _ in words[Int(random.next() % UInt64(words.count))] }.joined(separator: " ") + "."
    }

    /// The vectors, checked for what each vector must be.
    private static func embed(
        _ texts: [String], as purpose: EmbeddingPurpose, by model: any EmbeddingModel
    ) async throws -> [[Float]] {
        let vectors = try await model.embed(texts, as: purpose)
        try expect(vectors.count, equals: texts.count, "the count of vectors")
        for vector in vectors {
            try expect(vector.count, equals: model.space.dimensions, "the dimensions of a vector")
            try expect(vector.allSatisfy(\.isFinite), "finite numbers", seen: "some that are not")
            let length = cosine(vector, vector).squareRoot()
            try expect(abs(length - 1) < 0.001, "a vector of length 1", seen: "length \(length)")
        }
        return vectors
    }

    private static func cosine(_ left: [Float], _ right: [Float]) -> Double {
        zip(left, right).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }

    /// Servers compute the same text a little differently, depending on what else they compute.
    private static func expectSame(_ left: [Float], _ right: [Float], _ what: String) throws {
        let cosine = cosine(left, right)
        try expect(cosine > 0.999, "\(what) to be the same", seen: "a cosine of \(cosine)")
    }
}
