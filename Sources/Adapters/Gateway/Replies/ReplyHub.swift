internal import CompanionCore
internal import Synchronization

/// The replies of this process: those that run, and for a while those that have ended.
///
/// What is to be done beside the requests is done within ``run(drainTimeout:)``, so that nothing outlives the gateway.
final class ReplyHub: Sendable {
    typealias Job = @Sendable () async -> Void

    /// By what sending the same again is known.
    struct ClientKey: Hashable {
        var chat: Chat.ID
        var id: ClientMessageID
    }

    private struct State {
        var replies: [Message.ID: LiveReply] = [:]
        var byClient: [ClientKey: LiveReply] = [:]
        /// Those that have ended, the oldest first, with what they are known by.
        var ended: [(reply: LiveReply, client: ClientKey?, at: ContinuousClock.Instant)] = []
        var endedFrom = 0
        var running = 0
        var jobs: AsyncStream<Job>.Continuation?
        var isDraining = false
        var whenIdle: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())
    private let maximumReplies: Int
    private let retention: Duration
    /// Ended ones are kept at most, however recent they are.
    private static let maximumEnded = 4_096

    init(maximumReplies: Int, retention: Duration) {
        self.maximumReplies = maximumReplies
        self.retention = retention
    }

    // MARK: Life

    func run(jobs: AsyncStream<Job>) async {
        await withDiscardingTaskGroup { group in
            for await job in jobs { group.addTask(operation: job) }
        }
    }

    /// Opens the hub for jobs.
    func open() -> AsyncStream<Job> {
        let (stream, continuation) = AsyncStream.makeStream(of: Job.self, bufferingPolicy: .bufferingOldest(4_096))
        state.withLock { state in
            precondition(state.jobs == nil, "A gateway runs once.")
            state.jobs = continuation
        }
        return stream
    }

    /// From now on no reply begins; those that run go on.
    func drain() { state.withLock { $0.isDraining = true } }

    var isReady: Bool { state.withLock { $0.jobs != nil && !$0.isDraining } }

    /// Returns when no reply runs.
    func waitUntilIdle() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isIdle = state.withLock { state in
                    if state.running == 0 { return true }
                    state.whenIdle = continuation
                    return false
                }
                if isIdle { continuation.resume() }
            }
        } onCancel: {
            wakeIdle(always: true)
        }
    }

    private func wakeIdle(always: Bool = false) {
        state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard always || state.running == 0 else { return nil }
            defer { state.whenIdle = nil }
            return state.whenIdle
        }?.resume()
    }

    /// Takes no more jobs; those that there are end by themselves.
    func close() { state.withLock { $0.jobs }?.finish() }

    func cancelAll() { for reply in state.withLock({ Array($0.replies.values) }) { reply.cancel() } }

    /// Has something done beside the requests.
    ///
    /// - Throws: `unavailable` where the gateway does not run, or is ending.
    func submit(_ job: @escaping Job) throws(CompanionError) {
        guard case .enqueued? = state.withLock(\.jobs)?.yield(job) else { throw Self.notRunning }
    }

    private static var notRunning: CompanionError {
        CompanionError(
            .unavailable, "The server is starting or stopping: try again in a moment.", retry: .after(.seconds(1)))
    }

    // MARK: Replies

    /// Has a reply made. Pair it with ``end(_:client:)``.
    func begin() throws(CompanionError) {
        let isAdmitted: Bool? = state.withLock { state in
            guard !state.isDraining else { return nil }
            guard state.running < maximumReplies else { return false }
            state.running += 1
            return true
        }
        guard let isAdmitted else { throw Self.notRunning }
        guard isAdmitted else {
            throw CompanionError(
                .unavailable, "The server makes as many replies as it can: try again in a moment.",
                retry: .after(.seconds(1)))
        }
    }

    func add(_ reply: LiveReply, client: ClientKey?) {
        state.withLock { state in
            state.replies[reply.id] = reply
            if let client { state.byClient[client] = reply }
        }
    }

    /// - Parameter reply: Nil where it did not come to one.
    func end(_ reply: LiveReply?, client: ClientKey?) {
        state.withLock { state in
            state.running -= 1
            if let reply { keep(reply, client, &state) }
        }
        wakeIdle()
    }

    /// Something that was read from elsewhere is kept for a while, too.
    func keep(_ reply: LiveReply) { state.withLock { keep(reply, nil, &$0) } }

    private func keep(_ reply: LiveReply, _ client: ClientKey?, _ state: inout State) {
        let now = ContinuousClock.now
        state.ended.append((reply, client, now))
        while state.endedFrom < state.ended.count {
            let oldest = state.ended[state.endedFrom]
            guard oldest.at + retention <= now || state.ended.count - state.endedFrom > Self.maximumEnded else { break }
            if state.replies[oldest.reply.id] === oldest.reply { state.replies[oldest.reply.id] = nil }
            if let client = oldest.client, state.byClient[client] === oldest.reply { state.byClient[client] = nil }
            state.endedFrom += 1
        }
        if state.endedFrom > 256, state.endedFrom * 2 > state.ended.count {
            state.ended.removeFirst(state.endedFrom)
            state.endedFrom = 0
        }
    }

    /// A reply of the person's that this process knows.
    func reply(_ id: Message.ID, of user: User.ID) -> LiveReply? {
        state.withLock { $0.replies[id] }.flatMap { $0.user == user ? $0 : nil }
    }

    func reply(to client: ClientKey, of user: User.ID) -> LiveReply? {
        state.withLock { $0.byClient[client] }.flatMap { $0.user == user ? $0 : nil }
    }

    /// The replies that run now. For metrics.
    var running: Int { state.withLock(\.running) }
}
