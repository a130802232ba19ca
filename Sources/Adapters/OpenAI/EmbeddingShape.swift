internal import CompanionCore

/// What requests for embeddings look like, by the model's name and what the caller knows of it.
struct EmbeddingShape: Sendable, Hashable {
    let model: String
    let dimensions: Int
    let sendsDimensions: Bool
    let limits: EmbeddingBatches.Limits

    init(model: String, dimensions: Int?, options: OpenAIEmbeddingModel.Options) {
        let own = Self.ownDimensions[model]
        self.model = model
        self.dimensions = dimensions ?? own ?? 1_536
        let takesDimensions = model.hasPrefix("text-embedding-3") && dimensions != nil && dimensions != own
        sendsDimensions = options.sendsDimensions ?? takesDimensions
        limits = EmbeddingBatches.Limits(tokensPerText: max(1, options.maximumTokensPerText))
    }

    /// OpenAI's models (platform.openai.com/docs/guides/embeddings, November 2025).
    private static let ownDimensions = [
        "text-embedding-3-small": 1_536, "text-embedding-3-large": 3_072, "text-embedding-ada-002": 1_536,
    ]

    func body(for texts: [String]) -> JSONValue {
        var body: JSONObject = [
            "model": .string(model), "input": .array(texts.map { .string($0) }), "encoding_format": "base64",
        ]
        if sendsDimensions { body["dimensions"] = .number(JSONNumber(dimensions)) }
        return .object(body)
    }

    /// In bytes: room for numbers in decimal, with what stands around them, of twice as many dimensions as expected, so
    /// that a model with other dimensions is reported as such.
    func maximumAnswerSize(_ count: Int) -> Int { (1 << 20) + count * (1_024 + dimensions * 2 * 32) }
}
