internal import Synchronization

/// Sleeps that end at about the same time, woken by one timer.
///
/// A turn has several deadlines, nearly all of which are cancelled, and a timer of the system that is cancelled stays until its
/// time: a server would soon have tens of thousands.
final class SharedSleeps: Sendable {
    private struct State {
        /// By number of the instant at which they end: those who sleep.
        var sleepers: [Int64: [UInt64: CheckedContinuation<Void, any Error>]] = [:]
        var lastID: UInt64 = 0
    }

    private let state = Mutex(State())
    private let start = ContinuousClock.now
    /// Between two instants at which sleepers are woken.
    private let interval: Duration

    init(interval: Duration) { self.interval = interval }

    /// Returns after `duration` and less than another interval; throws `CancellationError` as soon as the task is cancelled.
    func sleep(for duration: Duration) async throws {
        let instant = Int64(((ContinuousClock.now - start + duration) / interval).rounded(.up))
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let (isCancelled, isFirst) = state.withLock { state in
                    // A cancellation before this found nobody to wake.
                    if Task.isCancelled { return (true, false) }
                    let isFirst = state.sleepers[instant] == nil
                    state.sleepers[instant, default: [:]][id] = continuation
                    return (false, isFirst)
                }
                if isCancelled { continuation.resume(throwing: CancellationError()) }
                if isFirst { wakeLater(instant) }
            }
        } onCancel: {
            // Those of an instant stay known when all are gone: its timer runs.
            state.withLock { $0.sleepers[instant]?.removeValue(forKey: id) }?
                .resume(throwing: CancellationError())
        }
    }

    private func wakeLater(_ instant: Int64) {
        let end = start + interval * Int(instant)
        // It belongs to all who sleep until then, and ends by itself.
        Task.detached { [self] in
            try? await Task.sleep(until: end, clock: .continuous)
            let sleepers = state.withLock { $0.sleepers.removeValue(forKey: instant) } ?? [:]
            for sleeper in sleepers.values { sleeper.resume() }
        }
    }
}
