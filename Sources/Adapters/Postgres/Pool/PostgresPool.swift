internal import CompanionCore
internal import Synchronization
internal import _CompanionSQL

/// The connections of a store: opened when they are wanted, shared in the order of asking, closed when nobody wants them.
final class PostgresPool: Sendable {
    private typealias Grant = PoolGrant<PostgresLink>
    private typealias Waiter = CheckedContinuation<Grant, any Error>

    /// What is waited for; a waiter that is cancelled before it waits does not wait.
    private struct State {
        var pool: PoolState<PostgresLink, Waiter>
        var nextTicket = 0
    }

    private let configuration: PostgresStore.Configuration
    private let state: Mutex<State>

    init(_ configuration: PostgresStore.Configuration) {
        self.configuration = configuration
        state = Mutex(State(pool: PoolState(maximum: configuration.connections.upperBound)))
    }

    /// How many connections are open, and how many of them are in use.
    var counts: (open: Int, used: Int) { state.withLock { ($0.pool.count, $0.pool.usedCount) } }

    // MARK: Using

    /// Runs `body` on a connection, where its failure allows more than once, as `configuration.maximumAttempts` has it.
    func run<Result: Sendable>(
        _ body: @escaping @Sendable (PostgresConnection) throws -> Result
    ) async throws -> Result {
        var attempt = 1
        while true {
            let outcome = try await runOnce(body)
            switch outcome.result {
            case .success(let result): return result
            case .failure(let error):
                try Task.checkCancellation()
                guard outcome.mayRunAgain, attempt < configuration.maximumAttempts else {
                    throw (error as? SQLFailure)?.asPortError ?? error
                }
            }
            // Those who lost against each other must not meet again at once.
            let limit = min(200, 1 << attempt)
            try await Task.sleep(for: .milliseconds(Double.random(in: 0...Double(limit))))
            attempt += 1
        }
    }

    private func runOnce<Result: Sendable>(
        _ body: @escaping @Sendable (PostgresConnection) throws -> Result
    ) async throws -> PostgresLink.Outcome<Result> {
        let link = try await take()
        let outcome = await link.run(body)
        giveBack(outcome.isReusable ? link : nil)
        return outcome
    }

    private func take() async throws -> PostgresLink {
        switch try await grant() {
        case .use(let link): return link
        case .open:
            do {
                return try await PostgresLink.open(configuration)
            } catch {
                giveBack(nil)
                throw (error as? SQLFailure)?.asPortError ?? error
            }
        }
    }

    private func grant() async throws -> Grant {
        let grant: Grant? = try state.withLock { state in
            try Self.check(state.pool)
            return state.pool.take()
        }
        if let grant { return grant }
        return try await withThrowingTaskGroup(of: Grant?.self) { [self] group in
            group.addTask { try await self.queueUp() }
            group.addTask {
                try await Task.sleep(for: self.configuration.waitTimeout)
                return nil
            }
            defer { group.cancelAll() }
            while let first = try await group.next() {
                if let first { return first }
                group.cancelAll()
                // It may have been served in the last moment: a connection must not be lost.
                if let late = try? await group.next(), let grant = late { return grant }
                throw CompanionError(
                    .unavailable,
                    """
                    All \(configuration.connections.upperBound) connections to Postgres are in use: allow more, or try \
                    later.
                    """)
            }
            throw CancellationError()
        }
    }

    private func queueUp() async throws -> Grant {
        let ticket = state.withLock { state in
            state.nextTicket += 1
            return state.nextTicket
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let answer: Result<Grant, any Error>? = state.withLock { state in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if state.pool.isClosed { return .failure(Self.closed) }
                    if let grant = state.pool.take() { return .success(grant) }
                    state.pool.wait(continuation, id: ticket)
                    return nil
                }
                if let answer { continuation.resume(with: answer) }
            }
        } onCancel: {
            state.withLock { $0.pool.leave(ticket) }?.resume(throwing: CancellationError())
        }
    }

    /// Nil: it is gone.
    private func giveBack(_ link: PostgresLink?) {
        let served = state.withLock { state in
            guard let link, !state.pool.isClosed else { return state.pool.lose() }
            return state.pool.giveBack(link, at: .now)
        }
        served?.waiter.resume(returning: served!.grant)
    }

    private static func check(_ pool: PoolState<PostgresLink, Waiter>) throws {
        if pool.isClosed { throw closed }
    }

    private static var closed: CompanionError {
        CompanionError(.unavailable, "The store was closed: make a new one.", retry: .never)
    }

    // MARK: Upkeep

    /// Keeps the wanted number of connections open, and closes old and idle ones, until the task is cancelled.
    func upkeep() async throws {
        while true {
            let now = ContinuousClock.now
            let (lifetime, idleTimeout) = (configuration.lifetime, configuration.idleTimeout)
            let minimum = configuration.connections.lowerBound
            // They close when nobody refers to them any more.
            _ = state.withLock { state in
                state.pool.expire(idleSince: now - idleTimeout, keeping: minimum) { $0.openedAt + lifetime <= now }
            }
            while state.withLock({ $0.pool.reserve(upTo: minimum) }) {
                // A server that is away for a moment must not end the work.
                let link = try? await PostgresLink.open(configuration)
                giveBack(link)
                if link == nil { break }
            }
            try await Task.sleep(for: min(idleTimeout, lifetime, .seconds(10)) / 2)
        }
    }

    /// Gives out no connection any more, closes the idle ones, and waits until those in use have come back.
    func close(within limit: Duration) async throws {
        let waiters = state.withLock { $0.pool.close().waiters }
        for waiter in waiters { waiter.resume(throwing: Self.closed) }
        let deadline = ContinuousClock.now + limit
        while state.withLock({ $0.pool.count }) > 0 {
            guard ContinuousClock.now < deadline else {
                throw CompanionError(.timedOut, "Transactions still run: the store closes when they have ended.")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}
