import CompanionCore
import CompanionOpenAI
import TestSupport
import Testing

@Suite("Chat Completions over HTTP", .timeLimit(.minutes(1)))
struct ChatCompletionsTests {
    static let prompt = LanguageModelRequest(messages: [.init(.system, "You are Luna."), .init(.user, "Hi.")])

    @Test("A streamed reply arrives piece by piece, then what it cost, then its end")
    func streams() async throws {
        try await ScriptedHTTPServer.run { exchange in
            try await exchange.begin()
            for text in ["Hel", "lo", "."] { try await exchange.send(chunk(text)) }
            try await exchange.send(#"data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"# + "\n\n")
            try await exchange.send(
                #"data: {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":3,"prompt_tokens_details":{"cached_tokens":4}}}"#
                    + "\n\ndata: [DONE]\n\n")
            try await exchange.end()
        } _: { server in
            let model = OpenAI(configuration: .init(apiKey: "key", baseURL: server.url)).languageModel("m")
            let events = try await model.events(of: Self.prompt)
            #expect(
                events == [
                    .text("Hel"), .text("lo"), .text("."),
                    .usage(TokenUsage(promptTokens: 9, cachedPromptTokens: 4, completionTokens: 3)), .finish(.stop),
                ])
            let request = try #require(server.requests.first)
            #expect(request.path == "/v1/chat/completions")
            #expect(request.header("Authorization") == "Bearer key")
            let body = try JSONValue(parsing: request.body)
            #expect(body["stream"] == true)
            #expect(body["messages"]?.array?.count == 2)
        }
    }
}
