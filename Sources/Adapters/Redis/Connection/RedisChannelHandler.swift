internal import NIOCore

/// The half of a connection that lives on its event loop: matches replies with those who wait for them.
final class RedisChannelHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What the server says unasked; nil when it can say nothing any more.
    typealias PushHandler = @Sendable ([RESPValue]?) -> Void

    private var parser = RESPParser()
    private var awaited = CircularBuffer<RedisRequest>()
    /// The replies to the first of them so far.
    private var gathered: [RESPValue] = []
    private var timer: Scheduled<Void>?
    private var context: ChannelHandlerContext?
    /// Why the connection ends, where that is known.
    private var cause: (any Error)?
    private var closesWhenIdle = false
    /// Nil where the server is not listened to.
    private let pushes: PushHandler?
    /// Tells how many more or fewer replies are awaited, and that the connection has ended.
    private let shared: RedisConnectionState

    init(shared: RedisConnectionState, pushes: PushHandler?) {
        self.shared = shared
        self.pushes = pushes
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        end()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        cause = cause ?? error
        context.close(promise: nil)
    }

    // MARK: Sending

    /// Writes what has been queued since the last time, in one piece.
    func flush() {
        guard let context, let (buffer, requests) = shared.takeQueued() else { return }
        for request in requests { awaited.append(request) }
        arm(context)
        context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
    }

    /// Closes as soon as nobody waits any more.
    func drain() {
        closesWhenIdle = true
        flush()
        closeIfIdle()
    }

    private func closeIfIdle() {
        if closesWhenIdle, awaited.isEmpty { context?.close(promise: nil) }
    }

    // MARK: Receiving

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        do throws(RESPFault) {
            try buffer.withUnsafeReadableBytes { bytes throws(RESPFault) in
                try parser.feed(bytes) { take($0) }
            }
            if cause != nil { context.close(promise: nil) }
        } catch {
            cause = cause ?? error
            context.close(promise: nil)
        }
    }

    private func take(_ value: RESPValue) {
        if case .push(let elements) = value {
            pushes?(elements)
            return
        }
        guard let first = awaited.first else {
            // A listener's confirmations and messages come as arrays in the older version of the protocol.
            if let pushes, let elements = value.elements { return pushes(elements) }
            // Whose reply it is is not known, and so no other's either.
            cause = cause ?? RESPFault.outOfPlace
            return
        }
        gathered.append(value)
        guard gathered.count == first.count else { return }
        let replies = gathered
        gathered.removeAll(keepingCapacity: true)
        awaited.removeFirst()
        shared.received(replies.count)
        first.replies.succeed(replies)
        closeIfIdle()
    }

    // MARK: Deadlines

    private func arm(_ context: ChannelHandlerContext) {
        guard timer == nil, let next = awaited.lazy.map(\.deadline).min() else { return }
        timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: next) { [weak self] in self?.expire() }
    }

    private func expire() {
        timer = nil
        guard let context else { return }
        let now = NIODeadline.now()
        for request in awaited where request.deadline <= now { request.replies.fail(RedisDeadlinePassed()) }
        if let first = awaited.first, first.replies.hasEnded, first.deadline <= now, shared.isOverdue(now) {
            // The server does not answer any more: those who wait behind may do better elsewhere.
            cause = cause ?? RedisDeadlinePassed()
            context.close(promise: nil)
            return
        }
        guard let next = awaited.lazy.map(\.deadline).filter({ $0 > now }).min() else {
            guard !awaited.isEmpty else { return }
            // All of them are late; whether the server is, shows soon.
            timer = context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(100)) { [weak self] in
                self?.expire()
            }
            return
        }
        timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: next) { [weak self] in self?.expire() }
    }

    private func end() {
        if !shared.hasEnded { pushes?(nil) }
        timer?.cancel()
        timer = nil
        for request in shared.end() {
            request.replies.fail(RedisConnectionLost(wasSent: false, cause: cause))
        }
        while let request = awaited.popFirst() {
            request.replies.fail(RedisConnectionLost(wasSent: true, cause: cause))
        }
    }
}
