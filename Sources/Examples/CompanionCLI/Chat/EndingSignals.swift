internal import Synchronization

extension SignalWatcher {
    /// Runs `work`, and cancels it when one of `signals` comes: then the status tells which one it was. What `work` does
    /// at its cancellation, such as keeping a reply, is waited for.
    func ending(
        on signals: Set<Signal>, _ work: @escaping @Sendable @MainActor () async throws -> ExitStatus
    ) async throws -> ExitStatus {
        let received = Mutex<Signal?>(nil)
        let task = Task { try await work() }
        let watch = watch(signals) { signal in
            received.withLock { $0 = $0 ?? signal }
            task.cancel()
        }
        defer { watch.cancel() }
        do {
            return try await withTaskCancellationHandler {
                try await task.value
            } onCancel: {
                task.cancel()
            }
        } catch is CancellationError {
            switch received.withLock(\.self) {
            case .interrupt: return .interrupted
            case .some: return .terminated
            case nil: throw CancellationError()
            }
        }
    }
}
