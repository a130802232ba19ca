internal import Synchronization

/// An ``InterruptPolicy`` shared by those who hear of Ctrl-C in different ways: as a signal, and as a key.
final class Interrupts: Sendable {
    private let policy = Mutex(InterruptPolicy())

    func interrupt(at now: ContinuousClock.Instant = .now) -> InterruptPolicy.Meaning {
        policy.withLock { $0.interrupt(at: now) }
    }
}

extension SignalWatcher {
    /// Runs `work` and cancels it at the first Ctrl-C; at the second calls `end`, which should end the program.
    ///
    /// What `work` returns or throws comes back in both cases; cancelling the caller's task cancels it too.
    func stoppingOnInterrupt<R: Sendable>(
        _ interrupts: Interrupts, end: @escaping @Sendable () -> Void,
        work: @escaping @Sendable () async throws -> R
    ) async throws -> R {
        let running = Mutex<Task<R, any Error>?>(nil)
        // The lock is held until the task is there, so that no signal comes too early for it.
        let (task, watch) = running.withLock { slot in
            let watch = self.watch([.interrupt]) { _ in
                switch interrupts.interrupt() {
                case .stop: running.withLock { $0?.cancel() }
                case .end: end()
                }
            }
            let task = Task { try await work() }
            slot = task
            return (task, watch)
        }
        defer { watch.cancel() }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }
}
