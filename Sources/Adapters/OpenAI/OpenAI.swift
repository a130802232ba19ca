public import CompanionCore
internal import _CompanionHTTP

/// OpenAI, or any server that speaks its protocol (Ollama, llama.cpp, vLLM, LiteLLM, OpenRouter, …).
///
/// ```swift
/// let openAI = OpenAI(configuration: .init(apiKey: key))
/// let model = openAI.languageModel("gpt-5.1")
/// ```
///
/// Copies, and the models that they hand out, share one pool of connections; it is closed when the last of them
/// goes away. Nothing is sent before it is needed.
public struct OpenAI: Sendable {
    public let configuration: Configuration
    let clock: any WallClock
    let random: any RandomSource
    let transport: HTTPTransport

    /// - Parameters:
    ///   - clock: For deadlines and for the waits between attempts.
    ///   - random: For the jitter of those waits.
    public init(
        configuration: Configuration, clock: any WallClock = SystemClock(),
        random: any RandomSource = SystemRandomSource()
    ) {
        self.configuration = configuration
        self.clock = clock
        self.random = random
        transport = HTTPTransport(connectTimeout: configuration.deadlines.connect)
    }

    /// A language model by its name, such as `gpt-5.1` or what the server calls it. Whether the server has it shows
    /// with the first request.
    public func languageModel(
        _ name: String, options: OpenAILanguageModel.Options = .init()
    ) -> OpenAILanguageModel {
        OpenAILanguageModel(name: name, options: options, provider: self)
    }

    /// An embedding model by its name, such as `text-embedding-3-small` or what the server calls it. Whether the server
    /// has it shows with the first request.
    ///
    /// - Parameter dimensions: Of its vectors. Nil takes the model's own where it is one of OpenAI's, and otherwise
    ///   1,536; where that is wrong, embedding throws `malformedResponse` with the number to give here. Models whose name
    ///   begins with `text-embedding-3` can also be asked for fewer dimensions than their own.
    public func embeddingModel(
        _ name: String, dimensions: Int? = nil, options: OpenAIEmbeddingModel.Options = .init()
    ) -> OpenAIEmbeddingModel {
        OpenAIEmbeddingModel(name: name, dimensions: dimensions, options: options, provider: self)
    }

    /// A moderation model by its name; `omni-moderation-latest` unless given, OpenAI's, which costs nothing there.
    public func moderationModel(
        _ name: String = "omni-moderation-latest", options: OpenAIModerationModel.Options = .init()
    ) -> OpenAIModerationModel {
        OpenAIModerationModel(name: name, options: options, provider: self)
    }
}
