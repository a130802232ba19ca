internal import CompanionCore
internal import NIOCore
internal import NIOWebSocket

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// One connection by WebSocket. Belongs to its event loop; what takes time is done as jobs of the gateway.
final class SocketHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = ByteBuffer

    private enum Phase { case open, closing, closed }

    private struct Following {
        var reply: LiveReply
        /// How many of its frames were written.
        var count: Int
    }

    private let shared: SharedGateway
    private var authorization: String?
    private var messages: SocketMessages
    private var phase = Phase.open
    private var context: ChannelHandlerContext?
    /// Where bytes are written: in front of the encoder, which takes one frame at a time.
    private var output: ChannelHandlerContext?
    private var follower: SocketFollower?
    private var claims: AccessClaims?
    private var chat: Chat.ID?
    private var following: [Following] = []
    /// Commands that wait for the one that is being done.
    private var waiting: [SocketCommand] = []
    private var isBusy = false
    private var isReadingPaused = false
    private var isPinged = false
    private var isGoingAway = false
    /// How many messages may come now, by when that was counted.
    private var allowance: Double
    private var countedAt = NIODeadline.now()
    private var pinger: RepeatedTask?
    /// The hello that is awaited, then the slow reader, then the answer to a close.
    private var timer: Scheduled<Void>?

    /// As many commands wait; then nothing more is read.
    private static let longestQueue = 32
    /// So many bytes are written at once.
    private static let chunk = 32_768

    init(_ shared: SharedGateway, authorization: String?) {
        self.shared = shared
        self.authorization = authorization
        let socket = shared.gateway.configuration.socket
        messages = SocketMessages(
            maximumBytes: socket.maximumMessageBytes, maximumFragments: socket.maximumFragments)
        allowance = Double(socket.messagesPerSecond) * 4
    }

    private var socket: CompanionGateway.SocketConfiguration { shared.gateway.configuration.socket }

    // MARK: Life

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        output = try? context.pipeline.syncOperations.context(handlerType: WebSocketFrameEncoder.self)
        follower = SocketFollower(self, on: context.eventLoop)
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        pinger = context.eventLoop.scheduleRepeatedTask(
            initialDelay: TimeAmount(socket.pingInterval), delay: TimeAmount(socket.pingInterval)
        ) { _ in bound.value.tick() }
        if let field = authorization {
            authorization = nil
            let parts = field.split(separator: " ", maxSplits: 1)
            let token = parts.count == 2 && parts[0].lowercased() == "bearer" ? String(parts[1]) : ""
            take(SocketCommand(hello: token))
        } else {
            setTimer(socket.helloTimeout) { $0.close(.tooLate, "The first message is hello, within 10 seconds.") }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    private func end() {
        phase = .closed
        pinger?.cancel()
        pinger = nil
        timer?.cancel()
        timer = nil
        if let follower { for item in following { item.reply.forget(follower) } }
        following = []
        waiting = []
        follower = nil
        context = nil
        output = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case NIOWebSocketError.invalidFrameLength: close(.tooLarge, "A frame is larger than allowed.")
        case is NIOWebSocketError: close(.protocolError, "That is not WebSocket.")
        default: context.close(promise: nil)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent:
            isGoingAway = true
            leaveWhenIdle()
            if phase == .open {
                setTimer(shared.gateway.configuration.drainTimeout) { $0.close(.goingAway, Self.goodbye) }
            }
        case ChannelEvent.inputClosed: context.close(promise: nil)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    private static let goodbye = "The server is going down: connect again, and resume."

    private func leaveWhenIdle() {
        if isGoingAway, following.isEmpty, !isBusy { close(.goingAway, Self.goodbye) }
    }

    private func setTimer(_ duration: Duration, _ body: @escaping @Sendable (SocketHandler) -> Void) {
        guard let context else { return }
        timer?.cancel()
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(in: TimeAmount(duration)) { body(bound.value) }
    }

    /// From time to time: whether the client is there, and may be.
    private func tick() {
        guard phase == .open else { return }
        if isPinged { return close(.tooLate, "There was no answer to a ping.") }
        if let claims, claims.expiresAt <= Date() { return close(.unauthenticated, "The token has expired.") }
        isPinged = true
        write(.ping, ByteBuffer())
    }

    // MARK: Reading

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        guard phase != .closed else { return }
        switch messages.take(frame) {
        case .none: break
        case .message(let text):
            guard phase == .open, isAllowed() else { return }
            take(text)
        case .pong(let data):
            guard phase == .open, isAllowed() else { return }
            write(.pong, data)
        case .ponged: isPinged = false
        case .close(let code, let reason): close(code, reason)
        case .closed(let code):
            if phase == .open {
                var data = ByteBuffer()
                if let code { data.writeInteger(code.number) }
                write(.connectionClose, data)
            }
            phase = .closed
            context.close(promise: nil)
        }
    }

    private func isAllowed() -> Bool {
        let now = NIODeadline.now()
        let rate = Double(socket.messagesPerSecond)
        allowance = min(rate * 4, allowance + Double((now - countedAt).nanoseconds) / 1e9 * rate)
        countedAt = now
        guard allowance >= 1 else {
            close(.tooMany, "Too many messages.")
            return false
        }
        allowance -= 1
        return true
    }

    private func take(_ text: String) {
        do {
            let command = try SocketCommand(parsing: text)
            if claims == nil, !isBusy, waiting.isEmpty {
                guard case .hello = command.kind else { return close(.unexpected, "The first message is hello.") }
            }
            take(command)
        } catch let error as CompanionError {
            guard claims != nil else { return close(.unexpected, "The first message is hello.") }
            tell(Problem(error), ref: nil)
        } catch {
            close(.unexpected, "A message is a JSON object with a type.")
        }
    }

    private func take(_ command: SocketCommand) {
        waiting.append(command)
        workOnNext()
        if waiting.count >= Self.longestQueue { setReading(false) }
    }

    private func setReading(_ isReading: Bool) {
        guard isReadingPaused == isReading, let context else { return }
        isReadingPaused = !isReading
        context.channel.setOption(.autoRead, value: isReading).whenFailure { _ in }
    }

    private func workOnNext() {
        while phase == .open, !isBusy, !waiting.isEmpty, let context {
            let command = waiting.removeFirst()
            switch command.kind {
            case .ping: write(.text, ByteBuffer(string: #"{"type":"pong"}"#))
            case .leave(let id): leave(id)
            case .reply where isGoingAway:
                tell(Problem(CompanionError(.unavailable, Self.goodbye, retry: .after(.seconds(1)))), ref: command.ref)
            case .hello, .reply, .resume, .cancel:
                isBusy = true
                let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
                let (shared, loop, user, chat) = (shared, context.eventLoop, claims?.user, chat)
                do {
                    try shared.gateway.replies.hub.submit {
                        let outcome = await shared.gateway.perform(
                            command.kind, by: user, in: chat, on: LoopExecutor(loop))
                        loop.execute { bound.value.finish(command, outcome) }
                    }
                } catch {
                    finish(command, .failed(Problem(error)))
                }
            }
        }
        if waiting.count < Self.longestQueue / 2 { setReading(true) }
    }

    private func finish(_ command: SocketCommand, _ outcome: SocketOutcome) {
        isBusy = false
        guard phase == .open else { return }
        switch outcome {
        case .ready(let claims, let chat):
            if self.claims == nil, !isGoingAway { timer?.cancel() }
            self.claims = claims
            self.chat = chat ?? self.chat
            send(
                .members([
                    "type": "ready", "user": .id(claims.user), "chat": self.chat.map { .id($0) } ?? .null,
                    "expiresAt": .time(claims.expiresAt), "ref": command.ref.map(JSONValue.string) ?? .null,
                ]))
        case .follow(let reply, let after): follow(reply, after: after, ref: command.ref)
        case .done: break
        case .failed(let problem):
            if case .hello = command.kind, claims == nil || problem.code == "unauthenticated" {
                let isToken = problem.code == "unauthenticated"
                if !isToken { tell(problem, ref: command.ref) }
                close(isToken ? .unauthenticated : .unexpected, problem.detail)
            } else {
                tell(problem, ref: command.ref)
            }
        }
        workOnNext()
        leaveWhenIdle()
    }

    // MARK: Replies

    private func follow(_ reply: LiveReply, after count: Int, ref: String?) {
        following.removeAll { $0.reply.id == reply.id }
        guard following.count < socket.maximumReplies else {
            return tell(
                Problem(
                    CompanionError(.limitExceeded, "A connection follows at most \(socket.maximumReplies) replies.")),
                ref: ref)
        }
        send(
            .members([
                "type": "following", "reply": .id(reply.id), "turn": reply.turn.map { .id($0) } ?? .null,
                "ref": ref.map(JSONValue.string) ?? .null,
            ]))
        following.append(Following(reply: reply, count: count))
        drain()
    }

    private func leave(_ id: Message.ID) {
        guard let follower else { return }
        for item in following where item.reply.id == id { item.reply.forget(follower) }
        following.removeAll { $0.reply.id == id }
        leaveWhenIdle()
    }

    /// Writes what there is of the replies, as long as the client takes it.
    func drain() {
        guard phase == .open, let context, let follower, !following.isEmpty else { return }
        while context.channel.isWritable {
            var out = ByteBuffer()
            var index = 0
            while index < following.count, out.readableBytes < Self.chunk {
                let batch = following[index].reply.read(after: following[index].count, limit: 64, follower: follower)
                following[index].count += batch.frames.count
                // Those without content only count.
                for frame in batch.frames where frame.readableBytes > 0 { out.writeFrame(.text, frame) }
                if batch.isEnd { following.remove(at: index) } else { index += 1 }
            }
            guard out.readableBytes > 0 else { break }
            output?.writeAndFlush(wrapOutboundOut(out), promise: nil)
        }
        if !context.channel.isWritable, !isGoingAway {
            setTimer(socket.slowReaderTimeout) { $0.close(.tooSlow, "Frames could not be sent.", atOnce: true) }
        }
        leaveWhenIdle()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            if phase == .open, !isGoingAway { timer?.cancel() }
            drain()
        }
        context.fireChannelWritabilityChanged()
    }

    // MARK: Writing

    private func tell(_ problem: Problem, ref: String?) {
        send(
            .members([
                "type": "error", "code": .string(problem.code), "message": .string(problem.detail),
                "retryAfter": problem.retryAfter.map(JSONValue.init(seconds:)) ?? .null,
                "ref": ref.map(JSONValue.string) ?? .null,
            ]))
    }

    private func send(_ json: JSONValue) { write(.text, ByteBuffer(bytes: json.serializedBytes())) }

    private func write(_ opcode: WebSocketOpcode, _ data: ByteBuffer) {
        guard phase == .open, let context else { return }
        // Whoever asks for much and takes nothing does not fill the memory with answers.
        guard context.channel.isWritable || opcode == .connectionClose else { return }
        var out = ByteBuffer()
        out.writeFrame(opcode, data)
        output?.writeAndFlush(wrapOutboundOut(out), promise: nil)
    }

    /// - Parameter atOnce: Does not wait for an answer.
    private func close(_ code: SocketCloseCode, _ reason: String, atOnce: Bool = false) {
        guard phase == .open, let context else { return }
        var data = ByteBuffer()
        data.writeInteger(code.number)
        data.writeString(String(reason.prefix(100)))
        write(.connectionClose, data)
        phase = .closing
        if let follower { for item in following { item.reply.forget(follower) } }
        following = []
        waiting = []
        setReading(true)
        if atOnce { return context.close(promise: nil) }
        setTimer(socket.closeTimeout) { $0.context?.close(promise: nil) }
    }
}

extension SocketCommand {
    /// What a header said.
    init(hello token: String) {
        kind = .hello(token: token, chat: nil, character: nil)
        ref = nil
    }
}
