internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import Synchronization

/// A server on loopback in this process, that answers each request as a script says and sees clients leave.
package final class ScriptedHTTPServer: Sendable {
    /// Answers one request. Requests of several connections run at the same time.
    package typealias Script = @Sendable (ScriptedExchange) async throws -> Void

    private let script: Script
    private let state = Mutex(State())

    private struct State {
        var requests: [ScriptedRequest] = []
        var connections = 0
        var open: [ObjectIdentifier: any Channel] = [:]
        var port = 0
    }

    private init(script: @escaping Script) { self.script = script }

    package var port: Int { state.withLock(\.port) }
    package var url: String { "http://127.0.0.1:\(port)" }
    /// All requests so far, in the order of their arrival.
    package var requests: [ScriptedRequest] { state.withLock(\.requests) }
    /// How many connections were accepted so far.
    package var connectionCount: Int { state.withLock(\.connections) }
    /// How many connections are open now.
    package var openConnectionCount: Int { state.withLock(\.open.count) }

    /// Runs a server on a free port for as long as `body` takes.
    package static func run<Result>(
        _ script: @escaping Script, isolation: isolated (any Actor)? = #isolation,
        _ body: (ScriptedHTTPServer) async throws -> Result
    ) async throws -> Result {
        let server = ScriptedHTTPServer(script: script)
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in server.accept(channel) }
            .bind(host: "127.0.0.1", port: 0).get()
        server.state.withLock { $0.port = listener.localAddress?.port ?? 0 }
        do {
            let result = try await body(server)
            try await server.stop(listener)
            return result
        } catch {
            try await server.stop(listener)
            throw error
        }
    }

    private func stop(_ listener: any Channel) async throws {
        try await listener.close()
        for channel in state.withLock({ Array($0.open.values) }) { try? await channel.close() }
    }

    private func accept(_ channel: any Channel) -> EventLoopFuture<Void> {
        let id = ObjectIdentifier(channel)
        state.withLock { state in
            state.connections += 1
            state.open[id] = channel
        }
        channel.closeFuture.whenComplete { _ in self.state.withLock { $0.open[id] = nil } }
        return channel.pipeline.configureHTTPServerPipeline(withErrorHandling: false).flatMap {
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(ScriptedHandler(server: self))
            }
        }
    }

    fileprivate func serve(_ request: ScriptedRequest, on channel: any Channel) {
        state.withLock { $0.requests.append(request) }
        let exchange = ScriptedExchange(request: request, channel: channel)
        Task {
            do { try await script(exchange) } catch { try? await channel.close() }
        }
    }
}

/// A request as it arrived.
package struct ScriptedRequest: Sendable {
    package var method: String
    /// With its query.
    package var path: String
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]

    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

private final class ScriptedHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let server: ScriptedHTTPServer
    private var request: ScriptedRequest?

    init(server: ScriptedHTTPServer) { self.server = server }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            request = ScriptedRequest(
                method: head.method.rawValue, path: head.uri, headers: head.headers.map { ($0.name, $0.value) },
                body: [])
        case .body(let part):
            request?.body.append(contentsOf: part.readableBytesView)
        case .end:
            if let request { server.serve(request, on: context.channel) }
            request = nil
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
