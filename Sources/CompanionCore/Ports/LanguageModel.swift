/// A model that continues a conversation.
///
/// Implementations: `OpenAILanguageModel` (CompanionOpenAI), `OfflineLanguageModel` and `ScriptedLanguageModel`
/// (CompanionInMemory). Suite: `LanguageModelConformance` (CompanionTesting).
/// Guide: Documentation/Guides/ImplementingALanguageModel.md.
public protocol LanguageModel: Sendable {
    /// The model's own name, as it is shown and recorded.
    var name: String { get }

    /// What the model can do; known without asking it.
    var capabilities: LanguageModelCapabilities { get }

    /// Asks for one response and hands it to `body` as a stream that is valid until `body` returns.
    ///
    /// - `body` is called at once; the request is sent when the stream is first asked for an event. Errors of the
    ///   request are thrown by the stream.
    /// - The stream pulls: nothing is read from the provider that nobody asked for.
    /// - When `body` returns or throws before the stream has ended, or the task is cancelled, the provider's call
    ///   is given up (its connection closed) before this method returns.
    /// - A whole response ends with exactly one ``LanguageModelEvent/finish(_:)``, then nil. A response that breaks
    ///   off throws instead.
    /// - Throws ``CompanionError`` (`unauthenticated`, `rateLimited`, `unavailable`, `timedOut`, `refused`,
    ///   `promptTooLarge`, `unsupported`, `malformedResponse`) or `CancellationError`, and what `body` throws.
    func withResponse<Result>(
        to request: LanguageModelRequest, isolation: isolated (any Actor)?,
        _ body: (LanguageModelStream) async throws -> Result
    ) async throws -> Result
}

/// What a model can do.
public struct LanguageModelCapabilities: Sendable, Hashable {
    /// How a model can be held to a form.
    public enum StructuredOutput: Int, Sendable, Hashable, Comparable {
        /// Not at all: the schema goes into the prompt, and the answer is looked for in the text.
        case none
        /// The answer is JSON, of whatever form.
        case jsonObject
        /// The answer follows a schema.
        case jsonSchema

        public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    /// Tokens of prompt and reply together.
    public var contextWindow: Int
    /// The most tokens of one reply; nil where only the context window bounds it.
    public var maximumOutputTokens: Int?
    public var structuredOutput: StructuredOutput
    /// Whether temperature, top-p and the like are accepted; reasoning models refuse them.
    public var acceptsSampling: Bool
    /// True for stand-ins that are no language model, so that hosts can say so.
    public var isSimulated: Bool

    public init(
        contextWindow: Int, maximumOutputTokens: Int? = nil, structuredOutput: StructuredOutput = .none,
        acceptsSampling: Bool = true, isSimulated: Bool = false
    ) {
        self.contextWindow = contextWindow
        self.maximumOutputTokens = maximumOutputTokens
        self.structuredOutput = structuredOutput
        self.acceptsSampling = acceptsSampling
        self.isSimulated = isSimulated
    }
}
