internal import NIOCore

/// Stands before TLS: tells who speaks HTTP there in which way to come.
final class PlainTextGuard: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var hasAnswered = false

    /// How long who was answered may take to go away.
    private static let patience = TimeAmount.seconds(2)

    private static let answer: String = {
        let text = "This port speaks HTTPS: begin the address with https://\n"
        return """
            HTTP/1.1 400 Bad Request\r
            Content-Type: text/plain; charset=utf-8\r
            Content-Length: \(text.utf8.count)\r
            Connection: close\r
            \r
            \(text)
            """
    }()

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // What else was said is of no interest.
        guard !hasAnswered else { return }
        let buffer = unwrapInboundIn(data)
        guard let first = buffer.readableBytesView.first else { return }
        guard (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(first) else {
            // TLS, or what TLS will refuse.
            context.fireChannelRead(data)
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
            return
        }
        hasAnswered = true
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: Self.answer)), promise: nil)
        // Ours first, so that the answer arrives before the connection goes.
        context.close(mode: .output, promise: nil)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: Self.patience) { bound.value.close(promise: nil) }
    }
}
