internal import Synchronization

/// ``OneShot`` for the reply to one command. Not generic, because there is one for each command, and the end of a generic object looks
/// its type up.
final class ReplyShot: Sendable {
    private enum State {
        case created
        case waiting(UnsafeContinuation<RESPValue, any Error>)
        case ended
    }

    private let state = Mutex(State.created)

    /// Waits. `start` sees to it that somebody gives the reply; it is not called where the task was cancelled before.
    func value(_ start: (ReplyShot) -> Void) async throws -> RESPValue {
        try await withTaskCancellationHandler {
            // Safety: `State` lets go of the continuation with the one ending that resumes it.
            try await withUnsafeThrowingContinuation { continuation in
                let isGone = state.withLock { state in
                    if case .ended = state { return true }
                    state = .waiting(continuation)
                    return false
                }
                if isGone { continuation.resume(throwing: CancellationError()) } else { start(self) }
            }
        } onCancel: {
            fail(CancellationError())
        }
    }

    /// Whether nobody waits any more.
    var hasEnded: Bool { state.withLock { if case .ended = $0 { true } else { false } } }

    func succeed(_ reply: RESPValue) { end()?.resume(returning: reply) }
    func fail(_ error: any Error) { end()?.resume(throwing: error) }

    /// The first one has the continuation.
    private func end() -> UnsafeContinuation<RESPValue, any Error>? {
        state.withLock { state in
            defer { state = .ended }
            if case .waiting(let continuation) = state { return continuation }
            return nil
        }
    }
}
