internal import AsyncHTTPClient
internal import CompanionCore
internal import NIOCore
internal import NIOHTTP1
internal import Synchronization

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// One request and the answer to it, which one consumer pulls.
///
/// The client's event loop pushes into ``HTTPAnswer``; who pulls and finds nothing leaves a continuation there.
final class HTTPAttempt: HTTPClientResponseDelegate {
    private struct State {
        var answer: HTTPAnswer
        var task: HTTPClient.Task<Void>?
        /// Open while reading is paused. Every promise must be kept, or the client's connection hangs.
        var pause: EventLoopPromise<Void>?
        var waiter: CheckedContinuation<Void, Never>?
        var waitingSince: Date?
        var hasFirst = false
    }

    /// How long the end of an answer that is no longer needed may take before its connection is closed.
    private static let grace = TimeAmount.milliseconds(250)

    private let start: Date
    private let clock: any WallClock
    private let state: Mutex<State>

    /// - Parameter maximumWaiting: Reading from the connection pauses while this many bytes wait to be taken.
    init(clock: any WallClock, maximumWaiting: Int = HTTPAnswer.maximumWaiting) {
        self.clock = clock
        state = Mutex(State(answer: HTTPAnswer(maximumWaiting: maximumWaiting)))
        start = clock.now
    }

    func begin(_ request: HTTPClient.Request, with client: HTTPClient) {
        let task = client.execute(request: request, delegate: self)
        let failure = state.withLock { state in
            state.task = task
            return state.answer.failure
        }
        if let failure { task.fail(reason: failure) }
    }

    // MARK: The consumer's side

    func head(isolation: isolated (any Actor)? = #isolation) async throws -> HTTPResponseHead {
        while true {
            let (head, failure) = state.withLock { ($0.answer.head, $0.answer.failure) }
            if let head { return head }
            if let failure { throw failure }
            await news(isHead: true)
        }
    }

    /// What has arrived since the last call, waited for if need be; nil at the end.
    func next(isolation: isolated (any Actor)? = #isolation) async throws -> [UInt8]? {
        while true {
            let (piece, pause) = state.withLock { state in
                defer { state.pause = nil }
                return (state.answer.take(), state.pause)
            }
            pause?.succeed()
            switch piece {
            case .bytes(let bytes): return bytes
            case .end: return nil
            case .failure(let error): throw error
            case .nothing: await news(isHead: false)
            }
        }
    }

    private func news(isHead: Bool, isolation: isolated (any Actor)? = #isolation) async {
        let now = clock.now
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.answer.hasNews || (isHead && state.answer.head != nil) { return true }
                precondition(state.waiter == nil, "An answer has one consumer.")
                state.waiter = continuation
                state.waitingSince = now
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    /// Tells that the answer's first thing of use is there: from now on the other deadline counts.
    func markFirst() { state.withLock { $0.hasFirst = true } }

    /// Ends the attempt, whatever it does, unless it has ended.
    func fail(_ error: any Error) {
        let (isFirst, task) = update { ($0.answer.abandon(error), $0.task) }
        if isFirst { task?.fail(reason: error) }
    }

    /// Returns when the connection has been closed or given back.
    /// - Parameter isComplete: The rest of the answer is not needed, but it is worth a moment to read it, so that the
    ///   connection can be used again.
    func close(isComplete: Bool, isolation: isolated (any Actor)? = #isolation) async {
        if isComplete {
            let (task, hasEnded) = update { state in
                state.answer.discardRest()
                return (state.task, state.answer.hasEnded)
            }
            if !hasEnded, let task {
                let timer = task.eventLoop.scheduleTask(in: Self.grace) { self.fail(CancellationError()) }
                task.futureResult.whenComplete { _ in timer.cancel() }
            }
        } else {
            fail(CancellationError())
            let task = state.withLock(\.task)
            _ = try? await task?.get()
        }
    }

    // MARK: Deadlines

    /// Fails the attempt if a deadline has passed; otherwise the time left to the next one.
    func expire(_ deadlines: HTTPDeadlines, now: Date, peer: String) -> Duration? {
        let (limit, since) = state.withLock { state in
            // A clock that was set back starts the wait anew.
            if let since = state.waitingSince, since > now { state.waitingSince = now }
            return state.hasFirst ? (deadlines.between, state.waitingSince) : (deadlines.first, min(start, now))
        }
        guard let limit, let since else { return nil }
        let left = limit - .seconds(now.timeIntervalSince(since))
        if left <= .zero {
            fail(CompanionError(.timedOut, "\(peer) sent nothing for \(limit): try again, or allow more time."))
            return nil
        }
        return left
    }

    // MARK: The client's side

    func didReceiveHead(
        task: HTTPClient.Task<Void>, _ head: NIOHTTP1.HTTPResponseHead
    ) -> EventLoopFuture<Void> {
        let headers = HTTPHeaderFields(head.headers.lazy.map { ($0.name, $0.value) })
        update { $0.answer.receive(HTTPResponseHead(status: Int(head.status.code), headers: headers)) }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(task: HTTPClient.Task<Void>, _ buffer: ByteBuffer) -> EventLoopFuture<Void> {
        let (demand, future): (HTTPAnswer.Demand, EventLoopFuture<Void>?) = update { state in
            let demand = state.answer.receive(buffer.readableBytesView, count: buffer.readableBytes)
            guard demand == .pause else { return (demand, nil) }
            let promise = task.eventLoop.makePromise(of: Void.self)
            state.pause = promise
            return (demand, promise.futureResult)
        }
        if demand == .stop { task.fail(reason: CancellationError()) }
        return future ?? task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveError(task: HTTPClient.Task<Void>, _ error: any Error) {
        update { _ = $0.answer.fail(error) }
    }

    func didFinishRequest(task: HTTPClient.Task<Void>) throws {
        update { _ = $0.answer.finish() }
    }

    /// Changes the state and wakes who waits. A pause ends when the answer does, or nobody takes its bytes.
    private func update<Result: Sendable>(_ change: (inout State) -> Result) -> Result {
        let (result, waiter, pause) = state.withLock { state in
            let result = change(&state)
            let waiter = state.waiter
            state.waiter = nil
            state.waitingSince = nil
            var pause: EventLoopPromise<Void>?
            if state.answer.hasEnded || state.answer.isDiscarding { swap(&pause, &state.pause) }
            return (result, waiter, pause)
        }
        pause?.succeed()
        waiter?.resume()
        return result
    }
}
