public import CompanionCore
internal import Synchronization
internal import _CompanionHTTP

/// A language model behind OpenAI's Chat Completions or Responses protocol.
///
/// What the server turns out not to know (a schema for the output, the number of tokens in the stream, the name of a
/// limit) is left out and remembered, by this value and its copies, so that only the first request pays for it.
public struct OpenAILanguageModel: LanguageModel {
    public let name: String
    public let capabilities: LanguageModelCapabilities
    public let options: Options

    let provider: OpenAI
    let profile: ModelProfile
    let agreement: Agreement

    init(name: String, options: Options, provider: OpenAI) {
        self.name = name
        self.options = options
        self.provider = provider
        profile = ModelProfile(of: name)
        capabilities = options.capabilities ?? profile.capabilities
        agreement = Agreement(RequestShape(profile: profile, capabilities: capabilities))
    }

    /// See `LanguageModel.withResponse(to:isolation:_:)`. Also throws `invalidInput`, `notFound` and `forbidden` where
    /// the server says so. A failed request is sent again, by the provider's ``OpenAI/Retries``, only as long as no
    /// event of its reply was handed out.
    public func withResponse<Result>(
        to request: LanguageModelRequest, isolation: isolated (any Actor)?,
        _ body: (LanguageModelStream) async throws -> Result
    ) async throws -> Result {
        try await provider.transport.withCall(
            to: OpenAI.peer, deadlines: provider.deadlines, clock: provider.clock
        ) { call in
            try await body(LanguageModelStream(OpenAIReplies(reply: OpenAIReply(to: request, of: self, over: call))))
        }
    }

    var api: API.Kind { options.api.kind ?? profile.api }
}

extension OpenAILanguageModel {
    /// What to know of a model and its server beyond its name.
    public struct Options: Sendable, Hashable {
        public var api: API
        /// What the model can do; nil looks the name up in a table of OpenAI's models, and assumes of a name that is
        /// not in it: a context window of 8,192 tokens, a schema for structured output, sampling. State it for
        /// models of your own: Ollama and llama.cpp cut what is too long without a word.
        public var capabilities: LanguageModelCapabilities?
        /// Members for the body of every request, beside or in place of those that we send: `reasoning_effort`,
        /// `service_tier`, `top_k`.
        public var extraBody: JSONObject

        public init(
            api: API = .automatic, capabilities: LanguageModelCapabilities? = nil, extraBody: JSONObject = .init()
        ) {
            self.api = api
            self.capabilities = capabilities
            self.extraBody = extraBody
        }
    }

    /// Which of OpenAI's two protocols to speak.
    public struct API: Sendable, Hashable {
        enum Kind: Sendable, Hashable { case chatCompletions, responses }
        /// nil: by the model.
        let kind: Kind?

        /// Responses for those models of OpenAI that know nothing else, Chat Completions for all others.
        public static let automatic = API(kind: nil)
        /// What every compatible server speaks.
        public static let chatCompletions = API(kind: .chatCompletions)
        /// OpenAI's newer protocol. It has no penalties and no seed: those are left out. Replies are not stored there.
        public static let responses = API(kind: .responses)
    }
}

/// The form of request that the server was found to accept.
final class Agreement: Sendable {
    private let state: Mutex<RequestShape>

    init(_ shape: RequestShape) { state = Mutex(shape) }

    var shape: RequestShape {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}
