internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// Passes connections on to a server, and does harm to them on the way, as a script says.
package final class FaultProxy: Sendable {
    /// What happens to a connection. Bytes are counted in both directions together.
    package enum Fault: Sendable, Hashable {
        case none
        /// Ends the connection when so many bytes have passed; of the last piece only the part before the limit.
        case cut(afterBytes: Int)
        /// The same, by a reset.
        case reset(afterBytes: Int)
        /// From then on nothing passes any more, and nothing is said about it.
        case blackHole(afterBytes: Int)
        /// Each piece waits for so long, in its order.
        case delay(Duration)
    }

    private struct State {
        var open: [ObjectIdentifier: any Channel] = [:]
        /// To the server; one of a black hole stays until the end.
        var beyond: [ObjectIdentifier: any Channel] = [:]
        var accepted = 0
        var refuses = false
    }

    private let state = Mutex(State())
    private let target: (host: String, port: Int)
    private let fault: @Sendable () -> Fault

    private init(target: (host: String, port: Int), fault: @escaping @Sendable () -> Fault) {
        self.target = target
        self.fault = fault
    }

    /// How many connections have been accepted, and how many are open.
    package var accepted: Int { state.withLock(\.accepted) }
    package var openCount: Int { state.withLock(\.open.count) }
    /// Whether new connections are closed at once.
    package func refuse(_ refuses: Bool) { state.withLock { $0.refuses = refuses } }

    /// Ends all connections that are open.
    package func cutAll() {
        let channels = state.withLock { Array($0.open.values) + Array($0.beyond.values) }
        for channel in channels { channel.close(promise: nil) }
    }

    /// Runs `body` with a proxy on a free loopback port.
    ///
    /// - Parameter fault: Asked once for every connection.
    package static func run<Result>(
        to host: String = "127.0.0.1", port: Int, fault: @autoclosure @escaping @Sendable () -> Fault = .none,
        isolation: isolated (any Actor)? = #isolation, _ body: (FaultProxy, _ port: Int) async throws -> Result
    ) async throws -> Result {
        let proxy = FaultProxy(target: (host, port), fault: fault)
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { proxy.accept($0) }
            .bind(host: "127.0.0.1", port: 0).get()
        do {
            let result = try await body(proxy, server.localAddress?.port ?? 0)
            try await server.close()
            proxy.cutAll()
            return result
        } catch {
            try? await server.close()
            proxy.cutAll()
            throw error
        }
    }

    private func accept(_ near: any Channel) -> EventLoopFuture<Void> {
        let isRefused = state.withLock { state in
            state.accepted += 1
            state.open[ObjectIdentifier(near)] = near
            return state.refuses
        }
        near.closeFuture.whenComplete { [self] _ in state.withLock { $0.open[ObjectIdentifier(near)] = nil } }
        guard !isRefused else { return near.close() }
        let (limit, isolated) = (FaultLimit(fault()), near.eventLoop.assumeIsolated())
        let relay = FaultRelay(to: nil, limit: limit)
        let shared = NIOLoopBound(limit, eventLoop: near.eventLoop)
        return isolated.makeCompletedFuture {
            try near.pipeline.syncOperations.addHandler(relay)
            ClientBootstrap(group: near.eventLoop)
                .channelInitializer { [self] far in
                    state.withLock { $0.beyond[ObjectIdentifier(far)] = far }
                    far.closeFuture.whenComplete { [self] _ in
                        state.withLock { $0.beyond[ObjectIdentifier(far)] = nil }
                    }
                    return far.eventLoop.makeCompletedFuture {
                        try far.pipeline.syncOperations.addHandler(FaultRelay(to: near, limit: shared.value))
                    }
                }
                .connect(host: target.host, port: target.port).assumeIsolated()
                .whenComplete { result in
                    switch result {
                    case .success(let far): relay.connect(to: far)
                    case .failure: near.close(promise: nil)
                    }
                }
        }
    }
}

/// How much may pass yet. Both ends live on one event loop.
private final class FaultLimit {
    let fault: FaultProxy.Fault
    var passed = 0

    init(_ fault: FaultProxy.Fault) { self.fault = fault }

    /// How many of so many bytes pass; nil where all do.
    func remaining(of count: Int) -> Int? {
        switch fault {
        case .none, .delay: return nil
        case .cut(let limit), .reset(let limit), .blackHole(let limit):
            let rest = max(0, limit - passed)
            passed += count
            return rest >= count ? nil : rest
        }
    }
}

private final class FaultRelay: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Nil while it is connected to.
    private var target: (any Channel)?
    private var early: [ByteBuffer] = []
    private var isOver = false
    private let limit: FaultLimit

    init(to target: (any Channel)?, limit: FaultLimit) {
        self.target = target
        self.limit = limit
    }

    func connect(to target: any Channel) {
        guard !isOver else { return target.close(promise: nil) }
        self.target = target
        for buffer in early { pass(buffer) }
        early = []
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        if let count = limit.remaining(of: buffer.readableBytes) {
            let part = buffer.readSlice(length: count)
            switch limit.fault {
            case .blackHole: if let part { pass(part) }
            case .cut:
                if let part { pass(part) }
                end(context)
            default:
                if let part { pass(part) }
                // Closing with nothing to linger for sends a reset.
                for channel in [context.channel, target].compactMap(\.self) {
                    (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
                        .whenComplete { _ in channel.close(promise: nil) }
                }
            }
            return
        }
        guard case .delay(let delay) = limit.fault else { return pass(buffer) }
        let nanoseconds = delay.components.seconds * 1_000_000_000 + delay.components.attoseconds / 1_000_000_000
        context.eventLoop.assumeIsolated().scheduleTask(in: .nanoseconds(nanoseconds)) { self.pass(buffer) }
    }

    private func pass(_ buffer: ByteBuffer) {
        guard let target else { return early.append(buffer) }
        target.writeAndFlush(buffer, promise: nil)
    }

    private func end(_ context: ChannelHandlerContext) {
        target?.close(promise: nil)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        isOver = true
        if case .blackHole(let bytes) = limit.fault, limit.passed > bytes { return }
        target?.close(promise: nil)
    }
}
