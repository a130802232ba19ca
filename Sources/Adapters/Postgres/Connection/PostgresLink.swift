internal import CompanionCore
internal import Dispatch
internal import Synchronization
internal import _CompanionSQL

/// A connection and the thread that waits in it, off Swift's cooperative pool.
final class PostgresLink: Sendable {
    let openedAt: ContinuousClock.Instant
    private let queue: DispatchQueue
    // Safety: used only on `queue`, which is serial.
    private nonisolated(unsafe) let connection: PostgresConnection
    private let cancellation: PostgresCancellation

    private init(_ connection: PostgresConnection, queue: DispatchQueue) {
        self.connection = connection
        self.queue = queue
        cancellation = connection.cancellation
        openedAt = .now
    }

    static func open(_ configuration: PostgresStore.Configuration) async throws -> PostgresLink {
        let queue = DispatchQueue(label: "postgres")
        let flag = CancellationFlag()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                queue.async {
                    continuation.resume(
                        with: Result {
                            let connection = try PostgresConnection.open(configuration) { flag.isSet }
                            return PostgresLink(connection, queue: queue)
                        })
                }
            }
        } onCancel: {
            flag.set()
        }
    }

    /// What became of a use of the connection.
    struct Outcome<Result: Sendable>: Sendable {
        var result: Swift.Result<Result, any Error>
        /// Whether the connection can be used again.
        var isReusable: Bool
        /// Whether the work failed in a way that another attempt may mend, with nothing done.
        var mayRunAgain: Bool
    }

    /// Runs `body` on the connection's thread. When the task is cancelled, what runs at the server is stopped there.
    func run<Result: Sendable>(
        _ body: @escaping @Sendable (PostgresConnection) throws -> Result
    ) async -> Outcome<Result> {
        let use = cancellation.begin()
        let work = Work(body)
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                queue.async { [self] in
                    let result = work.perform(on: connection)
                    let failed = if case .failure = result { true } else { false }
                    continuation.resume(
                        returning: Outcome(
                            result: result, isReusable: !connection.isBroken,
                            mayRunAgain: failed && connection.mayRunAgain))
                }
            }
        } onCancel: {
            cancellation.request(use)
        }
    }
}

/// A piece of work that is let go of when it is done, so that who waits for it may lend it what must not escape.
private final class Work<Result: Sendable>: Sendable {
    private let body: Mutex<(@Sendable (PostgresConnection) throws -> Result)?>

    init(_ body: @escaping @Sendable (PostgresConnection) throws -> Result) { self.body = Mutex(body) }

    func perform(on connection: PostgresConnection) -> Swift.Result<Result, any Error> {
        let body = body.withLock { body in
            defer { body = nil }
            return body
        }
        guard let body else { preconditionFailure("Work is done once.") }
        return Swift.Result { try body(connection) }
    }
}
