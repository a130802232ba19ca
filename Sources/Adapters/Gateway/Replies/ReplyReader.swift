internal import CompanionCore
internal import NIOCore
internal import Synchronization

/// Reads a reply from a task.
final class ReplyReader: ReplyFollower {
    private enum State {
        case idle
        case hasMore
        case waiting(CheckedContinuation<Void, Never>)
    }

    private let state = Mutex(State.idle)

    func replyHasMore() {
        let continuation = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard case .waiting(let continuation) = state else {
                state = .hasMore
                return nil
            }
            state = .idle
            return continuation
        }
        continuation?.resume()
    }

    /// The next frames, at most 256; waits for some. Empty only at the end.
    func next(of reply: LiveReply, after sequence: Int) async throws -> LiveReply.Batch {
        try await next(of: reply) { reply.read(after: sequence, limit: 256, follower: self) }
    }

    /// The next frames for the log, at most as many as it takes at once.
    func nextForLog(of reply: LiveReply) async throws -> LiveReply.Batch {
        try await next(of: reply) { reply.readForLog(limit: ReplyLogBounds.maximumFrames / 20, follower: self) }
    }

    private func next(of reply: LiveReply, _ read: () -> LiveReply.Batch) async throws -> LiveReply.Batch {
        while true {
            let batch = read()
            if !batch.frames.isEmpty || batch.isEnd { return batch }
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let isDue = state.withLock { state in
                        if case .hasMore = state {
                            state = .idle
                            return true
                        }
                        state = .waiting(continuation)
                        return false
                    }
                    if isDue { continuation.resume() }
                }
            } onCancel: {
                replyHasMore()
            }
            if Task.isCancelled {
                reply.forget(self)
                throw CancellationError()
            }
        }
    }
}
