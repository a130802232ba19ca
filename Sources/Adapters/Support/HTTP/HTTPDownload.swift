package import CompanionCore
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// An answer whose body is pulled by whoever holds it, for as long as they like. Who lets go of it gives the call up.
///
/// For bodies that outlive the call's scope, and large ones; everything else is an ``HTTPCall``. For one consumer.
package final class HTTPDownload: Sendable {
    /// Reading from the connection pauses while this many bytes wait to be taken.
    fileprivate static let maximumWaiting = 512 * 1024

    package let head: HTTPResponseHead
    private let attempt: HTTPAttempt
    private let watch: HTTPDownloadWatch
    private let peer: String
    /// Kept, because with its last copy go its connections.
    private let transport: HTTPTransport

    fileprivate init(
        head: HTTPResponseHead, attempt: HTTPAttempt, watch: HTTPDownloadWatch, peer: String, transport: HTTPTransport
    ) {
        self.head = head
        self.attempt = attempt
        self.watch = watch
        self.peer = peer
        self.transport = transport
    }

    deinit {
        watch.end()
        attempt.fail(CancellationError())
    }

    /// What has arrived since the last call, waited for if need be; nil at the end.
    package func next() async throws -> [UInt8]? {
        do {
            return try await attempt.watched(by: watch) { try await attempt.next() }
        } catch {
            throw HTTPTransportError.duringAnswer(error, peer: peer)
        }
    }
}

/// Gives an attempt up that somebody has waited for too long. One timer does for all waits, because there is one for each piece
/// of a large body.
private final class HTTPDownloadWatch: Sendable {
    private struct State {
        var since: NIODeadline?
        var timer: Scheduled<Void>?
        var hasEnded = false
    }

    private let attempt: HTTPAttempt
    private let patience: Duration
    private let peer: String
    private let loop: any EventLoop = MultiThreadedEventLoopGroup.singleton.any()
    private let state = Mutex(State())

    init(_ attempt: HTTPAttempt, patience: Duration, peer: String) {
        self.attempt = attempt
        self.patience = patience
        self.peer = peer
        schedule(.now() + TimeAmount(patience))
    }

    func begin() { state.withLock { $0.since = .now() } }
    func pause() { state.withLock { $0.since = nil } }

    func end() {
        let timer = state.withLock { state in
            state.hasEnded = true
            defer { state.timer = nil }
            return state.timer
        }
        timer?.cancel()
    }

    private func schedule(_ instant: NIODeadline) {
        let timer = loop.scheduleTask(deadline: instant) { [weak self] in _ = self?.expire() }
        let isOver = state.withLock { state in
            if !state.hasEnded { state.timer = timer }
            return state.hasEnded
        }
        if isOver { timer.cancel() }
    }

    private func expire() {
        let now = NIODeadline.now()
        let due = state.withLock { $0.since ?? now } + TimeAmount(patience)
        guard due <= now else { return schedule(due) }
        attempt.fail(
            CompanionError(.timedOut, "\(peer) sent nothing for \(patience): try again, or allow more time."))
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
        let attempt = HTTPAttempt(clock: clock, maximumWaiting: HTTPDownload.maximumWaiting)
        let watch = HTTPDownloadWatch(attempt, patience: patience, peer: peer)
        let head: HTTPResponseHead
        do {
            try begin(attempt, request)
            head = try await attempt.watched(by: watch) { try await attempt.head() }
        } catch {
            watch.end()
            attempt.fail(CancellationError())
            throw HTTPTransportError.beforeAnswer(error, peer: peer, origin: HTTPAddress.redacted(request.url))
        }
        let download = HTTPDownload(head: head, attempt: attempt, watch: watch, peer: peer, transport: self)
        guard !(200..<300).contains(head.status) else { return download }
        var body: [UInt8] = []
        while body.count < HTTPFailure.maximumBodySize, let more = try? await download.next() {
            body += more.prefix(HTTPFailure.maximumBodySize - body.count)
        }
        throw HTTPFailure(head, body: body, now: clock.now, secrets: request.headers.secrets)
    }
}

extension HTTPAttempt {
    /// Gives the attempt up where `body` takes longer than the watch allows, or the task is cancelled.
    fileprivate func watched<Result>(
        by watch: HTTPDownloadWatch, _ body: () async throws -> Result
    ) async throws -> Result {
        watch.begin()
        defer { watch.pause() }
        return try await withTaskCancellationHandler {
            try await body()
        } onCancel: {
            fail(CancellationError())
        }
    }
}
