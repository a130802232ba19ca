internal import CompanionCore
internal import NIOCore
internal import Synchronization

/// Hears of news on channels, over one connection for all who listen.
///
/// News are hints: one may be missed when the connection is lost. Whoever waits looks again in any case, after a while.
final class RedisListener: Sendable {
    private struct ChannelState {
        var ears: [ObjectIdentifier: RedisEar] = [:]
        var isConfirmed = false
        /// Those who wait for the confirmation.
        var waiting: [OneShot<Void>] = []
    }

    private struct State {
        var connection: RedisConnection?
        var isOpening = false
        var channels: [String: ChannelState] = [:]
        /// Channels that nobody may listen to any more, those of longest ago first.
        var idle: [String] = []
        var isClosed = false
    }

    /// So many channels are kept without anybody who listens, since who listened is likely to listen again.
    private static let maximumIdle = 1_000

    private let client: RedisClient
    private let state = Mutex(State())

    init(_ client: RedisClient) { self.client = client }

    /// Runs `body` with an ear that hears all news of the channel from now on.
    func listening<Result>(
        to channel: String, _ body: (RedisEar) async throws -> Result
    ) async throws -> Result {
        let ear = RedisEar()
        do {
            try await add(ear, to: channel)
        } catch {
            remove(ear, from: channel)
            throw RedisFailure.error(error, isConnecting: true)
        }
        defer { remove(ear, from: channel) }
        return try await body(ear)
    }

    private func add(_ ear: RedisEar, to channel: String) async throws {
        let deadline = NIODeadline.now() + client.settings.configuration.commandTimeout.timeAmount
        let isHeard = try state.withLock { state in
            guard !state.isClosed else { throw CompanionError(.unavailable, "The client of Redis is closed.") }
            state.channels[channel, default: ChannelState()].ears[ObjectIdentifier(ear)] = ear
            return state.channels[channel]?.isConfirmed == true
        }
        guard !isHeard else { return }
        var timer: Scheduled<Void>?
        defer { timer?.cancel() }
        try await OneShot<Void>().value { shot in
            timer = RedisConnection.schedule(at: deadline) { shot.fail(RedisDeadlinePassed()) }
            enum Step {
                case none
                case subscribe(RedisConnection)
                case open
            }
            let step: Step = state.withLock { state in
                guard state.channels[channel]?.isConfirmed == false else {
                    shot.succeed(())
                    return .none
                }
                let isFirst = state.channels[channel]?.waiting.isEmpty == true
                state.channels[channel]?.waiting.append(shot)
                if let connection = state.connection { return isFirst ? .subscribe(connection) : .none }
                defer { state.isOpening = true }
                return state.isOpening ? .none : .open
            }
            switch step {
            case .none: break
            case .subscribe(let connection): subscribe([channel], connection)
            case .open: Task { await open() }
            }
        }
    }

    private func remove(_ ear: RedisEar, from channel: String) {
        let (connection, gone): (RedisConnection?, [String]) = state.withLock { state in
            state.channels[channel]?.ears[ObjectIdentifier(ear)] = nil
            guard state.channels[channel]?.ears.isEmpty == true else { return (nil, []) }
            state.idle.append(channel)
            guard state.idle.count > Self.maximumIdle * 2 else { return (nil, []) }
            var seen: Set<String> = []
            // The latest mention counts.
            let idle = state.idle.reversed().filter {
                state.channels[$0]?.ears.isEmpty == true && seen.insert($0).inserted
            }
            state.idle = idle.prefix(Self.maximumIdle).reversed()
            let gone = Array(idle.dropFirst(Self.maximumIdle))
            for channel in gone { state.channels[channel] = nil }
            return (state.connection, gone)
        }
        if let connection, !gone.isEmpty { send("UNSUBSCRIBE", gone, connection) }
    }

    // MARK: The connection

