internal import CompanionCore
internal import _CompanionHTTP

/// What a stream of chunks has said so far, and what it means: the pure half of ``OpenAIReply``.
///
/// Text comes out as it comes in. What the call has cost and why it ended come out at the end, so that a reply ends
/// with exactly one `LanguageModelEvent.finish(_:)`, in whatever order a server sends them.
struct ReplyState {
    private let api: OpenAILanguageModel.API.Kind
    private let peer: String
    private var text = TextJoiner()
    private var refusal = TextJoiner()
    private var stops: StopSequences?
    private var hasSpoken = false
    private var hasRefused = false
    private var isMarkedWhole = false
    private var usage: TokenUsage?
    private var finishReason: FinishReason?

    /// - Parameter stopSequences: Those that the server is not told of.
    init(api: OpenAILanguageModel.API.Kind, peer: String, stopSequences: [String] = []) {
        self.api = api
        self.peer = peer
        stops = StopSequences(stopSequences)
    }

    /// Whether a stop sequence of ours has ended the reply, so that the server need not go on.
    var isCut: Bool { stops?.hasStopped ?? false }
    /// Whether nothing that may still come is of use.
    var isOver: Bool { isMarkedWhole || isCut }
    /// Whether the reply is known to be whole, even if the connection breaks now.
    var isSettled: Bool { isOver || finishReason != nil }

    /// Reads one event of the stream; what it says, if it says anything.
    mutating func read(_ event: ServerSentEvent) throws -> LanguageModelEvent? {
        if event.data.count == 6, event.data.elementsEqual("[DONE]".utf8) {
            isMarkedWhole = true
            return nil
        }
        guard !event.data.isEmpty else { return nil }
        do {
            return switch api {
            case .chatCompletions: try readChunk(event.data)
            case .responses: try readResponsesEvent(event.data)
            }
        } catch is JSONCursor.Malformed {
            throw malformed
        }
    }

    /// The events that end the reply. Throws where it is not whole.
    mutating func ending() throws -> [LanguageModelEvent] {
        guard isSettled else {
            throw CompanionError(.unavailable, "\(peer) broke off in the middle of its reply.")
        }
        var events: [LanguageModelEvent] = []
        if !isCut {
            if let rest = say(text.finish()) { events.append(rest) }
            if let rest = stops?.finish() { events.append(.text(rest)) }
            if let rest = refusal.finish() { events.append(.refusal(rest)) }
        }
        if let usage { events.append(.usage(usage)) }
        let reason = isCut ? .stop : finishReason ?? .stop
        events.append(.finish(reason == .stop && hasRefused ? .refusal : reason))
        return events
    }

    private var malformed: CompanionError {
        CompanionError(.malformedResponse, "\(peer) sent a part of its reply that can't be read.")
    }
}

// MARK: - The usual

extension ReplyState {
    private mutating func readChunk(_ bytes: UnsafeRawBufferPointer) throws -> LanguageModelEvent? {
        let chunk = try ChatChunk(bytes)
        if let found = chunk.usage { usage = found }
        if let reason = chunk.finishReason { finishReason = .init(openAI: reason.string) }
        if chunk.isUnusual { return try readUnusual(bytes) }
        if let delta = chunk.refusal, !delta.bytes.isEmpty { return refuse(refusal.take(delta)) }
        guard let delta = chunk.content else { return nil }
        return say(text.take(delta))
    }

    private mutating func readResponsesEvent(_ bytes: UnsafeRawBufferPointer) throws -> LanguageModelEvent? {
        let event = try ResponsesEvent(bytes)
        switch (event.kind, event.delta) {
        case (.textDelta, let delta?): return say(text.take(delta))
        case (.refusalDelta, let delta?): return refuse(refusal.take(delta))
        case (.ending, _), (.error, _): return try readUnusual(bytes)
        default: return nil
        }
    }

    private mutating func say(_ piece: String?) -> LanguageModelEvent? {
        guard let piece, let text = stops == nil ? piece : stops?.take(piece) else { return nil }
        hasSpoken = true
        return .text(text)
    }

    private mutating func refuse(_ piece: String?) -> LanguageModelEvent? {
        hasRefused = true
        return piece.map { .refusal($0) }
    }
}

// MARK: - The unusual: decoded as a whole

extension ReplyState {
    /// A reply that came in one piece, without streaming.
    mutating func readReply(_ bytes: [UInt8]) throws -> [LanguageModelEvent] {
        let said = try bytes.withUnsafeBytes { bytes in
            do {
                var cursor = JSONCursor(bytes)
                try cursor.forEachMember { cursor, key in
                    if key.equals("usage") { usage = try TokenUsage(&cursor) } else { try cursor.skip() }
                }
            } catch is JSONCursor.Malformed {
                throw malformed
            }
            return try readUnusual(bytes)
        }
        guard said != nil || finishReason != nil else { throw malformed }
        isMarkedWhole = true
        return try [said].compactMap { $0 } + ending()
    }

    private mutating func readUnusual(_ bytes: UnsafeRawBufferPointer) throws -> LanguageModelEvent? {
        guard let value = try? JSONValue(parsing: bytes) else { throw malformed }
        let response = value["response"] ?? value
        if let details = ErrorDetails(value) ?? ErrorDetails(response) {
            throw ErrorMapping.error(HTTPFailure(status: nil), details: details, peer: peer)
        }
        if let choice = value["choices"]?.array?.first {
            if let reason = choice["finish_reason"]?.string { finishReason = .init(openAI: reason) }
            let message = choice["delta"] ?? choice["message"]
            if let words = message?["refusal"]?.string, !words.isEmpty { return refuse(words) }
            return say(Self.words(in: message?["content"], type: "text"))
        }
        guard let status = response["status"]?.string else { return nil }
        return try readEnding(of: response, status: status)
    }

    /// The last event of a Responses stream holds the whole response.
    private mutating func readEnding(of response: JSONValue, status: String) throws -> LanguageModelEvent? {
        guard status != "failed", status != "cancelled" else {
            throw CompanionError(.unavailable, "\(peer) gave the reply up.")
        }
        isMarkedWhole = true
        usage = response["usage"].flatMap(TokenUsage.init(value:)) ?? usage
        finishReason = FinishReason(openAI: response["incomplete_details"]?["reason"]?.string ?? status)
        guard !hasSpoken, !hasRefused else { return nil }
        let contents = (response["output"]?.array ?? []).map { $0["content"] }
        if let words = contents.compactMap({ Self.words(in: $0, type: "output_text") }).first { return say(words) }
        return contents.compactMap { Self.words(in: $0, type: "refusal") }.first.flatMap { refuse($0) }
    }

    /// A text, or the texts of those parts that have the type; nil for none.
    private static func words(in content: JSONValue?, type: String) -> String? {
        let parts = content?.array?.filter { $0["type"]?.string == type } ?? []
        let words = content?.string ?? parts.compactMap { ($0["text"] ?? $0[type])?.string }.joined()
        return words.isEmpty ? nil : words
    }
}

extension FinishReason {
    /// What the protocols and servers call their reasons.
    init(openAI name: String) {
        self =
            switch name {
            case "stop", "completed", "eos", "end_turn", "stop_sequence": .stop
            case "length", "max_tokens", "max_output_tokens", "model_length": .length
            case "content_filter": .contentFilter
            case "refusal": .refusal
            default: .other
            }
    }
}
