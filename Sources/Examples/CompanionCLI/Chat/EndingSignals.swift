internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

extension SignalWatcher {
    /// Runs `work`, and cancels it when one of `signals` comes: then the status tells which one it was. What `work` does
    /// at its cancellation, such as keeping a reply, is waited for, unless a second signal comes: a program whose output
    /// nobody reads could wait for ever.
    func ending(
        on signals: Set<Signal>, _ work: @escaping @Sendable @MainActor () async throws -> ExitStatus
    ) async throws -> ExitStatus {
        let received = Mutex<Signal?>(nil)
        let task = Task { try await work() }
        let watch = watch(signals) { signal in
            let isFirst = received.withLock { received in
                defer { received = received ?? signal }
                return received == nil
            }
            guard isFirst else { exit(ExitStatus(signal).rawValue) }
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
            guard let signal = received.withLock(\.self) else { throw CancellationError() }
            return ExitStatus(signal)
        }
    }
}
