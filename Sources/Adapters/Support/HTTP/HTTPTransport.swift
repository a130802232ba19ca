internal import AsyncHTTPClient
package import CompanionCore
internal import NIOCore
internal import NIOHTTP1
internal import Synchronization

/// The way to servers: a pool of connections, shared by all copies of a value.
///
/// The pool belongs to the value: it opens connections when the first request is sent, and closes them when the
/// last copy goes away. It is not the client that AsyncHTTPClient shares between all parts of a program, because
/// that one cuts a silence of 90 seconds (a slow model's first token takes longer) and keeps to eight connections for
/// each host that does not speak HTTP/2 (eight streams).
package struct HTTPTransport: Sendable {
    private final class Pool: Sendable {
        let client: HTTPClient
        init(_ client: HTTPClient) { self.client = client }
        deinit { client.shutdown { _ in } }
    }

    private let pool: Pool

    /// - Parameters:
    ///   - connectTimeout: For the connection and its TLS handshake together.
    ///   - maximumConnections: For each host that does not speak HTTP/2; further requests wait.
    package init(connectTimeout: Duration = .seconds(10), maximumConnections: Int = 1024) {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: TimeAmount(connectTimeout)))
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = maximumConnections
        // Attempts are counted and reported in one place: RetryState.
        configuration.connectionPool.retryConnectionEstablishment = false
        pool = Pool(HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration))
    }

    /// Makes a call and gives it up, its connection closed, when `body` has returned or thrown before the answer's
    /// end; at once when the task is cancelled.
    ///
    /// - Parameter peer: Who is called, as the subject of a sentence; for messages of errors.
    package func withCall<Result>(
        to peer: String, deadlines: HTTPDeadlines, clock: any WallClock,
        isolation: isolated (any Actor)? = #isolation, _ body: (HTTPCall) async throws -> Result
    ) async throws -> Result {
        let call = HTTPCall(transport: self, deadlines: deadlines, clock: clock, peer: peer)
        async let _ = call.watch()
        do {
            let result = try await withTaskCancellationHandler {
                try await body(call)
            } onCancel: {
                call.cancel()
            }
            await call.close()
            return result
        } catch {
            await call.close()
            throw error
        }
    }

    func begin(_ attempt: HTTPAttempt, _ request: HTTPRequest) throws {
        do {
            let request = try HTTPClient.Request(
                url: request.url, method: HTTPMethod(rawValue: request.method.rawValue),
                headers: HTTPHeaders(request.headers.all.map { ($0.name, $0.value) }),
                body: request.body.map(Self.body))
            attempt.begin(request, with: pool.client)
        } catch {
            throw CompanionError(.invalidInput, "The request's URL or headers are not valid.", underlying: error)
        }
    }
}

/// A body on its way out. Lets go of its bytes with the last piece, because the client keeps the request for longer.
private final class OutgoingBody: Sendable {
    private let bytes: Mutex<[UInt8]>

    init(_ bytes: [UInt8]) { self.bytes = Mutex(bytes) }

    func piece(from start: Int, count: Int) -> (piece: ByteBuffer, isLast: Bool) {
        bytes.withLock { bytes in
            let end = min(start + count, bytes.count)
            let isLast = end == bytes.count
            defer { if isLast { bytes = [] } }
            return (ByteBuffer(bytes: bytes[min(start, end)..<end]), isLast)
        }
    }
}

extension HTTPTransport {
    /// A large body goes out in pieces of this size, so that it is not in memory twice.
    private static let pieceBytes = 256 * 1024

    fileprivate static func body(_ bytes: [UInt8]) -> HTTPClient.Body {
        guard bytes.count > pieceBytes else { return .byteBuffer(ByteBuffer(bytes: bytes)) }
        let outgoing = OutgoingBody(bytes)
        @Sendable func write(_ start: Int, with writer: HTTPClient.Body.StreamWriter) -> EventLoopFuture<Void> {
            let (piece, isLast) = outgoing.piece(from: start, count: pieceBytes)
            let written = writer.write(.byteBuffer(piece))
            if isLast { return written }
            // By way of the loop, so that pieces that are taken at once neither pile up on the stack nor hold others up.
            return written.flatMapWithEventLoop { _, loop in
                loop.flatSubmit { write(start + pieceBytes, with: writer) }
            }
        }
        return .stream(contentLength: Int64(bytes.count)) { write(0, with: $0) }
    }
}

/// Shows nothing: connections hold the requests under way, and those hold keys.
extension HTTPTransport: CustomStringConvertible, CustomReflectable {
    package var description: String { "HTTPTransport" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
