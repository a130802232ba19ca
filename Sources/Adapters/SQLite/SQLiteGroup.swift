internal import Synchronization

/// Transactions that are made lasting by one commit. Whoever has done its part waits here for the commit.
final class SQLiteGroup: Sendable {
    enum Outcome: Sendable {
        case committed
        /// The part of another has undone all of them: each is to be done again.
        case undone
        case failed(any Error)
    }

    private struct State {
        var outcome: Outcome?
        var waiting: [CheckedContinuation<Outcome, Never>] = []
    }

    private let state = Mutex(State())

    /// What became of the commit.
    func outcome() async -> Outcome {
        await withCheckedContinuation { continuation in
            let outcome = state.withLock { state in
                if state.outcome == nil { state.waiting.append(continuation) }
                return state.outcome
            }
            if let outcome { continuation.resume(returning: outcome) }
        }
    }

    func end(_ outcome: Outcome) {
        let waiting = state.withLock { state in
            state.outcome = outcome
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume(returning: outcome) }
    }
}
