internal import CompanionCore

/// What is known of a model before it is asked, by its name.
struct ModelProfile: Sendable, Hashable {
    /// How the limit of a reply's tokens is called in Chat Completions.
    enum TokenLimitName: String, Sendable, Hashable {
        case maximumTokens = "max_tokens"
        case maximumCompletionTokens = "max_completion_tokens"
    }

    var capabilities: LanguageModelCapabilities
    var api = OpenAILanguageModel.API.Kind.chatCompletions
    var tokenLimitName: TokenLimitName
    var acceptsStopSequences: Bool

    /// Looks the name up as it is, then without the date that snapshots end in (`-2024-08-06`). A name that is not in
    /// the table is cautiously taken for a small model on a compatible server.
    init(of name: String) {
        if let row = Self.table[name] ?? Self.table[Self.withoutDate(name)] {
            self = row
        } else {
            capabilities = LanguageModelCapabilities(contextWindow: 8192, structuredOutput: .jsonSchema)
            tokenLimitName = .maximumTokens
            acceptsStopSequences = true
        }
    }

    private init(
        contextWindow: Int, output: Int, structured: LanguageModelCapabilities.StructuredOutput, reasons: Bool,
        api: OpenAILanguageModel.API.Kind
    ) {
        capabilities = LanguageModelCapabilities(
            contextWindow: contextWindow, maximumOutputTokens: output, structuredOutput: structured,
            acceptsSampling: !reasons)
        self.api = api
        tokenLimitName = .maximumCompletionTokens
        acceptsStopSequences = !reasons
    }

    static func withoutDate(_ name: String) -> String {
        let parts = name.split(separator: "-", omittingEmptySubsequences: false)
        func isNumber(_ part: Substring, _ digits: Int) -> Bool {
            part.count == digits && part.allSatisfy { ("0"..."9").contains($0) }
        }
        if parts.count > 3, isNumber(parts[parts.count - 3], 4), isNumber(parts[parts.count - 2], 2),
            isNumber(parts[parts.count - 1], 2)
        {
            return parts.dropLast(3).joined(separator: "-")
        }
        if parts.count > 1, isNumber(parts[parts.count - 1], 4) { return parts.dropLast().joined(separator: "-") }
        return name
    }
}

extension ModelProfile {
    /// OpenAI's models, as its documentation gives them (platform.openai.com/docs/models, November 2025): the context
    /// window, the most tokens of a reply, the form of structured output. Those that reason take neither sampling nor
    /// stop sequences.
    private static let table: [String: ModelProfile] = {
        var table: [String: ModelProfile] = [:]
        func add(
            _ names: [String], _ contextWindow: Int, _ output: Int,
            _ structured: LanguageModelCapabilities.StructuredOutput = .jsonSchema, reasons: Bool = false,
            api: OpenAILanguageModel.API.Kind = .chatCompletions
        ) {
            let profile = ModelProfile(
                contextWindow: contextWindow, output: output, structured: structured, reasons: reasons, api: api)
            for name in names { table[name] = profile }
        }
        add(["gpt-5.2", "gpt-5.1", "gpt-5", "gpt-5-mini", "gpt-5-nano"], 400_000, 128_000, reasons: true)
        add(
            ["gpt-5.2-pro", "gpt-5.1-codex", "gpt-5.1-codex-mini", "gpt-5-codex"], 400_000, 128_000, reasons: true,
            api: .responses)
        add(["gpt-5-pro"], 400_000, 272_000, reasons: true, api: .responses)
        add(["gpt-5.2-chat-latest", "gpt-5.1-chat-latest", "gpt-5-chat-latest"], 128_000, 16_384)
        add(["gpt-4.1", "gpt-4.1-mini", "gpt-4.1-nano"], 1_047_576, 32_768)
        add(["gpt-4o", "gpt-4o-mini"], 128_000, 16_384)
        add(["chatgpt-4o-latest"], 128_000, 16_384, .jsonObject)
        add(["o1", "o3", "o3-mini", "o4-mini"], 200_000, 100_000, reasons: true)
        add(["o1-pro", "o3-pro", "codex-mini-latest"], 200_000, 100_000, reasons: true, api: .responses)
        add(["gpt-4-turbo", "gpt-4-turbo-preview"], 128_000, 4_096, .jsonObject)
        add(["gpt-4"], 8_192, 8_192, .none)
        add(["gpt-3.5-turbo"], 16_385, 4_096, .jsonObject)
        return table
    }()
}
