internal import Synchronization

/// A place where tasks wait until a test lets them go on, to make interleavings happen on purpose.
public final class Gate: Sendable {
    private struct State {
        var isOpen: Bool
        var nextID: UInt64 = 0
        var waiters: [(id: UInt64, continuation: CheckedContinuation<Void, any Error>)] = []
    }

    private let state: Mutex<State>

    public init(isOpen: Bool = false) { state = Mutex(State(isOpen: isOpen)) }

    /// How many tasks wait.
    public var waiterCount: Int { state.withLock { $0.waiters.count } }

    /// Lets everybody through who waits, in the order of their coming, and who comes from now on.
    public func open() {
        let waiters = state.withLock { state in
            state.isOpen = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.continuation.resume() }
    }

    public func close() { state.withLock { $0.isOpen = false } }

    /// Returns as soon as the gate is open; throws `CancellationError` as soon as the task is cancelled.
    public func pass() async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isThrough = state.withLock { state in
                    // Under the lock that the cancellation handler takes: a cancellation is seen here or finds us there.
                    guard !state.isOpen, !Task.isCancelled else { return true }
                    state.waiters.append((id, continuation))
                    return false
                }
                if isThrough { continuation.resume() }
            }
            try Task.checkCancellation()
        } onCancel: {
            let waiter = state.withLock { state in
                state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0) }
            }
            waiter?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Returns as soon as at least `count` tasks wait.
    ///
    /// Throws ``ConditionTimeout`` where they do not within `limit` of real time.
    public func waitUntilWaiting(count: Int = 1, within limit: Duration = .seconds(60)) async throws {
        try await eventually("\(count) tasks wait at the gate", within: limit) { waiterCount >= count }
    }
}
