/// What a model says, piece by piece.
public enum LanguageModelEvent: Sendable, Hashable {
    /// The next piece of the reply; never empty, may end inside a word, never inside a character's bytes.
    case text(String)
    /// The next piece of a refusal, where the provider marks refusals apart from replies.
    case refusal(String)
    /// What the call has cost; at most once, before or after `finish`; absent where the provider does not say.
    case usage(TokenUsage)
    /// The response is whole.
    case finish(FinishReason)
}

/// Why a model stopped.
public struct FinishReason: Sendable, Hashable, CustomStringConvertible {
    private enum Kind: String { case stop, length, contentFilter, refusal, other }
    private let kind: Kind

    /// The reply is complete.
    public static let stop = FinishReason(kind: .stop)
    /// The limit of tokens was reached.
    public static let length = FinishReason(kind: .length)
    /// The provider's filter cut the reply.
    public static let contentFilter = FinishReason(kind: .contentFilter)
    /// The model refused.
    public static let refusal = FinishReason(kind: .refusal)
    /// Anything else, such as a provider's new reason.
    public static let other = FinishReason(kind: .other)

    public var description: String { kind.rawValue }

    /// The reason of that name; `other` for names that are not known.
    public init(named name: String) { kind = Kind(rawValue: name) ?? .other }
    private init(kind: Kind) { self.kind = kind }
}

/// Tokens of one call.
public struct TokenUsage: Sendable, Hashable, Codable {
    /// Tokens of the prompt, cached ones included.
    public var promptTokens: Int
    /// Tokens of the prompt that the provider had cached.
    public var cachedPromptTokens: Int
    /// Tokens of the reply, hidden reasoning included.
    public var completionTokens: Int
    /// True where a token counter of ours estimated it, because the provider did not say.
    public var isEstimate: Bool

    public init(
        promptTokens: Int, cachedPromptTokens: Int = 0, completionTokens: Int, isEstimate: Bool = false
    ) {
        self.promptTokens = promptTokens
        self.cachedPromptTokens = cachedPromptTokens
        self.completionTokens = completionTokens
        self.isEstimate = isEstimate
    }

    public var totalTokens: Int { promptTokens + completionTokens }

    public static func + (left: Self, right: Self) -> Self {
        TokenUsage(
            promptTokens: left.promptTokens + right.promptTokens,
            cachedPromptTokens: left.cachedPromptTokens + right.cachedPromptTokens,
            completionTokens: left.completionTokens + right.completionTokens,
            isEstimate: left.isEstimate || right.isEstimate)
    }
}

/// The events of one response, pulled from the provider one by one. For one consumer, once.
public struct LanguageModelStream: AsyncSequence {
    public typealias Element = LanguageModelEvent

    private let base: any AsyncSequence<LanguageModelEvent, any Error>

    public init<Base: AsyncSequence>(_ base: Base) where Base.Element == LanguageModelEvent, Base.Failure == any Error {
        self.base = base
    }

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(base: Self.iterator(of: base))
    }

    private static func iterator<Base: AsyncSequence>(
        of base: Base
    ) -> any AsyncIteratorProtocol<LanguageModelEvent, any Error>
    where Base.Element == LanguageModelEvent, Base.Failure == any Error { base.makeAsyncIterator() }

    public struct AsyncIterator: AsyncIteratorProtocol {
        private var base: any AsyncIteratorProtocol<LanguageModelEvent, any Error>

        fileprivate init(base: any AsyncIteratorProtocol<LanguageModelEvent, any Error>) { self.base = base }

        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> LanguageModelEvent? {
            try await base.next(isolation: actor)
        }

        public mutating func next() async throws -> LanguageModelEvent? {
            try await next(isolation: nil)
        }
    }
}
