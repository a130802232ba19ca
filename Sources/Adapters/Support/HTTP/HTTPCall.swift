package import CompanionCore
internal import Synchronization

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A call to a server: attempts one after the other, each a request and its answer. For one consumer.
package final class HTTPCall: Sendable {
    private struct State {
        var attempt: HTTPAttempt?
        var isComplete = false
        var start: Date?
        /// Ends the whole call: cancelled, or out of time.
        var ending: (any Error)?
    }

    private let transport: HTTPTransport
    private let deadlines: HTTPDeadlines
    private let clock: any WallClock
    private let peer: String
    private let state = Mutex(State())

    init(transport: HTTPTransport, deadlines: HTTPDeadlines, clock: any WallClock, peer: String) {
        self.transport = transport
        self.deadlines = deadlines
        self.clock = clock
        self.peer = peer
    }

    /// Sends a request and waits for the beginning of its answer; an earlier attempt is given up.
    ///
    /// Throws ``HTTPFailure`` for a status outside of 200 ..< 300, and for a server that can't be reached
    /// `CompanionError` (`unavailable`, `timedOut`, `invalidInput`).
    package func send(
        _ request: HTTPRequest, isolation: isolated (any Actor)? = #isolation
    ) async throws -> HTTPResponseHead {
        await giveUp()
        let origin = HTTPAddress.redacted(request.url)
        let attempt = HTTPAttempt(clock: clock)
        let ending = state.withLock { state in
            if state.start == nil { state.start = clock.now }
            state.attempt = attempt
            state.isComplete = false
            return state.ending
        }
        if let ending { throw ending }
        try transport.begin(attempt, request)
        let head: HTTPResponseHead
        do {
            head = try await attempt.head()
        } catch {
            throw HTTPTransportError.beforeAnswer(error, peer: peer, origin: origin)
        }
        guard !(200..<300).contains(head.status) else { return head }
        let body = (try? await collect(HTTPFailure.maximumBodySize).bytes) ?? []
        throw HTTPFailure(head, body: body, now: clock.now, secrets: request.headers.secrets)
    }

    /// What has arrived of the answer since the last call, waited for if need be; nil at its end.
    package func next(isolation: isolated (any Actor)? = #isolation) async throws -> [UInt8]? {
        guard let attempt = state.withLock(\.attempt) else { return nil }
        do {
            return try await attempt.next()
        } catch {
            throw HTTPTransportError.duringAnswer(error, peer: peer)
        }
    }

    /// The rest of the answer, `limit` bytes at most, and whether that was all.
    package func collect(
        _ limit: Int, isolation: isolated (any Actor)? = #isolation
    ) async throws -> (bytes: [UInt8], isWhole: Bool) {
        var bytes: [UInt8] = []
        while let more = try await next() {
            bytes += more.prefix(limit - bytes.count)
            if bytes.count == limit, try await next() != nil { return (bytes, false) }
        }
        return (bytes, true)
    }

    /// The whole answer to `request`, which is sent again as `retries` says.
    ///
    /// - Parameters:
    ///   - limit: The most bytes of the answer; a longer one throws `CompanionError.Code.limitExceeded`.
    ///   - mapping: What a status other than success means.
    package func answer(
        to request: HTTPRequest, limit: Int, retries policy: RetryPolicy, random: any RandomSource,
        isolation: isolated (any Actor)? = #isolation, mapping: (HTTPFailure) -> CompanionError
    ) async throws -> [UInt8] {
        var retries = RetryState(policy: policy, now: clock.now)
        while true {
            let failure: CompanionError
            do {
                _ = try await send(request)
                let (bytes, isWhole) = try await collect(limit)
                if isWhole { return bytes }
                failure = CompanionError(.limitExceeded, "\(peer) answered with more than \(limit) bytes.")
            } catch let error as HTTPFailure {
                failure = mapping(error)
            } catch let error as CompanionError {
                failure = error
            }
            switch retries.failed(with: failure, now: clock.now, fraction: random.nextFraction()) {
            case .wait(let duration): try await pause(for: duration)
            case .giveUp: throw failure
            }
        }
    }

    /// Tells that the answer's first thing of use has arrived.
    package func markFirst() { state.withLock(\.attempt)?.markFirst() }

    /// Tells that nothing more is wanted of an answer that is whole: its connection may be used again.
    package func markComplete() { state.withLock { $0.isComplete = true } }

    /// Returns after `duration`; throws what ended the call meanwhile.
    package func pause(for duration: Duration, isolation: isolated (any Actor)? = #isolation) async throws {
        await giveUp()
        if duration > .zero { try await clock.sleep(for: duration) }
        if let ending = state.withLock(\.ending) { throw ending }
    }

    private func giveUp(isolation: isolated (any Actor)? = #isolation) async {
        let (attempt, isComplete) = state.withLock { state in
            defer { state.attempt = nil }
            return (state.attempt, state.isComplete)
        }
        await attempt?.close(isComplete: isComplete)
    }

    // MARK: The scope's side

    func cancel() { end(CancellationError()) }

    func close(isolation: isolated (any Actor)? = #isolation) async { await giveUp() }

    private func end(_ error: any Error) {
        let attempt = state.withLock { state in
            state.ending = state.ending ?? error
            return state.attempt
        }
        attempt?.fail(error)
    }

    /// Enforces the deadlines until the task is cancelled. Wakes when the next one is due, and not less often than
    /// the shortest of them, so that one that begins meanwhile is not missed.
    func watch() async {
        guard let shortest = deadlines.shortest else { return }
        while !Task.isCancelled {
            let wait = min(shortest, expire(now: clock.now) ?? shortest)
            guard (try? await clock.sleep(for: max(wait, .milliseconds(1)))) != nil else { return }
        }
    }

    private func expire(now: Date) -> Duration? {
        let (attempt, start) = state.withLock { state in
            if let start = state.start, start > now { state.start = now }
            return (state.attempt, state.start)
        }
        var left: [Duration?] = [attempt?.expire(deadlines, now: now, peer: peer)]
        if let total = deadlines.total, let start {
            left.append(total - .seconds(now.timeIntervalSince(start)))
            if left[1]! <= .zero {
                end(CompanionError(.timedOut, "\(peer) did not finish within \(total): try again, or allow more time."))
                return nil
            }
        }
        return left.compactMap { $0 }.min()
    }
}
