public import CompanionCore
internal import Synchronization

/// A stand-in that is no language model: it answers in a character's manner without network, key or weights, so that a
/// program can be tried and shown. Say so to people where `LanguageModelCapabilities.isSimulated` is true.
///
/// It takes the replies of the character's example dialogues where something like them is said, tells what the
/// character's description and lore say, remembers what the person told in this prompt (name, home, likes, whole
/// sentences), and else says back what it heard. It understands a little English; in other languages it finds examples
/// by their words. Structured output is `unsupported`.
///
/// For one seed, the same requests in the same order get the same replies. A request that is repeated gets another reply
/// where there is one; with `LanguageModelRequest.Sampling.seed` it gets the same one.
public final class OfflineLanguageModel: LanguageModel {
    public let name = "offline"
    public let capabilities = LanguageModelCapabilities(contextWindow: 8_192, isSimulated: true)

    private let seed: UInt64
    private let pace: Duration?
    private let clock: any WallClock
    private let tokenCounter: any TokenCounter
    /// The latest replies to anybody, so that none is given twice in a row.
    private let recent = Mutex<[String]>([])

    /// - Parameters:
    ///   - seed: Decides among replies that fit equally well.
    ///   - pace: The time between two words, for a natural feel; nil gives them as fast as they are asked for.
    ///   - clock: Where the time between two words passes.
    ///   - tokenCounter: Counts for the limit of the reply and for the usage, which is reported as an estimate.
    public init(
        seed: UInt64 = 0, pace: Duration? = nil, clock: any WallClock = SystemClock(),
        tokenCounter: any TokenCounter = EstimatingTokenCounter()
    ) {
        self.seed = seed
        self.pace = pace
        self.clock = clock
        self.tokenCounter = tokenCounter
    }

    public func withResponse<Result>(
        to request: LanguageModelRequest, isolation: isolated (any Actor)?,
        _ body: (LanguageModelStream) async throws -> Result
    ) async throws -> Result {
        let source = OfflineSource(pace: pace, clock: clock) { try self.reply(to: request) }
        return try await body(LanguageModelStream(PulledStream(source: source)))
    }

    private func reply(to request: LanguageModelRequest) throws -> OfflineReply {
        guard case .text = request.outputFormat else {
            throw CompanionError(.unsupported, "The offline stand-in can't follow a schema: use a language model.")
        }
        let fixed = request.sampling.seed
        let scene = OfflineScene(request)
        let random = SeededRandomSource(seed: seed ^ scene.fingerprint ^ UInt64(bitPattern: Int64(fixed ?? 0)))
        let text = recent.withLock { recent in
            var generator = random
            let text = OfflineAnswer(to: scene).text(avoiding: fixed == nil ? recent : [], using: &generator)
            recent = recent.suffix(11) + [text]
            return text
        }
        return OfflineReply(text, to: request, counter: tokenCounter)
    }
}

/// A reply cut to what was asked for, in pieces.
struct OfflineReply {
    private(set) var pieces: [String]
    private(set) var finish: FinishReason
    let usage: TokenUsage

    init(_ text: String, to request: LanguageModelRequest, counter: any TokenCounter) {
        let stops = request.stopSequences.filter { !$0.isEmpty }.compactMap { text.firstRange(of: $0)?.lowerBound }
        pieces = Self.words(of: text[..<(stops.min() ?? text.endIndex)])
        finish = .stop
        if let limit = request.maximumOutputTokens, counter.count(pieces.joined()) > limit {
            finish = .length
            while !pieces.isEmpty, counter.count(pieces.joined()) > limit { pieces.removeLast() }
        }
        usage = TokenUsage(
            promptTokens: request.messages.reduce(0) { $0 + counter.count($1.text) },
            completionTokens: counter.count(pieces.joined()), isEstimate: true)
    }

    /// Each word with the blanks before it.
    private static func words(of text: Substring) -> [String] {
        var words: [String] = []
        var word = ""
        for character in text {
            if character.isWhitespace, word.last?.isWhitespace == false {
                words.append(word)
                word = ""
            }
            word.append(character)
        }
        if !word.isEmpty { words.append(word) }
        return words
    }
}

/// Gives a reply word by word.
private final class OfflineSource: EventSource {
    private let pace: Duration?
    private let clock: any WallClock
    private let reply: () throws -> OfflineReply
    /// Nil until the first event is asked for.
    private var events: ArraySlice<LanguageModelEvent>?

    init(pace: Duration?, clock: any WallClock, reply: @escaping () throws -> OfflineReply) {
        self.pace = pace
        self.clock = clock
        self.reply = reply
    }

    func next(isolation: isolated (any Actor)?) async throws -> LanguageModelEvent? {
        try Task.checkCancellation()
        if events == nil {
            let reply = try reply()
            events = reply.pieces.map { .text($0) } + [.finish(reply.finish), .usage(reply.usage)]
        } else if let pace, case .text? = events?.first {
            try await clock.sleep(for: pace)
        }
        return events?.popFirst()
    }
}
