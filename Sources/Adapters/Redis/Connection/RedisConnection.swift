internal import CompanionCore
internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// One connection that has signed in, shared by all who call: what they send at the same time goes out in one piece, and
/// replies come in the order of the commands.
final class RedisConnection: Sendable {
    private let channel: any Channel
    private let handler: NIOLoopBound<RedisChannelHandler>
    private let state: RedisConnectionState

    private init(channel: any Channel, handler: NIOLoopBound<RedisChannelHandler>, state: RedisConnectionState) {
        self.channel = channel
        self.handler = handler
        self.state = state
    }

    /// Connects. The greeting is the caller's.
    ///
    /// - Parameter pushes: Takes what the server says unasked.
    static func open(
        _ endpoint: RedisEndpoint, _ settings: RedisSettings, pushes: RedisChannelHandler.PushHandler? = nil
    ) async throws -> RedisConnection {
        let state = RedisConnectionState(
            maximumAwaited: settings.configuration.maximumInFlight)
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(settings.configuration.connectTimeout.timeAmount)
            .channelOption(.socketOption(.so_keepalive), value: 1)
        let prepare: @Sendable (any Channel) -> EventLoopFuture<RedisConnection> = { channel in
            channel.eventLoop.makeCompletedFuture {
                if let tls = settings.tls {
                    try channel.pipeline.syncOperations.addHandler(
                        try NIOSSLClientHandler(context: tls, serverHostname: endpoint.serverName))
                }
                let handler = RedisChannelHandler(
                    shared: state, patience: settings.configuration.commandTimeout.timeAmount, pushes: pushes)
                try channel.pipeline.syncOperations.addHandler(handler)
                return RedisConnection(
                    channel: channel, handler: NIOLoopBound(handler, eventLoop: channel.eventLoop), state: state)
            }
        }
        return switch endpoint {
        case .tcp(let host, let port):
            try await bootstrap.channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .connect(host: host, port: port, channelInitializer: prepare)
        case .unix(let path):
            try await bootstrap.connect(unixDomainSocketPath: path, channelInitializer: prepare)
        }
    }

    var hasEnded: Bool { state.hasEnded }
    /// How many replies are awaited.
    var awaited: Int { state.awaited }
    /// When something was last written.
    var usedAt: NIODeadline { state.usedAt }

    /// Throws ``RedisConnectionLost``, ``RedisDeadlinePassed``, ``RedisQueueFull`` or `CancellationError`; what went out is
    /// then done or not.
    ///
    /// - Returns: As many replies as commands, errors among them.
    func send(_ commands: [RedisCommand], before deadline: NIODeadline) async throws -> [RESPValue] {
        if commands.count == 1 { return [try await send(commands[0], before: deadline)] }
        return try await OneShot<[RESPValue]>().value { shot in
            let request = RedisRequest(waiter: .several(commands.count, shot), deadline: deadline)
            if let error = error(of: state.place(commands, request)) { shot.fail(error) }
        }
    }

    /// The reply to one command, which may be an error.
    func send(_ command: RedisCommand, before deadline: NIODeadline) async throws -> RESPValue {
        try await ReplyShot().value { shot in
            let request = RedisRequest(waiter: .one(shot), deadline: deadline)
            if let error = error(of: state.place(command, request)) { shot.fail(error) }
        }
    }

    /// For commands that are answered by pushes.
    func sendWithoutReply(_ command: RedisCommand) throws {
        let placement = state.place(command, RedisRequest(waiter: .nobody, deadline: .distantFuture))
        if let error = error(of: placement) { throw error }
    }

    /// Sees to it that what was placed is written.
    private func error(of placement: RedisConnectionState.Placement) -> (any Error)? {
        switch placement {
        case .queued: break
        case .queuedFirst: channel.eventLoop.execute { [handler] in handler.value.flush() }
        case .refused(let error): return error
        }
        return nil
    }

    /// Runs something at an instant, unless it is cancelled.
    static func schedule(at deadline: NIODeadline, _ body: @escaping @Sendable () -> Void) -> Scheduled<Void> {
        MultiThreadedEventLoopGroup.singleton.any().scheduleTask(deadline: deadline, body)
    }

    /// Ends it at once.
    func close() { channel.close(promise: nil) }

    /// Ends it when the replies have come, at the latest after `limit`.
    func drain(within limit: TimeAmount) async {
        channel.eventLoop.execute { [handler] in handler.value.drain() }
        let timer = channel.eventLoop.scheduleTask(in: limit) { [channel] in channel.close(promise: nil) }
        try? await channel.closeFuture.get()
        timer.cancel()
    }
}
