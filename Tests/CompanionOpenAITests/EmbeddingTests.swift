import CompanionCore
import CompanionOpenAI
import CompanionTesting
import TestRandomness
import TestSupport
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite struct EmbeddingTests {
    /// A vector that depends on the text alone.
    private static func vector(of text: String, dimensions: Int) -> [Float] {
        var random = SeededGenerator(seed: text.utf8.reduce(1) { ($0 &* 31) &+ UInt64($1) })
        return (0..<dimensions).map { _ in Float.random(in: -1...1, using: &random) }
    }

    private static func base64(_ vector: [Float]) -> JSONValue {
        var bytes: [UInt8] = []
        for value in vector { withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 } }
        return .string(Data(bytes).base64EncodedString())
    }

    private static func decimal(_ vector: [Float]) -> JSONValue {
        .array(vector.map { .number(JSONNumber(Double($0))) })
    }

    private static func answer(_ vectors: [(Int?, JSONValue)]) -> String {
        let data = vectors.map { index, vector -> JSONValue in
            var item: JSONObject = ["object": "embedding", "embedding": vector]
            if let index { item["index"] = .number(JSONNumber(index)) }
            return .object(item)
        }
        return JSONValue.object(["object": "list", "data": .array(data), "usage": ["prompt_tokens": 8]]).serialized()
    }

    /// A server that embeds as OpenAI's does, and refuses what that refuses.
    private static func embed(_ exchange: ScriptedExchange, dimensions: Int, encode: ([Float]) -> JSONValue)
        async throws
    {
        let texts = exchange.json["input"]?.array?.compactMap(\.string) ?? []
        guard !texts.isEmpty, texts.count <= 2_048, !texts.contains("") else {
            return try await exchange.respond(400, body: #"{"error":{"message":"'$.input' is invalid."}}"#)
        }
        let vectors = texts.enumerated().map { index, text in
            (Int?(index), encode(vector(of: text, dimensions: dimensions)))
        }
        try await exchange.respond(body: answer(vectors.reversed()))
    }

    private static func length(_ vector: [Float]) -> Float { vector.reduce(0) { $0 + $1 * $1 }.squareRoot() }

    @Test("Keeps the contract of an embedding model", arguments: EmbeddingModelConformance.checks)
    func conforms(_ check: EmbeddingModelConformance.Check) async throws {
        try await ScriptedHTTPServer.run {
            try await Self.embed($0, dimensions: 24, encode: Self.base64)
        } _: { server async throws in
            try await check.run(on: server.openAI().embeddingModel("m", dimensions: 24))
        }
    }

    @Test("Numbers in decimal are read as those in base64, whatever was asked for")
    func encodings() async throws {
        var results: [[[Float]]] = []
        for encode in [Self.base64, Self.decimal] {
            try await ScriptedHTTPServer.run {
                try await Self.embed($0, dimensions: 8, encode: encode)
            } _: { server async throws in
                let model = server.openAI().embeddingModel("m", dimensions: 8)
                results.append(try await model.embed(["a", "b"], as: .document))
                #expect(server.bodies.first?["encoding_format"]?.string == "base64")
            }
        }
        #expect(results[0].count == 2 && results[0][0] != results[0][1])
        for (left, right) in zip(results[0].joined(), results[1].joined()) { #expect(abs(left - right) < 1e-6) }
        #expect(results[0].allSatisfy { abs(Self.length($0) - 1) < 1e-5 })
    }

    @Test("Vectors without an index stand in the order of the texts")
    func noIndex() async throws {
        try await ScriptedHTTPServer.run {
            try await $0.respond(body: Self.answer([(nil, Self.decimal([2, 0])), (nil, Self.decimal([0, 3]))]))
        } _: { server async throws in
            let model = server.openAI().embeddingModel("m", dimensions: 2)
            #expect(try await model.embed(["a", "b"], as: .query) == [[1, 0], [0, 1]])
        }
    }

    @Test("Asks for dimensions only of models that take them")
    func dimensions() async throws {
        let cases: [(String, Int?, OpenAIEmbeddingModel.Options, space: Int, sent: Int?)] = [
            ("text-embedding-3-small", nil, .init(), 1_536, nil), ("text-embedding-3-large", nil, .init(), 3_072, nil),
            ("text-embedding-3-small", 1_536, .init(), 1_536, nil), ("text-embedding-3-small", 256, .init(), 256, 256),
            ("text-embedding-ada-002", nil, .init(), 1_536, nil), ("nomic-embed-text", 768, .init(), 768, nil),
            ("unheard-of", nil, .init(), 1_536, nil), ("qwen3", 64, .init(sendsDimensions: true), 64, 64),
        ]
        for (name, dimensions, options, space, sent) in cases {
            try await ScriptedHTTPServer.run {
                try await Self.embed($0, dimensions: space, encode: Self.base64)
            } _: { server async throws in
                let model = server.openAI().embeddingModel(name, dimensions: dimensions, options: options)
                #expect(model.space == EmbeddingSpace(model: name, dimensions: space))
                #expect(try await model.embed(["a"], as: .document)[0].count == space)
                #expect(server.bodies.first?["dimensions"]?.integer == sent)
                #expect(server.requests.first?.path == "/v1/embeddings")
            }
        }
    }

    @Test("A batch that the server finds too large is sent in halves, and a text that it finds too long is cut")
    func tooLarge() async throws {
        try await ScriptedHTTPServer.run { exchange in
            let texts = exchange.json["input"]?.array?.compactMap(\.string) ?? []
            if texts.reduce(0, { $0 + $1.utf8.count }) > 60 {
                try await exchange.respond(
                    texts.count == 1 ? 500 : 400,
                    body: texts.count == 1
                        ? #"{"error":{"code":500,"message":"input (99 tokens) is too large to process. increase the physical batch size (current batch size: 60)","type":"server_error"}}"#
                        : #"{"error":{"message":"Requested 99 tokens, max 60 tokens per request","type":"max_tokens_per_request","code":"max_tokens_per_request"}}"#
                )
            } else {
                try await Self.embed(exchange, dimensions: 4, encode: Self.base64)
            }
        } _: { server async throws in
            // What the estimate takes for few tokens.
            let long = String(repeating: "internationalization", count: 8)
            let texts = ["a b c d", long, "e f g h", "i j k l", "m n o p"]
            let model = server.openAI().embeddingModel("m", dimensions: 4, options: .init(maximumTokensPerText: 55))
            let vectors = try await model.embed(texts, as: .document)
            let cut = EmbeddingTests.vector(of: String(long.prefix(55)), dimensions: 4)
            for (text, vector) in zip(texts, vectors) {
                let expected = text == long ? cut : Self.vector(of: text, dimensions: 4)
                let product = zip(expected, vector).reduce(0) { $0 + $1.0 * $1.1 } / Self.length(expected)
                #expect(product > 0.999, "\(text)")
            }
        }
    }

    @Test("Requests of one call run beside each other, no more at a time than allowed")
    func parallelRequests() async throws {
        let gate = CompanionTesting.Gate()
        try await ScriptedHTTPServer.run { exchange in
            try await gate.pass()
            try await Self.embed(exchange, dimensions: 2, encode: Self.base64)
        } _: { server async throws in
            let model = server.openAI().embeddingModel("m", dimensions: 2, options: .init(parallelRequests: 2))
            let task = Task { try await model.embed(Array(repeating: "a", count: 7_000), as: .document) }
            try await gate.waitUntilWaiting(count: 2)
            #expect(server.requests.count == 2)
            gate.open()
            #expect(try await task.value.count == 7_000)
            #expect(server.requests.count == 4)
        }
    }

    @Test(
        "What can't be vectors of the texts throws malformedResponse",
        arguments: [
            "", "<html>", "{}", #"{"data": []}"#, #"{"data": [{"index": 0, "embedding": [1, 0]}]}"#,
            #"{"data": [{"index": 0, "embedding": [1, 0]}, {"index": 0, "embedding": [1, 0]}]}"#,
            #"{"data": [{"index": 0, "embedding": [1, 0]}, {"index": 2, "embedding": [1, 0]}]}"#,
            #"{"data": [{"index": 0, "embedding": [1, 0]}, {"index": 1, "embedding": [1, 0, 0]}]}"#,
            #"{"data": [{"index": 0, "embedding": [1, 0]}, {"index": 1, "embedding": [0, 0]}]}"#,
            #"{"data": [{"index": 0, "embedding": [1, 0]}, {"index": 1, "embedding": [1, "x"]}]}"#,
            #"{"data": [{"index": 0, "embedding": [1, 0]}, {"index": 1, "embedding": "AAA"}]}"#,
            #"{"data": [{"index": 0, "embedding": [1, 0]}, {"index": 1, "embedding": "////////////////"}]}"#,
            #"{"data": [{"index": 0, "embedding": [1, 0]}, {"index": 1, "embedding": null}]}"#,
            #"{"data": [{"index": 0, "embedding": [1, 0]}, {"index": 1, "emb"#,
        ])
    func malformed(_ body: String) async throws {
        try await ScriptedHTTPServer.run {
            try await $0.respond(body: body)
        } _: { server async throws in
            let model = server.openAI(attempts: 1).embeddingModel("m", dimensions: 2)
            let error = await #expect(throws: CompanionError.self) { try await model.embed(["a", "b"], as: .document) }
            #expect(error?.code == .malformedResponse)
        }
    }

    @Test("A model of other dimensions is reported with its number")
    func otherDimensions() async throws {
        try await ScriptedHTTPServer.run {
            try await Self.embed($0, dimensions: 768, encode: Self.base64)
        } _: { server async throws in
            let model = server.openAI(attempts: 1).embeddingModel("nomic-embed-text")
            let error = await #expect(throws: CompanionError.self) { try await model.embed(["a"], as: .document) }
            #expect(error?.code == .malformedResponse)
            #expect(error?.message.contains("768") == true)
        }
    }

    @Test(
        "Errors keep their meaning and the request's id",
        arguments: [
            (401, CompanionError.Code.unauthenticated), (403, .forbidden), (404, .notFound), (400, .invalidInput),
            (429, .rateLimited), (500, .unavailable), (503, .unavailable),
        ])
    func errors(_ status: Int, _ code: CompanionError.Code) async throws {
        try await ScriptedHTTPServer.run {
            try await $0.respond(status, headers: [("x-request-id", "req_7")], body: #"{"error":{"message":"Ada"}}"#)
        } _: { server async throws in
            let model = server.openAI(attempts: 1).embeddingModel("m", dimensions: 2)
            let error = await #expect(throws: CompanionError.self) { try await model.embed(["Turin"], as: .document) }
            #expect(error?.code == code)
            #expect(error?.description.contains("req_7") == true)
            #expect(error?.description.contains("Ada") == false)
        }
    }

    @Test("A request that failed for now is sent again")
    func retries() async throws {
        let failures = Counter()
        try await ScriptedHTTPServer.run { exchange in
            failures.add(1)
            if failures.value < 3 { return try await exchange.respond(503) }
            try await Self.embed(exchange, dimensions: 2, encode: Self.base64)
        } _: { server async throws in
            let model = server.openAI().embeddingModel("m", dimensions: 2)
            #expect(try await model.embed(["a"], as: .document).count == 1)
            #expect(server.requests.count == 3)
        }
    }

    @Test("Cancelling a call ends its requests")
    func cancellation() async throws {
        try await ScriptedHTTPServer.run {
            try await $0.disconnected()
        } _: { server async throws in
            let model = server.openAI().embeddingModel("m", dimensions: 2)
            let task = Task { try await model.embed(Array(repeating: "a", count: 4_000), as: .document) }
            #expect(await TestSupport.eventually { server.requests.count == 2 })
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(await TestSupport.eventually { server.openConnectionCount == 0 })
        }
    }

    @Test("Nothing is asked for no texts")
    func nothing() async throws {
        try await ScriptedHTTPServer.run {
            try await $0.respond(500)
        } _: { server async throws in
            #expect(try await server.openAI().embeddingModel("m").embed([], as: .query).isEmpty)
            #expect(server.requests.isEmpty)
        }
    }
}
