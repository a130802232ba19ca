import CompanionCore
import CompanionTesting
import TestRandomness
import TestSupport
import Testing

@testable import CompanionOpenAI

@Suite struct ModerationTests {
    /// An answer as OpenAI's server gives it, with what it gives besides.
    private static func answer(_ results: [[String: Double?]]) -> String {
        let results = results.map { scores -> JSONValue in
            var members = JSONObject()
            for (name, score) in scores.sorted(by: { $0.key < $1.key }) {
                members[name] = score.map { .number(JSONNumber($0)) } ?? .null
            }
            return ["flagged": false, "categories": ["violence": true], "category_scores": .object(members)]
        }
        return JSONValue.object([
            "id": "modr-1", "model": "omni-moderation-2024-09-26", "results": .array(results),
        ]).serialized()
    }

    private static func texts(_ exchange: ScriptedExchange) -> [String] {
        let input = exchange.json["input"]
        return input?.string.map { [$0] } ?? input?.array?.compactMap(\.string) ?? []
    }

    /// A server that knows one word, finds it only in texts as long as real ones are judged well, and refuses what is empty.
    private static func judge(_ exchange: ScriptedExchange) async throws {
        let texts = texts(exchange)
        guard exchange.request.path.hasSuffix("/moderations"), !texts.isEmpty, !texts.contains("") else {
            return try await exchange.respond(400, body: #"{"error":{"message":"'$.input' is invalid."}}"#)
        }
        try await exchange.respond(
            body: answer(
                texts.map { text in
                    let isFound = text.contains("BLOOD AND KNIVES") && text.utf8.count <= 2_000
                    return ["violence": isFound ? 0.93 : 0.001, "hate": 0.000_012, "illicit": nil, "new/category": 0.5]
                }))
    }

    @Test("Keeps the contract of a moderation model", arguments: ModerationModelConformance.checks)
    func conforms(_ check: ModerationModelConformance.Check) async throws {
        try await ScriptedHTTPServer.run(Self.judge) { server async throws in
            try await check.run(
                on: ModerationModelSubject(
                    model: server.openAI().moderationModel(), flagged: "BLOOD AND KNIVES", category: .violence))
        }
    }

    @Test("Scores come by category; null is absent, and what nobody knew is kept by its name")
    func categories() async throws {
        try await ScriptedHTTPServer.run(Self.judge) { server async throws in
            let scores = try await server.openAI().moderationModel().judge("Hello.").scores
            #expect(scores == [.violence: 0.001, .hate: 0.000_012, ModerationCategory("new/category"): 0.5])
            #expect(server.bodies == [["model": "omni-moderation-latest", "input": "Hello."]])
        }
    }

    @Test("All thirteen categories are known by the server's names")
    func names() throws {
        let names = [
            "harassment", "harassment/threatening", "hate", "hate/threatening", "illicit", "illicit/violent",
            "self-harm", "self-harm/intent", "self-harm/instructions", "sexual", "sexual/minors", "violence",
            "violence/graphic",
        ]
        let scores = Dictionary(uniqueKeysWithValues: names.map { ($0, Double?(0.25)) })
        let found = try ModerationMapping.scores(in: Array(Self.answer([scores]).utf8), parts: 1)
        #expect(Set(found.keys) == Set(ModerationCategory.known) && found.values.allSatisfy { $0 == 0.25 })
    }

    @Test("A long text goes out in parts of one request, and each category has its highest score")
    func parts() async throws {
        try await ScriptedHTTPServer.run(Self.judge) { server async throws in
            let text = String(repeating: "The tide comes in. ", count: 1_000) + "BLOOD AND KNIVES"
            let scores = try await server.openAI().moderationModel().judge(text).scores
            #expect(scores[.violence] == 0.93)
            #expect(server.requests.count == 1)
            let one = server.openAI().moderationModel(options: .init(partsPerRequest: 1))
            #expect(try await one.judge(String(text.suffix(4_000))).scores[.violence] == 0.93)
            #expect(server.bodies.dropFirst().allSatisfy { $0["input"]?.string != nil })
        }
    }

    @Test("Parts hold the whole text, none is too long, and what is no longer than their overlap is whole in one")
    func splitting() {
        var random = SeededGenerator.announced()
        for _ in 0..<300 {
            let pieces = ["word ", "a", "漢", "😀", "\n", "verylongwordwithoutanyblank", "é"]
            let text = (0..<Int.random(in: 0...900, using: &random)).map { _ in pieces.randomElement(using: &random)! }
                .joined()
            let splitter = ModerationParts(maximumBytes: Int.random(in: 256...600, using: &random))
            let parts = splitter.parts(of: text)
            #expect(parts.allSatisfy { $0.utf8.count <= splitter.maximumBytes && (!$0.isEmpty || text.isEmpty) })
            let scalars = Array(text.unicodeScalars)
            for _ in 0..<20 where !scalars.isEmpty {
                let start = Int.random(in: scalars.indices, using: &random)
                var sample = ""
                for scalar in scalars[start...] {
                    guard sample.utf8.count + scalar.utf8.count <= splitter.overlap else { break }
                    sample.unicodeScalars.append(scalar)
                }
                #expect(
                    parts.contains { Array($0.utf8).firstRange(of: Array(sample.utf8)) != nil },
                    "\(sample.debugDescription) of \(splitter.maximumBytes)")
            }
        }
    }

    @Test(
        "An answer that judges less than was asked is malformed, never harmless",
        arguments: [
            #"{"results":[]}"#, #"{"results":[{"category_scores":{}}]}"#, #"{"results":[{"flagged":false}]}"#,
            #"{"results":[{"category_scores":{"violence":null}}]}"#, #"{"object":"list"}"#, "no JSON",
            #"{"results":[{"category_scores":{"violence":7}}]}"#,
            #"{"results":[{"category_scores":{"hate":0.1}},{"category_scores":{"hate":0.1}}]}"#,
        ])
    func malformed(_ body: String) async throws {
        try await ScriptedHTTPServer.run {
            try await $0.respond(body: body)
        } _: { server async throws in
            let error = await #expect(throws: CompanionError.self) {
                try await server.openAI(attempts: 1).moderationModel().judge("Hello.")
            }
            #expect(error?.code == .malformedResponse)
        }
    }

    @Test("Errors are the provider's, and what was judged is in none of them")
    func errors() async throws {
        try await ScriptedHTTPServer.run {
            try await $0.respond(401, body: #"{"error":{"message":"Incorrect API key provided"}}"#)
        } _: { server async throws in
            let error = await #expect(throws: CompanionError.self) {
                try await server.openAI(attempts: 1).moderationModel().judge("my secret")
            }
            #expect(error?.code == .unauthenticated)
            #expect(error?.debugDescription.contains("my secret") == false)
        }
    }
}
