public import CompanionCore
internal import _CompanionHTTP

/// A moderation model behind OpenAI's protocol, such as `omni-moderation-latest`.
///
/// - A long text goes out in parts that overlap (``Options/maximumBytesPerPart``), so that nothing hides in its length or at
///   the edge of a part; a category has the highest score of all parts. Up to ``Options/partsPerRequest`` parts go out in one
///   request.
/// - A blank text costs no request, and is harmless.
/// - Categories that the model gives no number are absent from the judgement. Those that it has beyond the known ones are kept
///   under their own names, for policies that know them.
public struct OpenAIModerationModel: ModerationModel {
    public let name: String
    public let options: Options

    let provider: OpenAI

    /// See `ModerationModel.judge(_:)`. Also throws `notFound` where the server has no such model. A failed request is sent
    /// again, by the provider's ``OpenAI/Retries``.
    public func judge(_ text: String) async throws -> ModerationJudgement {
        try Task.checkCancellation()
        guard !text.allSatisfy(\.isWhitespace) else {
            return ModerationJudgement(
                scores: Dictionary(uniqueKeysWithValues: ModerationCategory.known.map { ($0, 0) }))
        }
        let parts = ModerationParts(maximumBytes: options.maximumBytesPerPart).parts(of: text)
        var judgement = ModerationJudgement(scores: [:])
        // One after the other: a request holds enough for any message that people write by hand.
        for first in stride(from: 0, to: parts.count, by: options.partsPerRequest) {
            let some = parts[first..<min(parts.count, first + options.partsPerRequest)]
            judgement.scores.merge(try await scores(of: Array(some)), uniquingKeysWith: max)
        }
        return judgement
    }

    private func scores(of parts: [String]) async throws -> [ModerationCategory: Double] {
        let input: JSONValue = parts.count == 1 ? .string(parts[0]) : .array(parts.map { .string($0) })
        let request = try provider.request(.post, "/moderations", body: ["model": .string(name), "input": input])
        return try await provider.transport.withCall(
            to: OpenAI.peer, deadlines: provider.deadlines, clock: provider.clock
        ) { call in
            let bytes = try await call.answer(
                to: request, limit: (1 << 16) * (1 + parts.count), retries: provider.configuration.retries.policy,
                random: provider.random
            ) { ErrorMapping.error($0, peer: OpenAI.peer) }
            return try ModerationMapping.scores(in: bytes, parts: parts.count)
        }
    }
}

extension OpenAIModerationModel {
    /// How texts are sent.
    public struct Options: Sendable, Hashable {
        /// A longer text is sent in parts of at most so many bytes of UTF-8. 2,000 unless set: OpenAI's guide finds judgements
        /// of up to 2,000 characters the most accurate (platform.openai.com/docs/guides/moderation, 2025).
        public var maximumBytesPerPart: Int
        /// How many parts one request has at most. 32 unless set; 1 for servers that take no lists.
        public var partsPerRequest: Int

        public init(maximumBytesPerPart: Int = 2_000, partsPerRequest: Int = 32) {
            precondition(maximumBytesPerPart >= 256 && partsPerRequest >= 1, "A request holds part of a text.")
            self.maximumBytesPerPart = maximumBytesPerPart
            self.partsPerRequest = partsPerRequest
        }
    }
}
