internal import CompanionCore
internal import NIOCore
internal import Synchronization

/// The connections to one server: opened when they are wanted, more of them when many wait, closed when nobody wants them.
final class RedisNode: Sendable {
    private struct State {
        var open: [RedisConnection] = []
        var isOpening = false
        /// Those who have no connection to share meanwhile.
        var waiting: [OneShot<RedisConnection>] = []
        var failures = 0
        var retryAt = NIODeadline.uptimeNanoseconds(0)
        var lastFailure: CompanionError?
        var isClosed = false
    }

    private enum Choice {
        case use(RedisConnection, opensAnother: Bool)
        case wait
        case refuse(CompanionError)
    }

    /// With so many replies awaited another connection helps.
    private static let crowd = 256

    let endpoint: RedisEndpoint
    private let settings: RedisSettings
    private let greeting: RedisGreeting
    private let state = Mutex(State())

    init(_ endpoint: RedisEndpoint, _ settings: RedisSettings, greeting: RedisGreeting) {
        self.endpoint = endpoint
        self.settings = settings
        self.greeting = greeting
    }

    /// How many connections are open.
    var count: Int { state.withLock { $0.open.count { !$0.hasEnded } } }

    // MARK: Using

    /// Throws `CompanionError`, ``RedisConnectionLost``, ``RedisDeadlinePassed``, ``RedisQueueFull`` or `CancellationError`.
    func send(_ commands: [RedisCommand], before deadline: NIODeadline) async throws -> [RESPValue] {
        try await connection(before: deadline).send(commands, before: deadline)
    }

    /// A connection that is there, as nearly always; nil where one has to be waited for, or can't be had.
    func readyConnection() -> RedisConnection? {
        guard case .use(let connection, let opensAnother) = choose() else { return nil }
        if opensAnother { openOne() }
        return connection
    }

    private func connection(before deadline: NIODeadline) async throws -> RedisConnection {
        switch choose() {
        case .use(let connection, let opensAnother):
            if opensAnother { openOne() }
            return connection
        case .refuse(let error): throw error
        case .wait: break
        }
        var timer: Scheduled<Void>?
        defer { timer?.cancel() }
        return try await OneShot<RedisConnection>().value { shot in
            timer = RedisConnection.schedule(at: deadline) { shot.fail(RedisDeadlinePassed()) }
            let opens = state.withLock { state in
                state.waiting.removeAll { $0.hasEnded }
                state.waiting.append(shot)
                defer { state.isOpening = true }
                return !state.isOpening
            }
            if opens { startOpening() }
        }
    }

    private func choose() -> Choice {
        state.withLock { state in
            guard !state.isClosed else { return .refuse(Self.closed) }
            var least: (connection: RedisConnection, awaited: Int)?
            for connection in state.open where !connection.hasEnded {
                let awaited = connection.awaited
                if awaited < least?.awaited ?? .max { least = (connection, awaited) }
            }
            if let least {
                let isCrowded = least.awaited >= Self.crowd && !state.isOpening
                return .use(least.connection, opensAnother: isCrowded && mayOpenMore(&state))
            }
            state.open.removeAll()
            if state.isOpening || NIODeadline.now() >= state.retryAt { return .wait }
            return .refuse(state.lastFailure ?? CompanionError(.unavailable, "Redis can't be reached."))
        }
    }

    private func mayOpenMore(_ state: inout State) -> Bool {
        state.open.removeAll { $0.hasEnded }
        return state.open.count < settings.configuration.connections.upperBound && NIODeadline.now() >= state.retryAt
    }

    private static var closed: CompanionError { CompanionError(.unavailable, "The client of Redis is closed.") }

    // MARK: Opening

    private func openOne() {
        let opens = state.withLock { state in
            defer { state.isOpening = true }
            return !state.isOpening
        }
        if opens { startOpening() }
    }

    /// The opening belongs to all who wait for it, so none of them can cancel it; it ends by itself within
    /// `connectTimeout`.
    private func startOpening() {
        Task { [self] in
            do {
                opened(try await connect())
            } catch {
                failed(error)
            }
        }
    }

    private func connect() async throws -> RedisConnection {
        let deadline = NIODeadline.now() + settings.configuration.connectTimeout.timeAmount
        let connection = try await RedisConnection.open(endpoint, settings)
        do {
            try await greeting.say(on: connection, before: deadline)
            return connection
        } catch {
            connection.close()
            throw error
        }
    }

    private func opened(_ connection: RedisConnection) {
        let waiting: [OneShot<RedisConnection>]? = state.withLock { state in
            state.isOpening = false
            state.failures = 0
            state.lastFailure = nil
            defer { state.waiting.removeAll() }
            guard !state.isClosed else { return nil }
            state.open.append(connection)
            return state.waiting
        }
        guard let waiting else { return connection.close() }
        for shot in waiting { shot.succeed(connection) }
    }

    private func failed(_ error: any Error) {
        let failure =
            RedisFailure.error(error, isConnecting: true, usesTLS: settings.tls != nil) as? CompanionError
            ?? CompanionError(.unavailable, "Redis can't be reached.", underlying: error)
        let waiting = state.withLock { state in
            state.isOpening = false
            let limits = settings.configuration.backOff
            let longest = min(limits.upperBound, limits.lowerBound * (1 << min(state.failures, 20)))
            state.failures += 1
            state.retryAt = .now() + .nanoseconds(Int64.random(in: 0...longest.timeAmount.nanoseconds))
            state.lastFailure = failure
            defer { state.waiting.removeAll() }
            return state.waiting
        }
        for shot in waiting { shot.fail(failure) }
    }

    // MARK: Keeping

    /// Opens what is wanted at least, and closes what nobody has wanted for long.
    func tend() {
        let limit = NIODeadline.now() - settings.configuration.idleTimeout.timeAmount
        let least = settings.configuration.connections.lowerBound
        let (idle, opens): ([RedisConnection], Bool) = state.withLock { state in
            state.open.removeAll { $0.hasEnded }
            guard !state.isClosed else { return ([], false) }
            var idle: [RedisConnection] = []
            for connection in state.open where connection.awaited == 0 && connection.usedAt < limit {
                guard state.open.count - idle.count > least else { break }
                idle.append(connection)
            }
            state.open.removeAll { open in idle.contains { $0 === open } }
            return (idle, state.open.count < least && NIODeadline.now() >= state.retryAt)
        }
        for connection in idle { connection.close() }
        if opens { openOne() }
    }

    /// Gives out no connection any more, and ends those that there are when their replies have come.
    func close(within limit: TimeAmount) async {
        let (open, waiting) = state.withLock { state in
            state.isClosed = true
            defer {
                state.open.removeAll()
                state.waiting.removeAll()
            }
            return (state.open, state.waiting)
        }
        for shot in waiting { shot.fail(Self.closed) }
        for connection in open { await connection.drain(within: limit) }
    }
}
