internal import Synchronization

/// What came of a piece of work: written while it goes on, read when it has ended.
public final class WorkNotes: Sendable {
    public struct Content: Sendable, Hashable {
        /// How it ended, as one of few words: of a turn, the status of its reply (`complete`, `interrupted`, `blocked`,
        /// `failed`), or `replayed`; of a screening, the verdict (`allow`, `block`, `refer`); of recall, `complete`,
        /// `partial`, `late` or `failed`; of a job, `completed`, `retried`, `dead`, `stopped` or `lost`. Nil where it ended
        /// before that was known.
        public var outcome: String?
        /// Why it failed, where that was not thrown.
        public var error: CompanionError.Code?
        public var usage: TokenUsage?
        public var finishReason: FinishReason?
        /// How long after its beginning the first piece of text came.
        public var firstText: Duration?
        /// How many things were recalled.
        public var count: Int?
        /// Whether the person was referred to help.
        public var isCrisis = false
        /// The model that wrote.
        public var model: String?
    }

    private let state = Mutex(Content())

    public init() {}

    public var content: Content { state.withLock { $0 } }

    func note(_ change: (inout Content) -> Void) { state.withLock { change(&$0) } }
}

extension CompanionContext {
    /// Does a piece of work under the observer's eyes, where there is one.
    func observing<Result>(
        _ work: @autoclosure () -> ObservedWork, isolation: isolated (any Actor)? = #isolation,
        _ body: nonisolated(nonsending) (WorkNotes?) async throws -> Result
    ) async throws -> Result {
        guard let observer else { return try await body(nil) }
        return try await observer.observe(work(), isolation: isolation) { try await body($0) }
    }
}
