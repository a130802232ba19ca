internal import CompanionCore
internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// Hands messages to a server of SMTP, each on a connection of its own.
struct SMTPClient: Sendable {
    let server: SMTPServer
    let password: String?
    /// What we call ourselves: a host's name, or an address in brackets.
    let name: String
    /// How long a message may take, from connecting to the server's last word.
    var limit = Duration.seconds(60)

    /// Returns once the server has taken the message. Throws `CompanionError`, whose message holds no address.
    func send(_ envelope: SMTPDialogue.Envelope) async throws {
        let tls = try tlsContext()
        let credentials = server.user.map { (user: $0, password: password ?? "") }
        let dialogue = SMTPDialogue(
            envelope, name: name, credentials: credentials, wantsTLS: server.security == .startTLS)
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let outcome = loop.makePromise(of: Void.self)
        let (server, limit) = (server, limit)
        let channel: any Channel
        do {
            // Nothing is read before there is somebody who reads it: of several addresses of a host, one connection goes on.
            channel = try await ClientBootstrap(group: loop).channelOption(.autoRead, value: false)
                .connectTimeout(TimeAmount(min(limit, .seconds(20))))
                .connect(host: server.host, port: server.port).get()
        } catch {
            outcome.fail(error)
            throw CompanionError(
                .unavailable, "The mail server at \(server.host), port \(server.port), can't be reached.",
                underlying: error)
        }
        do {
            try await channel.eventLoop.submit {
                let pipeline = channel.pipeline.syncOperations
                if server.security == .implicit, let tls { try pipeline.addHandler(Self.tls(tls, server)) }
                try pipeline.addHandler(
                    SMTPHandler(dialogue, limit: limit, outcome: outcome) {
                        try tls.map { try Self.tls($0, server) }
                    })
            }.get()
            try await channel.setOption(.autoRead, value: true).get()
        } catch {
            outcome.fail(error)
            channel.close(promise: nil)
            throw CompanionError(.unavailable, "The connection to the mail server failed.", underlying: error)
        }
        try await withTaskCancellationHandler {
            try await outcome.futureResult.get()
        } onCancel: {
            channel.close(promise: nil)
        }
    }

    /// Nil where nothing is encrypted.
    private func tlsContext() throws(CompanionError) -> NIOSSLContext? {
        guard server.security != .none else { return nil }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        if let roots = server.trustedRoots { configuration.trustRoots = .file(roots) }
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw CompanionError(
                .invalidInput, "The roots that the mail server is known by can't be read: see cafile in --mail.",
                underlying: error)
        }
    }

    private static func tls(_ context: NIOSSLContext, _ server: SMTPServer) throws -> NIOSSLClientHandler {
        // An address is no name; then the certificate must be the address'.
        let isAddress = (try? SocketAddress(ipAddress: server.host, port: server.port)) != nil
        return try NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : server.host)
    }
}

/// Carries the dialogue on.
private final class SMTPHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var dialogue: SMTPDialogue
    private var parser = SMTPReplyParser()
    private let limit: Duration
    private let makeTLS: () throws -> NIOSSLClientHandler?
    private var outcome: EventLoopPromise<Void>?
    private var timer: Scheduled<Void>?

    init(
        _ dialogue: SMTPDialogue, limit: Duration, outcome: EventLoopPromise<Void>,
        makeTLS: @escaping () throws -> NIOSSLClientHandler?
    ) {
        self.dialogue = dialogue
        self.limit = limit
        self.outcome = outcome
        self.makeTLS = makeTLS
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(in: TimeAmount(limit)) {
            let (handler, context) = bound.value
            handler.end(context, CompanionError(.timedOut, "The mail server took too long."))
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard outcome != nil else { return }
        let buffer = unwrapInboundIn(data)
        do {
            for (index, byte) in buffer.readableBytesView.enumerated() {
                guard let reply = try parser.append(byte) else { continue }
                switch try dialogue.receive(reply) {
                case .send(let bytes): send(bytes, context)
                case .startTLS:
                    // Who was between could have put words here, which would count as said within TLS.
                    guard index == buffer.readableBytes - 1, let tls = try makeTLS() else {
                        throw SMTPReplyParser.fault
                    }
                    try context.pipeline.syncOperations.addHandler(tls, position: .first)
                    if case .send(let bytes) = dialogue.hasTLS() { send(bytes, context) }
                case .finish(let bytes):
                    send(bytes, context)
                    return end(context, nil)
                }
            }
        } catch {
            end(context, error)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let isTLS = error is NIOSSLError || error is BoringSSLError || error is NIOSSLExtraError
        end(
            context,
            CompanionError(
                .unavailable,
                isTLS
                    ? "TLS with the mail server failed: see its certificate, and whether the address is smtp:// or smtps://."
                    : "The connection to the mail server failed.", underlying: error))
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(context, CompanionError(.unavailable, "The mail server closed the connection before it took the mail."))
        context.fireChannelInactive()
    }

    private func send(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
        guard !bytes.isEmpty else { return }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
    }

    private func end(_ context: ChannelHandlerContext, _ error: (any Error)?) {
        guard let outcome else { return }
        self.outcome = nil
        timer?.cancel()
        if let error { outcome.fail(error) } else { outcome.succeed() }
        context.close(promise: nil)
    }
}
