/// Watches the core at work: for logs, metrics and traces.
///
/// What it is told names people, chats and turns by their identifiers, and models by their names; never what anybody wrote, and
/// no secret.
///
/// Implementations: `Observability` (CompanionObservability).
public protocol CompanionObserver: Sendable {
    /// Surrounds a piece of work: calls `body` once, on the caller's task, and hands on what it returns or throws.
    ///
    /// Work within other work is observed within its observation, so that a trace has the one below the other. It must
    /// not be held up: whatever is slow is done elsewhere.
    ///
    /// - Parameter body: Does the work, and writes into the notes that it is given what came of it.
    func observe<Result>(
        _ work: ObservedWork, isolation: isolated (any Actor)?,
        _ body: nonisolated(nonsending) (WorkNotes) async throws -> Result
    ) async throws -> Result
}

/// A piece of work that is observed.
public struct ObservedWork: Sendable, Hashable {
    /// A closed set that may grow: compare with the static members, and keep a `default`.
    public struct Kind: Sendable, Hashable, CustomStringConvertible {
        private enum Name: String { case turn, response, embedding, screening, recall, job }
        private let name: Name
        private init(name: Name) { self.name = name }

        /// One turn, from its admission until its reply is kept or its reader has left.
        public static let turn = Kind(name: .turn)
        /// One call of a language model: for a reply, for memories, or for a summary.
        public static let response = Kind(name: .response)
        /// One call of an embedding model.
        public static let embedding = Kind(name: .embedding)
        /// The screening of a message; that of the reply is part of the turn.
        public static let screening = Kind(name: .screening)
        /// What is recalled for a reply.
        public static let recall = Kind(name: .recall)
        /// One attempt of a background job.
        public static let job = Kind(name: .job)

        public var description: String { name.rawValue }
    }

    public var kind: Kind
    /// The model that is called.
    public var model: String?
    /// Whom it is done for.
    public var user: User.ID?
    public var chat: Chat.ID?
    public var turn: Turn.ID?
    /// What kind of job it is, and which attempt, from 1 on.
    public var job: (kind: Job.Kind, attempt: Int)? {
        get { jobKind.map { ($0, attempt) } }
        set { (jobKind, attempt) = (newValue?.kind, newValue?.attempt ?? 0) }
    }
    /// How many texts are embedded.
    public var count: Int?
    private var jobKind: Job.Kind?
    private var attempt = 0

    init(
        _ kind: Kind, model: String? = nil, user: User.ID? = nil, chat: Chat.ID? = nil, turn: Turn.ID? = nil,
        job: (kind: Job.Kind, attempt: Int)? = nil, count: Int? = nil
    ) {
        self.kind = kind
        self.model = model
        self.user = user
        self.chat = chat
        self.turn = turn
        self.count = count
        self.job = job
    }
}
