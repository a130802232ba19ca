internal import CompanionCore

extension TokenUsage {
    /// Reads a usage object of Chat Completions or of Responses; nil for anything else.
    init?(_ cursor: inout JSONCursor) throws {
        var prompt: Int?
        var completion: Int?
        var cached = 0
        try cursor.forEachMember { cursor, key in
            if key.equals("prompt_tokens") || key.equals("input_tokens") {
                prompt = try cursor.integer()
            } else if key.equals("completion_tokens") || key.equals("output_tokens") {
                completion = try cursor.integer()
            } else if key.equals("prompt_tokens_details") || key.equals("input_tokens_details") {
                try cursor.forEachMember { cursor, key in
                    guard key.equals("cached_tokens") else { return try cursor.skip() }
                    cached = try cursor.integer() ?? 0
                }
            } else {
                try cursor.skip()
            }
        }
        self.init(prompt: prompt, cached: cached, completion: completion)
    }

    /// Reads a usage object that has been decoded.
    init?(value: JSONValue) {
        let details = value["prompt_tokens_details"] ?? value["input_tokens_details"]
        self.init(
            prompt: (value["prompt_tokens"] ?? value["input_tokens"])?.integer,
            cached: details?["cached_tokens"]?.integer ?? 0,
            completion: (value["completion_tokens"] ?? value["output_tokens"])?.integer)
    }

    private init?(prompt: Int?, cached: Int, completion: Int?) {
        guard let prompt, prompt >= 0 else { return nil }
        self.init(
            promptTokens: prompt, cachedPromptTokens: min(max(0, cached), prompt),
            completionTokens: max(0, completion ?? 0))
    }
}
