import CompanionCore
import CompanionOpenAI
import CompanionTesting
import Foundation
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

private let address = ProcessInfo.processInfo.environment["COMPANION_LLAMA_URL"]
private let key = ProcessInfo.processInfo.environment["COMPANION_LLAMA_KEY"]

/// Against llama.cpp's own server, whose tiny model writes bytes by chance.
@Suite(.enabled(if: address != nil), .serialized, .timeLimit(.minutes(2)))
struct LanguageModelPeerTests {
    private func model(key: String? = key) throws -> OpenAILanguageModel {
        OpenAI(configuration: .init(apiKey: key, baseURL: try #require(address))).languageModel("bytes")
    }

    private func request(_ text: String, tokens: Int) -> LanguageModelRequest {
        LanguageModelRequest(messages: [PromptMessage(.user, text)], maximumOutputTokens: tokens)
    }

    @Test("A reply is streamed in pieces of whole characters, with what it cost and why it ended")
    func streams() async throws {
        // By chance a reply may end with its first character.
        var most = 0
        for _ in 0..<20 where most < 2 {
            let events = try await model().withResponse(to: request("Hello.", tokens: 64), isolation: nil) {
                stream async throws in
                var events: [LanguageModelEvent] = []
                for try await event in stream { events.append(event) }
                return events
            }
            most = events.count { if case .text = $0 { true } else { false } }
            #expect(events.contains { if case .usage(let usage) = $0 { usage.completionTokens > 0 } else { false } })
            guard case .finish = events.last else {
                Issue.record("The last event is \(String(describing: events.last)).")
                return
            }
        }
        #expect(most > 1)
    }

    @Test("A structured reply follows its schema, whatever the model would rather say")
    func structured() async throws {
        let schema = JSONSchema(
            name: "mood",
            schema: [
                "type": "object", "additionalProperties": false, "required": ["mood", "isSure"],
                "properties": ["mood": ["type": "string", "enum": ["calm", "glad"]], "isSure": ["type": "boolean"]],
            ])
        for _ in 0..<3 {
            let value = try await model().structuredResponse(
                to: request("How do you feel?", tokens: 200), schema: schema
            ).value
            #expect(["calm", "glad"].contains(value["mood"]?.string))
        }
    }

    @Test("Reading for memories makes one structured call, and what comes by chance is well-formed or cut")
    func extraction() async throws {
        let batch = MemoryBatch(
            person: "Ada", character: "Luna",
            lines: [
                .init(
                    number: 1, author: .user, text: "I live in Turin.",
                    saidAt: Date(timeIntervalSince1970: 1_700_000_000),
                    isCitable: true)
            ])
        do {
            _ = try await ModelMemoryExtractor(model()).extract(from: batch)
        } catch let error as CompanionError {
            #expect(error.code == .limitExceeded, "\(error)")
        }
    }

    @Test("A wrong key is reported as such")
    func wrongKey() async throws {
        let error = await #expect(throws: CompanionError.self) {
            try await model(key: "wrong").withResponse(to: request("Hello.", tokens: 8), isolation: nil) {
                stream async throws in
                for try await _ in stream {}
            }
        }
        #expect(error?.code == .unauthenticated)
    }

    @Test("When a reader leaves, the server sees the connection close and stops")
    func leaving() async throws {
        try await model().withResponse(to: request("Tell me everything.", tokens: 100_000), isolation: nil) {
            stream async throws in
            for try await event in stream { if case .text = event { break } }
        }
        try await eventually("the server stops writing") { try await openCalls() == 0 }
    }

    /// How many replies the server is writing.
    private func openCalls() async throws -> Int {
        let root = try #require(address).replacingOccurrences(of: "/v1", with: "")
        var request = URLRequest(url: try #require(URL(string: root + "/slots")))
        if let key { request.setValue("Bearer \(key)", forHTTPHeaderField: "Authorization") }
        let (data, _) = try await URLSession.shared.data(for: request)
        let slots = try JSONValue(parsing: data).array ?? []
        #expect(!slots.isEmpty)
        return slots.count { $0["is_processing"] == true }
    }
}
