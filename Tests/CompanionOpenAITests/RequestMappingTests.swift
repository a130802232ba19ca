import CompanionCore
import Testing

@testable import CompanionOpenAI

@Suite("Requests in the protocols' words")
struct RequestMappingTests {
    static var full: LanguageModelRequest {
        LanguageModelRequest(
            messages: [.init(.system, "S", part: .character), .init(.user, "U"), .init(.assistant, "A")],
            maximumOutputTokens: 9,
            sampling: .init(temperature: 0.5, topP: 0.9, frequencyPenalty: 1, presencePenalty: -1, seed: 4),
            stopSequences: ["\n"])
    }

    static func mapping(
        _ request: LanguageModelRequest = full, model: String, api: OpenAILanguageModel.API.Kind? = nil,
        extra: JSONObject = .init()
    ) -> RequestMapping {
        let profile = ModelProfile(of: model)
        return RequestMapping(
            request: request, model: model, api: api ?? profile.api,
            shape: RequestShape(profile: profile, capabilities: profile.capabilities), extraBody: extra)
    }

    @Test("Chat Completions to a model that samples")
    func chat() {
        let expected: JSONValue = [
            "model": "gpt-4o",
            "messages": [
                ["role": "system", "content": "S"], ["role": "user", "content": "U"],
                ["role": "assistant", "content": "A"],
            ],
            "stream": true, "stream_options": ["include_usage": true], "max_completion_tokens": 9, "temperature": 0.5,
            "top_p": 0.9, "frequency_penalty": 1.0, "presence_penalty": -1.0, "seed": 4, "stop": ["\n"],
        ]
        let mapping = Self.mapping(model: "gpt-4o")
        #expect(mapping.body == expected)
        #expect(mapping.path == "/chat/completions" && mapping.stopSequencesToWatch.isEmpty)
    }

    @Test("A model that reasons gets neither sampling nor stop sequences; those are watched for")
    func reasoning() {
        let mapping = Self.mapping(model: "gpt-5.1-2025-11-13")
        for key in ["temperature", "top_p", "frequency_penalty", "presence_penalty", "seed", "stop", "max_tokens"] {
            #expect(mapping.body[key] == nil)
        }
        #expect(mapping.body["max_completion_tokens"] == 9)
        #expect(mapping.stopSequencesToWatch == ["\n"])
    }

    @Test("Responses: nothing is stored there, the limit has its least value, a schema its own place")
    func responses() {
        var request = Self.full
        request.outputFormat = .json(JSONSchema(name: "n", schema: ["type": "object"]))
        let mapping = Self.mapping(request, model: "gpt-4.1", api: .responses)
        let expected: JSONValue = [
            "model": "gpt-4.1",
            "input": [
                ["role": "system", "content": "S"], ["role": "user", "content": "U"],
                ["role": "assistant", "content": "A"],
            ],
            "stream": true, "store": false, "max_output_tokens": 16, "temperature": 0.5, "top_p": 0.9,
            "text": ["format": ["type": "json_schema", "name": "n", "strict": true, "schema": ["type": "object"]]],
        ]
        #expect(mapping.body == expected)
        #expect(mapping.path == "/responses" && mapping.stopSequencesToWatch == ["\n"])
    }

    @Test("Members of the configuration stand beside ours, or in their place")
    func extraBody() {
        let body = Self.mapping(model: "m", extra: ["top_k": 40, "stream_options": ["x": 1]]).body
        #expect(body["top_k"] == 40 && body["stream_options"] == ["x": 1])
    }

    @Test("A plain request has no more in it than it must")
    func plain() {
        let body = Self.mapping(.init(messages: [.init(.user, "U")]), model: "m").body
        #expect(body.object?.keys == ["model", "messages", "stream", "stream_options"])
    }
}

@Suite("What is known of models")
struct ModelProfileTests {
    @Test(
        "Models of the table",
        arguments: [
            ("gpt-4o", 128_000, 16_384, true), ("gpt-4.1-mini", 1_047_576, 32_768, true),
            ("gpt-5", 400_000, 128_000, false),
            ("gpt-5.1", 400_000, 128_000, false), ("o4-mini", 200_000, 100_000, false),
            ("gpt-5-chat-latest", 128_000, 16_384, true),
        ])
    func known(name: String, window: Int, output: Int, samples: Bool) {
        for name in [name, name + "-2025-08-07"] {
            let capabilities = ModelProfile(of: name).capabilities
            #expect(capabilities.contextWindow == window && capabilities.maximumOutputTokens == output)
            #expect(capabilities.acceptsSampling == samples && capabilities.structuredOutput == .jsonSchema)
        }
    }

    @Test(
        "Only dates are cut off a name",
        arguments: [
            ("gpt-4o-2024-08-06", "gpt-4o"), ("gpt-4-0613", "gpt-4"), ("gpt-5.1", "gpt-5.1"),
            ("2024-08-06", "2024-08-06"),
            ("llama-3-70b", "llama-3-70b"), ("m-2024-8-06", "m-2024-8-06"), ("", ""),
        ])
    func dates(name: String, expected: String) { #expect(ModelProfile.withoutDate(name) == expected) }

    @Test("A name that only looks like a known one is not known")
    func unknown() {
        for name in ["gpt-5-ultra", "o3-mini-high", "my-gpt-4o", "llama3.2"] {
            let profile = ModelProfile(of: name)
            #expect(profile.capabilities.contextWindow == 8192 && profile.capabilities.maximumOutputTokens == nil)
            #expect(profile.tokenLimitName == .maximumTokens && profile.api == .chatCompletions)
        }
    }

    @Test("What the caller knows better counts")
    func overrides() {
        let mine = LanguageModelCapabilities(contextWindow: 32_768, acceptsSampling: false)
        let openAI = OpenAI(configuration: .init())
        #expect(openAI.languageModel("llama3.2", options: .init(capabilities: mine)).capabilities == mine)
        #expect(openAI.languageModel("o3-pro").api == .responses)
        #expect(openAI.languageModel("o3-pro", options: .init(api: .chatCompletions)).api == .chatCompletions)
    }
}
