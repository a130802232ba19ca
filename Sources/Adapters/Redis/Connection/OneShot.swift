internal import Synchronization

/// A value that one task waits for, and that somebody else gives: once, whatever comes first of value, error and cancellation.
final class OneShot<Value: Sendable>: Sendable {
    private enum State {
        case created
        case waiting(UnsafeContinuation<Value, any Error>)
        case ended
    }

    private let state = Mutex(State.created)

    /// Waits. `start` sees to it that somebody gives the value; it is not called where the task was cancelled before.
    func value(_ start: (OneShot) -> Void) async throws -> Value {
        try await withTaskCancellationHandler {
            // Safety: `State` lets go of the continuation with the one ending that resumes it.
            try await withUnsafeThrowingContinuation { continuation in
                if begin(continuation) { start(self) }
            }
        } onCancel: {
            fail(CancellationError())
        }
    }

    /// Whether nobody waits any more.
    var hasEnded: Bool { state.withLock { if case .ended = $0 { true } else { false } } }

    func succeed(_ value: Value) { end()?.resume(returning: value) }
    func fail(_ error: any Error) { end()?.resume(throwing: error) }

    /// False where it was cancelled before.
    private func begin(_ continuation: UnsafeContinuation<Value, any Error>) -> Bool {
        let isGone = state.withLock { state in
            if case .ended = state { return true }
            state = .waiting(continuation)
            return false
        }
        if isGone { continuation.resume(throwing: CancellationError()) }
        return !isGone
    }

    /// The first one has the continuation.
    private func end() -> UnsafeContinuation<Value, any Error>? {
        state.withLock { state in
            defer { state = .ended }
            if case .waiting(let continuation) = state { return continuation }
            return nil
        }
    }
}
