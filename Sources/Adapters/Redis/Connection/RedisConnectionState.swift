internal import NIOCore
internal import Synchronization

/// What of a connection callers and its event loop share.
final class RedisConnectionState: Sendable {
    private struct State {
        /// Encoded commands that were not written yet, and those who sent them.
        var queued = ByteBuffer()
        var requests: [RedisRequest] = []
        var isScheduled = false
        var hasEnded = false
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
    private let state = Mutex(State())
    /// How many replies are awaited, of commands that were sent or not; less than nothing after the end.
    private let count = Atomic(0)
    private let maximumAwaited: Int

    init(maximumAwaited: Int) { self.maximumAwaited = maximumAwaited }

    /// For who chooses among connections: may be old already.
    var awaited: Int { max(0, count.load(ordering: .relaxed)) }
    var hasEnded: Bool { count.load(ordering: .relaxed) < 0 }

    /// When something was last written.
    var usedAt: NIODeadline { state.withLock { $0.usedAt } }

    func place(_ command: RedisCommand, _ request: RedisRequest) -> Placement {
        state.withLock { state in
            if let refusal = refusal(state, request) { return .refused(refusal) }
            state.queued.writeBytes(command.bytes)
            return note(request, &state)
        }
    }

    func place(_ commands: [RedisCommand], _ request: RedisRequest) -> Placement {
        state.withLock { state in
            if let refusal = refusal(state, request) { return .refused(refusal) }
            for command in commands { state.queued.writeBytes(command.bytes) }
            return note(request, &state)
        }
    }

    private func refusal(_ state: borrowing State, _ request: RedisRequest) -> (any Error)? {
        if state.hasEnded { return RedisConnectionLost(wasSent: false) }
        guard count.load(ordering: .relaxed) + request.count <= maximumAwaited,
            state.queued.readableBytes <= Self.maximumQueuedBytes
        else { return RedisQueueFull() }
        return nil
    }

    private func note(_ request: RedisRequest, _ state: inout State) -> Placement {
        if request.count > 0 {
            count.add(request.count, ordering: .relaxed)
            state.requests.append(request)
        }
        if state.isScheduled { return .queued }
        state.isScheduled = true
        return .queuedFirst
    }

    /// What is to be written.
    ///
    /// - Parameters:
    ///   - next: Takes what is queued from now on.
    ///   - requests: Empty; becomes those who wait for what is to be written. Its room is used again, so that two arrays take
    ///     turns and neither has to grow.
    func takeQueued(
        replacedBy next: ByteBuffer, _ requests: inout [RedisRequest], at now: NIODeadline
    ) -> ByteBuffer? {
        state.withLock { state in
            state.isScheduled = false
            guard state.queued.readableBytes > 0 else { return nil }
            swap(&requests, &state.requests)
            state.usedAt = now
            defer { state.queued = next }
            return state.queued
        }
    }

    func received(_ number: Int) { count.subtract(number, ordering: .relaxed) }

    /// Refuses everything from now on.
    ///
    /// - Returns: Those whose commands were not sent.
    func end() -> [RedisRequest] {
        state.withLock { state in
            state.hasEnded = true
            count.store(.min / 2, ordering: .relaxed)
            state.queued = ByteBuffer()
            defer { state.requests.removeAll() }
            return state.requests
        }
    }
}
