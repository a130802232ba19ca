public import CompanionCore

/// What a ``ScriptedLanguageModel`` does in one call, step by step.
public struct ScriptedReply: Sendable {
    /// One step; taken when the stream is asked for its next event.
    public enum Step: Sendable {
        case event(LanguageModelEvent)
        /// Throws; the response ends with it.
        case failure(any Error)
        /// Waits, such as at a gate or a clock of the test's, then goes on with the next step.
        case wait(@Sendable () async throws -> Void)
    }

    public var steps: [Step]

    public init(steps: [Step]) { self.steps = steps }
}

extension ScriptedReply {
    /// A whole reply in these pieces, then its usage where one is given. Empty pieces are left out.
    public static func text(
        _ pieces: String..., finish: FinishReason = .stop, usage: TokenUsage? = nil
    ) -> ScriptedReply { text(pieces, finish: finish, usage: usage) }

    /// A whole reply in these pieces, then its usage where one is given. Empty pieces are left out.
    public static func text(
        _ pieces: [String], finish: FinishReason = .stop, usage: TokenUsage? = nil
    ) -> ScriptedReply {
        var events = pieces.filter { !$0.isEmpty }.map { LanguageModelEvent.text($0) }
        events.append(.finish(finish))
        if let usage { events.append(.usage(usage)) }
        return .events(events)
    }

    /// Exactly these events, whether they keep the contract or break it.
    public static func events(_ events: [LanguageModelEvent]) -> ScriptedReply {
        ScriptedReply(steps: events.map { .event($0) })
    }

    /// Fails after these pieces.
    public static func failure(_ error: any Error, after pieces: [String] = []) -> ScriptedReply {
        ScriptedReply(steps: pieces.map { .event(.text($0)) } + [.failure(error)])
    }

    /// Waits after these pieces, then finishes: with a wait that never ends, a provider that went silent.
    public static func waiting(
        after pieces: [String] = [], until wait: @escaping @Sendable () async throws -> Void
    ) -> ScriptedReply {
        ScriptedReply(steps: pieces.map { .event(.text($0)) } + [.wait(wait), .event(.finish(.stop))])
    }
}

extension ScriptedReply: ExpressibleByStringLiteral {
    /// The text as one piece.
    public init(stringLiteral value: String) { self = .text([value]) }
}
