internal import CompanionCore

/// A request in the words of OpenAI's protocols. Pure.
struct RequestMapping {
    let request: LanguageModelRequest
    let model: String
    let api: OpenAILanguageModel.API.Kind
    let shape: RequestShape
    let extraBody: JSONObject

    var path: String {
        switch api {
        case .chatCompletions: "/chat/completions"
        case .responses: "/responses"
        }
    }

    /// Stop sequences that the server is not told of, because it does not know them.
    var stopSequencesToWatch: [String] {
        api == .chatCompletions && shape.sendsStopSequences ? [] : request.stopSequences
    }

    var body: JSONValue {
        var body: JSONObject =
            switch api {
            case .chatCompletions: chatCompletion
            case .responses: response
            }
        for (key, value) in extraBody { body[key] = value }
        return .object(body)
    }

    // MARK: Chat Completions

    private var chatCompletion: JSONObject {
        var body: JSONObject = ["model": .string(model), "messages": messages, "stream": true]
        if shape.asksForUsage { body["stream_options"] = ["include_usage": true] }
        if let limit = request.maximumOutputTokens { body[shape.tokenLimitName.rawValue] = .number(JSONNumber(limit)) }
        if shape.sendsSampling {
            body["temperature"] = number(request.sampling.temperature)
            body["top_p"] = number(request.sampling.topP)
            body["frequency_penalty"] = number(request.sampling.frequencyPenalty)
            body["presence_penalty"] = number(request.sampling.presencePenalty)
            body["seed"] = request.sampling.seed.map { .number(JSONNumber($0)) }
        }
        if shape.sendsStopSequences, !request.stopSequences.isEmpty {
            body["stop"] = .array(request.stopSequences.map { .string($0) })
        }
        switch form {
        case .schema(let schema):
            body["response_format"] = ["type": "json_schema", "json_schema": .object(strict(schema))]
        case .object: body["response_format"] = ["type": "json_object"]
        case .prompt, nil: break
        }
        return body
    }

    // MARK: Responses

    /// The least that this protocol takes as a limit of tokens.
    private static let leastResponsesTokens = 16

    private var response: JSONObject {
        var body: JSONObject = ["model": .string(model), "input": messages, "stream": true, "store": false]
        if let limit = request.maximumOutputTokens {
            body["max_output_tokens"] = .number(JSONNumber(max(limit, Self.leastResponsesTokens)))
        }
        if shape.sendsSampling {
            body["temperature"] = number(request.sampling.temperature)
            body["top_p"] = number(request.sampling.topP)
        }
        switch form {
        case .schema(let schema):
            var format: JSONObject = ["type": "json_schema"]
            for (key, value) in strict(schema) { format[key] = value }
            body["text"] = ["format": .object(format)]
        case .object: body["text"] = ["format": ["type": "json_object"]]
        case .prompt, nil: break
        }
        return body
    }

    // MARK: Parts

    private enum Form {
        case schema(JSONSchema)
        case object, prompt
    }

    /// How the reply is held to a form; nil for text.
    private var form: Form? {
        guard case .json(let schema) = request.outputFormat else { return nil }
        return switch shape.structuredOutput {
        case .jsonSchema: .schema(schema)
        case .jsonObject: .object
        case .none: .prompt
        }
    }

    private func strict(_ schema: JSONSchema) -> JSONObject {
        ["name": .string(schema.name), "strict": true, "schema": schema.schema]
    }

    private func number(_ value: Double?) -> JSONValue? { value.map { .number(JSONNumber($0)) } }

    /// The messages as they are, but for two things, because many models' templates take one message of the system, at
    /// the beginning, and no two of the user in a row. Messages of the system that follow one another become one. Where
    /// the server can't be given the schema, it goes to the end of the last message, if that is the user's, or becomes
    /// one.
    private var messages: JSONValue {
        var messages: [(role: String, text: String)] = []
        messages.reserveCapacity(request.messages.count + 1)
        for message in request.messages {
            if message.role == .system, let last = messages.last, last.role == PromptMessage.Role.system.rawValue {
                messages[messages.count - 1].text = last.text + "\n\n" + message.text
            } else {
                messages.append((role: message.role.rawValue, text: message.text))
            }
        }
        if let instruction {
            if let last = messages.last, last.role == "user" {
                messages[messages.count - 1].text = last.text + "\n\n" + instruction
            } else {
                messages.append((role: "user", text: instruction))
            }
        }
        return .array(messages.map { ["role": .string($0.role), "content": .string($0.text)] })
    }

    private var instruction: String? {
        guard case .json(let schema) = request.outputFormat else { return nil }
        let text = schema.schema.serialized()
        switch form {
        case .object:
            return "Answer with one JSON object that follows this JSON Schema, and nothing else:\n\(text)"
        case .prompt:
            return "Answer with one JSON value in a fenced block (```json … ```) that follows this JSON Schema, and "
                + "nothing else:\n\(text)"
        case .schema, nil:
            return nil
        }
    }
}
