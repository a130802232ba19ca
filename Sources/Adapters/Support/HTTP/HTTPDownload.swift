package import CompanionCore
internal import NIOCore
internal import NIOPosix

/// An answer whose body is pulled by whoever holds it, for as long as they like. Who lets go of it gives the call up.
///
/// For bodies that outlive the call's scope; everything else is an ``HTTPCall``. For one consumer.
package final class HTTPDownload: Sendable {
    package let head: HTTPResponseHead
    private let attempt: HTTPAttempt
    private let patience: Duration
    private let peer: String

    fileprivate init(head: HTTPResponseHead, attempt: HTTPAttempt, patience: Duration, peer: String) {
        self.head = head
        self.attempt = attempt
        self.patience = patience
        self.peer = peer
    }

    deinit { attempt.fail(CancellationError()) }

    /// What has arrived since the last call, waited for if need be; nil at the end.
    package func next() async throws -> [UInt8]? {
        do {
            return try await attempt.within(patience, peer) { try await attempt.next() }
        } catch {
            throw HTTPTransportError.duringAnswer(error, peer: peer)
        }
    }
}

extension HTTPTransport {
    /// Sends a request and waits for the beginning of its answer.
    ///
    /// - Parameters:
    ///   - patience: For the beginning, and then between two arrivals of bytes that somebody waits for.
    ///   - peer: Who is called, as the subject of a sentence.
    /// - Throws: As ``HTTPCall/send(_:isolation:)``.
    package func download(
        _ request: HTTPRequest, patience: Duration, peer: String, clock: any WallClock
    ) async throws -> HTTPDownload {
        let attempt = HTTPAttempt(clock: clock)
        try begin(attempt, request)
        let head: HTTPResponseHead
        do {
            head = try await attempt.within(patience, peer) { try await attempt.head() }
        } catch {
            attempt.fail(CancellationError())
            throw HTTPTransportError.beforeAnswer(error, peer: peer, origin: HTTPAddress.redacted(request.url))
        }
        let download = HTTPDownload(head: head, attempt: attempt, patience: patience, peer: peer)
        guard !(200..<300).contains(head.status) else { return download }
        var body: [UInt8] = []
        while body.count < HTTPFailure.maximumBodySize, let more = try? await download.next() {
            body += more.prefix(HTTPFailure.maximumBodySize - body.count)
        }
        throw HTTPFailure(head, body: body, now: clock.now, secrets: request.headers.secrets)
    }
}

extension HTTPAttempt {
    /// Gives the attempt up where `body` takes longer, or the task is cancelled.
    fileprivate func within<Result>(
        _ patience: Duration, _ peer: String, _ body: () async throws -> Result
    ) async throws -> Result {
        let timer = MultiThreadedEventLoopGroup.singleton.any().scheduleTask(in: TimeAmount(patience)) { [self] in
            fail(CompanionError(.timedOut, "\(peer) sent nothing for \(patience): try again, or allow more time."))
        }
        defer { timer.cancel() }
        return try await withTaskCancellationHandler {
            try await body()
        } onCancel: {
            fail(CancellationError())
        }
    }
}
