internal import Logging
internal import ServiceLifecycle
internal import UnixSignals

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// SIGTERM and SIGINT: the first ends the services in their order, the second ends the process at once.
enum Signals {
    static func ending(_ group: ServiceGroup, logger: Logger, _ body: @Sendable @escaping () async throws -> Void)
        async throws
    {
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        try await withThrowingTaskGroup(of: Bool.self) { tasks in
            tasks.addTask {
                var isEnding = false
                for await signal in signals {
                    // 128 and the signal's number, as shells have it.
                    if isEnding { _exit(128 + signal.rawValue) }
                    isEnding = true
                    logger.notice("Ending: running replies may finish. A second signal ends at once.")
                    await group.triggerGracefulShutdown()
                }
                return false
            }
            tasks.addTask {
                try await body()
                return true
            }
            while try await tasks.next() == false {}
            tasks.cancelAll()
        }
    }
}
