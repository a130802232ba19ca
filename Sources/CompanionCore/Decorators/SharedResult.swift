internal import Synchronization

/// What one task works out and others wait for.
final class SharedResult<Value: Sendable>: Sendable {
    private typealias Waiter = CheckedContinuation<Void, Never>

    private struct State {
        var result: Result<Value, any Error>?
        var nextID: UInt64 = 0
        var waiters: [UInt64: Waiter] = [:]
    }

    private let state = Mutex(State())

    /// To be called once.
    func end(with result: Result<Value, any Error>) {
        let waiters = state.withLock { state in
            state.result = result
            defer { state.waiters = [:] }
            return state.waiters.values
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Waits for the value; nil where the task that was working on it was cancelled. Throws what it failed with, and
    /// `CancellationError` as soon as the caller itself is cancelled.
    func value() async throws -> Value? {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { (waiter: Waiter) in
                let isOver = state.withLock { state in
                    // Under the lock that the cancellation handler takes: a cancellation is seen here or finds us there.
                    guard state.result == nil, !Task.isCancelled else { return true }
                    state.waiters[id] = waiter
                    return false
                }
                if isOver { waiter.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
        }
        try Task.checkCancellation()
        switch state.withLock(\.result) {
        case .success(let value): return value
        case .failure(let error): if error is CancellationError { return nil } else { throw error }
        case nil: return nil
        }
    }
}
