internal import CompanionCore
internal import HTTPTypes
public import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTPTypes
internal import NIOHTTPTypesHTTP1
internal import NIOWebSocket

extension CompanionGateway {
    /// The server that an application needs for WebSocket besides HTTP/1.1. TLS can be put around it:
    /// `.tls(gateway.httpServer(isSecure: true), …)`.
    ///
    /// - Parameters:
    ///   - idleTimeout: How long a connection by HTTP may be silent; one by WebSocket is kept by its pings.
    ///   - isSecure: Whether TLS is put around it: then cookies are for HTTPS only. Behind a proxy that ends TLS say it by
    ///     ``Configuration/publicURL`` or ``Configuration/trustedProxies`` instead.
    public func httpServer(idleTimeout: Duration = .seconds(60), isSecure: Bool = false) -> HTTPServerBuilder {
        let shared = SharedGateway(gateway: self)
        return .init {
            GatewayHTTPChannel(responder: $0, shared: shared, idleTimeout: idleTimeout, isSecure: isSecure)
        }
    }
}

/// The gateway for all connections, so that none has a copy.
final class SharedGateway: Sendable {
    let gateway: CompanionGateway

    init(gateway: CompanionGateway) { self.gateway = gateway }
}

/// A connection: HTTP/1.1, and by its first request perhaps WebSocket.
struct GatewayHTTPChannel: ServerChildChannel, HTTPChannelHandler {
    typealias Connection = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    enum Outcome: Sendable {
        case http(Connection)
        case webSocket
    }

    struct Value: ServerChildChannelValue {
        let channel: any Channel
        let outcome: EventLoopFuture<Outcome>
    }

    let responder: HTTPChannelHandler.Responder
    let shared: SharedGateway
    let idleTimeout: Duration
    let isSecure: Bool

    /// In bytes; larger ones end the connection by themselves.
    private static let maximumFrameBytes = 1 << 20

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            if isSecure { try channel.pipeline.syncOperations.addHandler(PlainTextGuard(), position: .first) }
            let upgrader = NIOTypedWebSocketServerUpgrader<Outcome>(
                maxFrameSize: min(Self.maximumFrameBytes, shared.gateway.configuration.socket.maximumMessageBytes),
                enableAutomaticErrorHandling: false,
                shouldUpgrade: { channel, head in
                    channel.eventLoop.makeSucceededFuture(accepts(head) ? HTTPHeaders() : nil)
                },
                upgradePipelineHandler: { channel, head in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(
                            SocketHandler(shared, authorization: head.headers.first(name: "Authorization")))
                        return .webSocket
                    }
                })
            let upgrade = NIOTypedHTTPServerUpgradeConfiguration<Outcome>(
                upgraders: [upgrader],
                notUpgradingCompletionHandler: { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let pipeline = channel.pipeline.syncOperations
                        try pipeline.addHandlers([
                            HTTP1ToHTTPServerCodec(secure: isSecure),
                            HTTPConnectionStateHandler(idleTimeout: idleTimeout, logger: logger),
                        ])
                        let connection = try Connection(
                            wrappingChannelSynchronously: channel,
                            configuration: .init(isOutboundHalfClosureEnabled: true))
                        try pipeline.handler(type: UpgradeGate.self).replay()
                        return .http(connection)
                    }
                })
            // By hand instead of `configureUpgradableHTTPServerPipeline`, to put the gate before the upgrade handler.
            let encoder = HTTPResponseEncoder(configuration: .init())
            let decoder = ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes))
            let gate = UpgradeGate(firstRequestTimeout: idleTimeout)
            let handler = NIOTypedHTTPServerUpgradeHandler(
                httpEncoder: encoder, extraHTTPHandlers: [decoder, gate], upgradeConfiguration: upgrade)
            try channel.pipeline.syncOperations.addHandlers([encoder, decoder, gate, handler])
            return Value(channel: channel, outcome: handler.upgradeResultFuture)
        }
    }

    /// A page of another origin could use what the browser knows of ours, so it has to be allowed. Programs send no origin.
    private func accepts(_ head: HTTPRequestHead) -> Bool {
        guard head.uri.prefix(while: { $0 != "?" }) == SocketRoute.path else { return false }
        guard let origin = head.headers.first(name: "Origin") else { return true }
        if shared.gateway.configuration.allowedOrigins.contains(origin) { return true }
        if let address = shared.gateway.configuration.publicURL { return origin == address }
        guard let host = head.headers.first(name: "Host") else { return false }
        return origin == "http://\(host)" || origin == "https://\(host)"
    }

    func handle(value: Value, logger: Logger) async {
        do {
            switch try await value.outcome.get() {
            case .http(let connection): await handleHTTP(asyncChannel: connection, logger: logger)
            case .webSocket:
                await withTaskCancellationHandler {
                    try? await value.channel.closeFuture.get()
                } onCancel: {
                    value.channel.close(promise: nil)
                }
            }
        } catch {
            logger.debug("A connection failed.", metadata: ["error": "\(error)"])
            value.channel.close(promise: nil)
        }
    }
}
