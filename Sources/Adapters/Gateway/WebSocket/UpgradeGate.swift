internal import NIOCore
internal import NIOHTTP1

/// Stands before NIO's upgrade handler, which loses the request that nobody upgrades: hides other upgrades (such as h2c) from it,
/// and gives a declined request back to the HTTP side. Also covers the time before the first request: its time-out, a bad one, and
/// a graceful shutdown.
final class UpgradeGate: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let firstRequestTimeout: Duration
    private var hasStarted = false
    private var candidate: (head: HTTPRequestHead, hasEnded: Bool)?
    private var timer: Scheduled<Void>?
    private var context: ChannelHandlerContext?

    init(firstRequestTimeout: Duration) { self.firstRequestTimeout = firstRequestTimeout }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(in: TimeAmount(firstRequestTimeout)) {
            bound.value.close(promise: nil)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(var head) where !hasStarted:
            hasStarted = true
            timer?.cancel()
            let isWebSocket =
                head.method == .GET
                && head.headers[canonicalForm: "upgrade"].contains { $0.lowercased() == "websocket" }
            if isWebSocket { candidate = (head, false) } else { head.headers.remove(name: "Upgrade") }
            context.fireChannelRead(wrapInboundOut(.head(head)))
        case .end:
            candidate?.hasEnded = true
            context.fireChannelRead(data)
        default: context.fireChannelRead(data)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent, !hasStarted { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if !hasStarted, error is HTTPParserError {
            let head = HTTPResponseHead(
                version: .http1_1, status: .badRequest, headers: ["Connection": "close", "Content-Length": "0"])
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            context.close(promise: nil)
        }
        context.fireErrorCaught(error)
    }

    /// The upgrade handler buffers now, and passes these on once the HTTP handlers are in place.
    func replay() {
        guard let candidate, let context else { return }
        self.candidate = nil
        context.fireChannelRead(wrapInboundOut(.head(candidate.head)))
        if candidate.hasEnded { context.fireChannelRead(wrapInboundOut(.end(nil))) }
    }
}
