import CompanionCore
import CompanionOpenAI
import TestSupport
import Testing

@Suite("What a server does not know", .timeLimit(.minutes(1)))
struct RequestShapeTests {
    static let schema = JSONSchema(
        name: "mood", schema: ["type": "object", "properties": ["mood": ["type": "string"]]])

    static func structured(_ messages: PromptMessage...) -> LanguageModelRequest {
        LanguageModelRequest(messages: messages, outputFormat: .json(schema))
    }

    static func refusal(_ message: String, parameter: String? = nil) -> String {
        JSONValue.object([
            "error": ["message": .string(message), "param": parameter.map { .string($0) } ?? .null, "code": .null]
        ]).serialized()
    }

    @Test("A server that refuses to count tokens in the stream is not asked again, not even by a copy")
    func usage() async throws {
        try await ScriptedHTTPServer.run { exchange in
            if exchange.json["stream_options"] != nil {
                try await exchange.respond(400, body: Self.refusal("Unrecognized request argument: stream_options"))
            } else {
                try await exchange.reply("a")
            }
        } _: { server async throws in
            let model = server.openAI().languageModel("m")
            #expect(try await model.events() == [.text("a"), .finish(.stop)])
            let copy = model
            #expect(try await copy.events() == [.text("a"), .finish(.stop)])
            #expect(server.bodies.map { $0["stream_options"] != nil } == [true, false, false])
        }
    }

    @Test("A schema falls back to an object, and that to a request in the prompt; what worked is remembered")
    func structuredOutput() async throws {
        try await ScriptedHTTPServer.run { exchange in
            if let format = exchange.json["response_format"]?["type"]?.string {
                try await exchange.respond(
                    400, body: Self.refusal("'response_format' of type \(format) is not supported"))
            } else {
                try await exchange.reply("```json\n{}\n```")
            }
        } _: { server async throws in
            let model = server.openAI().languageModel("m")
            let request = Self.structured(.init(.system, "S"), .init(.user, "How are you?"))
            for _ in 0..<2 { #expect(try await model.events(of: request).last == .finish(.stop)) }
            #expect(
                server.bodies.map { $0["response_format"]?["type"]?.string } == [
                    "json_schema", "json_object", nil, nil,
                ])
            let first = try #require(server.bodies.first?["response_format"]?["json_schema"])
            #expect(first["name"] == "mood" && first["strict"] == true && first["schema"] == Self.schema.schema)
            #expect(server.bodies[0]["messages"]?.array?.last?["content"] == "How are you?")
            for body in server.bodies.dropFirst() {
                let messages = try #require(body["messages"]?.array)
                #expect(messages.count == 2 && messages[0]["content"] == "S")
                let last = try #require(messages[1]["content"]?.string)
                #expect(last.hasPrefix("How are you?\n\n") && last.contains("JSON"))
                #expect(last.contains(Self.schema.schema.serialized()))
            }
            #expect(server.bodies[2]["messages"]?.array?.last?["content"]?.string?.contains("```json") == true)
        }
    }

    @Test("Where the user does not speak last, the schema comes as a message of its own")
    func schemaAsMessage() async throws {
        try await ScriptedHTTPServer.run {
            try await $0.reply("{}")
        } _: { server async throws in
            let capabilities = LanguageModelCapabilities(contextWindow: 4096, structuredOutput: .none)
            let model = server.openAI().languageModel("m", options: .init(capabilities: capabilities))
            _ = try await model.events(of: Self.structured(.init(.user, "Hi"), .init(.assistant, "Hello")))
            let messages = try #require(server.bodies.first?["messages"]?.array)
            #expect(messages.count == 3)
            #expect(messages[2]["role"] == "user" && messages[2]["content"]?.string?.contains("mood") == true)
        }
    }

    @Test("A refusal that names nothing costs the schema first, then the question for usage")
    func vague() async throws {
        try await ScriptedHTTPServer.run { exchange in
            if exchange.json["stream_options"] != nil || exchange.json["response_format"] != nil {
                try await exchange.respond(400, body: "Bad Request")
            } else {
                try await exchange.reply("{}")
            }
        } _: { server async throws in
            let model = server.openAI().languageModel("m")
            _ = try await model.events(of: Self.structured(.init(.user, "Hi")))
            #expect(server.requests.count == 4)
        }
    }

    @Test("A request that stays refused throws the refusal, and nothing is remembered")
    func stubborn() async throws {
        try await ScriptedHTTPServer.run {
            try await $0.respond(400, body: "Bad Request")
        } _: { server async throws in
            let model = server.openAI().languageModel("m")
            for _ in 0..<2 {
                let (_, error) = try await model.failure(of: Self.structured(.init(.user, "Hi")))
                #expect(error?.code == .invalidInput)
            }
            #expect(server.bodies.map { $0["response_format"]?["type"] == "json_schema" }.filter { $0 }.count == 2)
        }
    }

    @Test("A limit of tokens by another name, sampling and stop sequences that are not taken")
    func parameters() async throws {
        try await ScriptedHTTPServer.run { exchange in
            if exchange.json["max_tokens"] != nil {
                try await exchange.respond(
                    400,
                    body: Self.refusal(
                        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
                        parameter: "max_tokens"))
            } else if exchange.json["temperature"] != nil {
                try await exchange.respond(
                    400,
                    body: Self.refusal(
                        "Unsupported value: 'temperature' does not support 0.3 with this model.",
                        parameter: "temperature"))
            } else if exchange.json["stop"] != nil {
                try await exchange.respond(
                    400,
                    body: Self.refusal(
                        "Unsupported parameter: 'stop' is not supported with this model.", parameter: "stop"))
            } else {
                try await exchange.reply("a\nU", "ser: b")
            }
        } _: { server async throws in
            let model = server.openAI().languageModel("m")
            var request = greeting
            request.maximumOutputTokens = 7
            request.sampling.temperature = 0.3
            request.stopSequences = ["\nUser:"]
            for _ in 0..<2 { #expect(try await model.events(of: request) == [.text("a"), .finish(.stop)]) }
            #expect(server.requests.count == 5)
            #expect(server.bodies.last?["max_completion_tokens"] == 7)
        }
    }

    @Test("A prompt that is too long is said at once")
    func tooLong() async throws {
        try await ScriptedHTTPServer.run {
            try await $0.respond(
                400,
                body: Self.refusal(
                    "'max_tokens' is too large: 5000. This model's maximum context length is 4096 tokens"))
        } _: { server async throws in
            var request = greeting
            request.maximumOutputTokens = 5000
            let (_, error) = try await server.openAI().languageModel("m").failure(of: request)
            #expect(error?.code == .promptTooLarge)
            #expect(server.requests.count == 1)
        }
    }
}
