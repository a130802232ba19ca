public import CompanionCore
internal import _CompanionHTTP

/// An embedding model behind OpenAI's protocol.
///
/// - Texts go out in batches of at most 2,048 and about 300,000 tokens, some batches at a time. A text that is too long
///   for the model is cut at its end. Token counts are estimates, so a batch that the server finds too large is sent
///   again in halves, and a text that it finds too long is cut again until it fits.
/// - A blank text is sent as a space, because OpenAI refuses empty ones.
/// - The purpose makes no difference: these models do not tell documents and queries apart.
public struct OpenAIEmbeddingModel: EmbeddingModel {
    public let space: EmbeddingSpace
    public let options: Options

    let provider: OpenAI
    let shape: EmbeddingShape

    init(name: String, dimensions: Int?, options: Options, provider: OpenAI) {
        self.options = options
        self.provider = provider
        shape = EmbeddingShape(model: name, dimensions: dimensions, options: options)
        space = EmbeddingSpace(model: name, dimensions: shape.dimensions)
    }

    /// See `EmbeddingModel.embed(_:as:)`. Also throws `invalidInput`, `notFound` and `forbidden` where the server says
    /// so, and `malformedResponse` where the vectors have other dimensions than the space. A failed request is sent
    /// again, by the provider's ``OpenAI/Retries``.
    public func embed(_ texts: [String], as purpose: EmbeddingPurpose) async throws -> [[Float]] {
        try Task.checkCancellation()
        let batches = EmbeddingBatches(limits: shape.limits).batches(of: texts)
        var vectors = [[Float]](repeating: [], count: texts.count)
        try await withThrowingTaskGroup(of: (Range<Int>, [[Float]]).self) { group in
            var waiting = batches.makeIterator()
            func start() -> Bool {
                guard let batch = waiting.next() else { return false }
                group.addTask { (batch.range, try await self.vectors(of: batch.texts)) }
                return true
            }
            for _ in 0..<max(1, options.parallelRequests) where !start() { break }
            while let (range, some) = try await group.next() {
                vectors.replaceSubrange(range, with: some)
                _ = start()
            }
        }
        return vectors
    }

    /// The vectors of texts that should fit one request.
    private func vectors(of texts: [String]) async throws -> [[Float]] {
        do {
            return try await request(texts)
        } catch let error as CompanionError where error.code == .promptTooLarge {
            guard texts.count == 1 else {
                let half = texts.count / 2
                let first = try await vectors(of: Array(texts[..<half]))
                return try await first + vectors(of: Array(texts[half...]))
            }
            // At first a token for each byte, which most vocabularies keep to; then ever less.
            let (count, limit) = (texts[0].utf8.count, shape.limits.tokensPerText)
            let bytes = count > limit ? limit : count / 2
            guard bytes >= 16 else { throw error }
            return try await vectors(of: [EmbeddingBatches.prefix(of: texts[0], bytes: bytes)])
        }
    }

    private func request(_ texts: [String]) async throws -> [[Float]] {
        let request = try provider.request(.post, "/embeddings", body: shape.body(for: texts))
        return try await provider.transport.withCall(
            to: OpenAI.peer, deadlines: provider.deadlines, clock: provider.clock
        ) { call in
            let bytes = try await call.answer(
                to: request, limit: shape.maximumAnswerSize(texts.count),
                retries: provider.configuration.retries.policy,
                random: provider.random
            ) { ErrorMapping.error($0, peer: OpenAI.peer) }
            return try EmbeddingMapping.vectors(in: bytes, count: texts.count, dimensions: shape.dimensions)
        }
    }
}

extension OpenAIEmbeddingModel {
    /// What to know of an embedding model and its server beyond its name.
    public struct Options: Sendable, Hashable {
        /// The longest text that the model reads, in tokens; longer ones are cut. 8,192 unless set, as OpenAI's models
        /// have it; small models at home often have 512.
        public var maximumTokensPerText: Int
        /// Whether the server is asked for the number of dimensions. Nil asks where a number is given that is not the
        /// model's own, and the model's name begins with `text-embedding-3`: others do not know it.
        public var sendsDimensions: Bool?
        /// How many requests of one call run at the same time. 4 unless set.
        public var parallelRequests: Int

        public init(maximumTokensPerText: Int = 8_192, sendsDimensions: Bool? = nil, parallelRequests: Int = 4) {
            self.maximumTokensPerText = maximumTokensPerText
            self.sendsDimensions = sendsDimensions
            self.parallelRequests = parallelRequests
        }
    }
}
