internal import NIOCore
internal import Synchronization

/// What of a connection callers and its event loop share.
final class RedisConnectionState: Sendable {
    private struct State {
        var queued: ByteBuffer
        var requests: [RedisRequest] = []
        var isScheduled = false
        /// How many replies are awaited, of commands that were sent or not.
        var awaited = 0
        var hasEnded = false
        /// When the last reply came, or the first command was sent after a pause.
        var heardAt = NIODeadline.now()
        var usedAt = NIODeadline.now()
    }

    enum Placement {
        /// Somebody has asked the event loop to write already.
        case queued
        /// Whoever placed it asks the event loop to write.
        case queuedFirst
        case refused(any Error)
    }

    static let maximumQueuedBytes = 64 << 20
    private let state: Mutex<State>
    private let maximumAwaited: Int
    private let patience: TimeAmount

    /// - Parameter patience: After how long without a word a server that owes a reply is taken for gone.
    init(maximumAwaited: Int, patience: TimeAmount) {
        state = Mutex(State(queued: ByteBuffer()))
        self.maximumAwaited = maximumAwaited
        self.patience = patience
    }

    var awaited: Int { state.withLock { $0.awaited } }
    var hasEnded: Bool { state.withLock { $0.hasEnded } }
    /// When somebody last wanted something of it.
    var usedAt: NIODeadline { state.withLock { $0.usedAt } }

    func place(_ commands: [RedisCommand], _ request: RedisRequest) -> Placement {
        state.withLock { state in
            if state.hasEnded { return .refused(RedisConnectionLost(wasSent: false)) }
            guard state.awaited + request.count <= maximumAwaited,
                state.queued.readableBytes <= Self.maximumQueuedBytes
            else { return .refused(RedisQueueFull()) }
            for command in commands { state.queued.writeBytes(command.bytes) }
            state.usedAt = .now()
            if request.count > 0 {
                if state.awaited == 0 { state.heardAt = state.usedAt }
                state.awaited += request.count
                state.requests.append(request)
            }
            defer { state.isScheduled = true }
            return state.isScheduled ? .queued : .queuedFirst
        }
    }

    func takeQueued() -> (ByteBuffer, [RedisRequest])? {
        state.withLock { state in
            state.isScheduled = false
            guard state.queued.readableBytes > 0 else { return nil }
            let taken = (state.queued, state.requests)
            state.queued = ByteBuffer()
            state.requests.removeAll()
            return taken
        }
    }

    func received(_ count: Int) {
        state.withLock { state in
            state.awaited -= count
            state.heardAt = .now()
        }
    }

    func isOverdue(_ now: NIODeadline) -> Bool { state.withLock { now - $0.heardAt >= patience } }

    /// Refuses everything from now on.
    ///
    /// - Returns: Those whose commands were not sent.
    func end() -> [RedisRequest] {
        state.withLock { state in
            state.hasEnded = true
            state.awaited = 0
            defer { state.requests.removeAll() }
            return state.requests
        }
    }
}