    /// Belongs to all who wait for it; ends by itself within `connectTimeout`.
    private func open() async {
        do {
            let settings = client.settings
            let deadline = NIODeadline.now() + settings.configuration.connectTimeout.timeAmount
            let endpoint = try await client.topology.node(for: nil, before: deadline).endpoint
            let connection = try await RedisConnection.open(endpoint, settings) { [weak self] in self?.hear($0) }
            let greeting = RedisGreeting(
                user: settings.url.user, password: settings.url.password,
                protocolVersion: settings.configuration.protocolVersion)
            do {
                try await greeting.say(on: connection, before: deadline)
            } catch {
                connection.close()
                throw error
            }
            opened(connection)
        } catch {
            lose(error)
        }
    }

    private func opened(_ connection: RedisConnection) {
        let channels: [String]? = state.withLock { state in
            state.isOpening = false
            guard !state.isClosed else { return nil }
            state.connection = connection
            return state.channels.filter { !$0.value.waiting.isEmpty }.map(\.key)
        }
        guard let channels else { return connection.close() }
        subscribe(channels, connection)
    }

    private func subscribe(_ channels: [String], _ connection: RedisConnection) {
        send("SUBSCRIBE", channels, connection)
    }

    private func send(_ name: StaticString, _ channels: [String], _ connection: RedisConnection) {
        guard !channels.isEmpty else { return }
        var command = RedisCommand(name, count: channels.count, isRepeatable: true)
        for channel in channels { command.append(channel) }
        do {
            try connection.sendWithoutReply(command)
        } catch {
            connection.close()
        }
    }

    private func hear(_ push: [RESPValue]?) {
        guard let push else { return lose(RedisConnectionLost(wasSent: true)) }
        guard push.count >= 2, let kind = push[0].text, let channel = push[1].text else { return }
        switch kind {
        case "subscribe":
            let waiting: [OneShot<Void>] = state.withLock { state in
                guard state.channels[channel] != nil else { return [] }
                state.channels[channel]?.isConfirmed = true
                defer { state.channels[channel]?.waiting.removeAll() }
                return state.channels[channel]?.waiting ?? []
            }
            for shot in waiting { shot.succeed(()) }
        case "message":
            let ears = state.withLock { state in state.channels[channel].map { Array($0.ears.values) } ?? [] }
            for ear in ears { ear.ring() }
        default: break
        }
    }

    /// Nothing is heard any more: everybody looks for themselves, and listens anew.
    private func lose(_ error: any Error) {
        let channels = state.withLock { state in
            state.isOpening = false
            state.connection = nil
            state.idle.removeAll()
            defer { state.channels.removeAll() }
            return state.channels
        }
        for channel in channels.values {
            for shot in channel.waiting { shot.fail(error) }
            for ear in channel.ears.values { ear.ring() }
        }
    }

    func close() {
        let connection = state.withLock { state in
            state.isClosed = true
            return state.connection
        }
        connection?.close()
        lose(CompanionError(.unavailable, "The client of Redis is closed."))
    }
}

/// What one listener has heard.
final class RedisEar: Sendable {
    private struct State {
        var hasNews = false
        var waiting: OneShot<Void>?
    }

    private let state = Mutex(State())

    func ring() {
        let waiting = state.withLock { state in
            state.hasNews = true
            return state.waiting
        }
        waiting?.succeed(())
    }

    /// Returns when there are news, those since the last time included, or at the deadline.
    func wait(until deadline: NIODeadline) async throws {
        var timer: Scheduled<Void>?
        defer { timer?.cancel() }
        try await OneShot<Void>().value { shot in
            timer = RedisConnection.schedule(at: deadline) { shot.succeed(()) }
            let isOver = state.withLock { state in
                guard !state.hasNews else { return true }
                state.waiting = shot
                return false
            }
            if isOver { shot.succeed(()) }
        }
        state.withLock { state in
            state.hasNews = false
            state.waiting = nil
        }
    }
}
