internal import NIOCore

/// The half of a connection that lives on its event loop: matches replies with those who wait for them.
final class RedisChannelHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What the server says unasked; nil when it can say nothing any more.
    typealias PushHandler = @Sendable ([RESPValue]?) -> Void

    /// What of the last write's size the next one's buffer begins with, at most.
    private static let maximumReserved = 1 << 20

    private enum Answer {
        case one(ReplyShot, RESPValue)
        case several(OneShot<[RESPValue]>, [RESPValue])
    }

    private var parser = RESPParser()
    private var awaited = CircularBuffer<RedisRequest>()
    /// The replies to the first of them so far, where it awaits several.
    private var gathered: [RESPValue] = []
    /// Empty between two writes; see ``RedisConnectionState/takeQueued(replacedBy:_:at:)``.
    private var written: [RedisRequest] = []
    private var writtenBytes = 0
    /// What has been read and not been given to those who wait for it.
    private var answered: [Answer] = []
    /// How many replies that are, those to several commands included.
    private var received = 0
    /// When the last reply came, or the first command was sent after a pause.
    private var heardAt = NIODeadline.now()
    private var timer: Scheduled<Void>?
    private var context: ChannelHandlerContext?
    /// Why the connection ends, where that is known.
    private var cause: (any Error)?
    private var closesWhenIdle = false
    /// Nil where the server is not listened to.
    private let pushes: PushHandler?
    /// Tells how many more or fewer replies are awaited, and that the connection has ended.
    private let shared: RedisConnectionState
    /// After how long without a word a server that owes a reply is taken for gone.
    private let patience: TimeAmount

    init(shared: RedisConnectionState, patience: TimeAmount, pushes: PushHandler?) {
        self.shared = shared
        self.patience = patience
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
        guard let context else { return }
        let now = NIODeadline.now()
        // The next batch is likely to be as large as the last one.
        let next = context.channel.allocator.buffer(capacity: min(writtenBytes, Self.maximumReserved))
        guard let buffer = shared.takeQueued(replacedBy: next, &written, at: now) else { return }
        writtenBytes = buffer.readableBytes
        if awaited.isEmpty { heardAt = now }
        for request in written { awaited.append(request) }
        written.removeAll(keepingCapacity: true)
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
        } catch {
            cause = cause ?? error
        }
        give()
        if cause != nil { context.close(promise: nil) } else { closeIfIdle() }
    }

    /// All at once, so that those who share the connection's state are met once.
    private func give() {
        guard received > 0 else { return }
        shared.received(received)
        received = 0
        heardAt = .now()
        for answer in answered {
            switch answer {
            case .one(let shot, let reply): shot.succeed(reply)
            case .several(let shot, let replies): shot.succeed(replies)
            }
        }
        answered.removeAll(keepingCapacity: true)
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
        received += 1
        switch first.waiter {
        case .one(let shot): answered.append(.one(shot, value))
        case .several(let count, let shot):
            gathered.append(value)
            guard gathered.count == count else { return }
            answered.append(.several(shot, gathered))
            gathered = []
        case .nobody: break
        }
        awaited.removeFirst()
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
        for request in awaited where request.deadline <= now { request.fail(RedisDeadlinePassed()) }
        if let first = awaited.first, first.hasEnded, first.deadline <= now, now - heardAt >= patience {
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
            request.fail(RedisConnectionLost(wasSent: false, cause: cause))
        }
        while let request = awaited.popFirst() {
            request.fail(RedisConnectionLost(wasSent: true, cause: cause))
        }
    }
}
