internal import CompanionCore
internal import Logging
internal import NIOCore
internal import Synchronization

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The making of one reply: runs the turn, and turns its events into frames.
struct ReplyProduction: Sendable {
    private let service: ReplyService
    private let request: ReplyRequest
    private let start: ReplyStart

    init(
        service: ReplyService, request: ReplyRequest, started: CheckedContinuation<LiveReply, any Error>
    ) {
        (self.service, self.request) = (service, request)
        start = ReplyStart(started)
    }

    func run() async {
        // A task of its own, so that it can be cancelled without the gateway.
        let turn = Task { try await takeTurn() }
        start.setCancel { turn.cancel() }
        let result = await withTaskCancellationHandler {
            await turn.result
        } onCancel: {
            turn.cancel()
        }
        if case .failure(let error) = result { await fail(error) }
        service.hub.end(start.live, client: request.client)
    }

    private func takeTurn() async throws {
        let chats = service.companion.chats
        switch request.kind {
        case .message(let text, let id):
            try await chats.withReply(to: text, in: request.chat, by: request.user, clientID: id) { try await tell($0) }
        case .regeneration:
            try await chats.withRegeneratedReply(in: request.chat, by: request.user) { try await tell($0) }
        case .continuation:
            try await chats.withContinuedReply(in: request.chat, by: request.user) { try await tell($0) }
        }
    }

    private nonisolated(nonsending) func tell(_ reply: Reply) async throws {
        try await withTaskExecutorPreference(request.executor) { try await read(reply) }
    }

    private nonisolated(nonsending) func read(_ reply: Reply) async throws {
        var live: LiveReply?
        for try await event in reply {
            switch event {
            case .started(let turn):
                let new = LiveReply(
                    turn.reply, of: request.user, turn: turn.turn, isLogged: service.log != nil && !turn.isReplay)
                live = new
                begin(new, turn)
            case .text(let piece): live?.append(text: piece)
            case .disclosure(let disclosure):
                live?.append(
                    "disclosure",
                    [("message", .string(disclosure.message)), ("suggestsBreak", .bool(disclosure.suggestsBreak))])
            case .crisis(let referral):
                if live == nil {
                    // The turn is not admitted, and this is all that there is of it.
                    let new = LiveReply(
                        Message.ID(UUID()), of: request.user, turn: nil, isLogged: false)
                    live = new
                    service.hub.add(new, client: nil)
                    start.succeed(with: new)
                }
                live?.append("crisis", referral.members)
            case .recalled(let recollection):
                live?.append(
                    "recalled",
                    [
                        ("count", .int(recollection.count)),
                        ("items", .array(recollection.items.map { .string($0.text) })),
                    ])
            case .notice(let message): live?.append("notice", [("message", .string(message))])
            case .blocked(let reason): live?.append("blocked", [("message", .string(reason))])
            case .finished(let message): live?.append("finished", [("message", message.frameJSON)], isLast: true)
            default: break
            }
        }
    }

    private func begin(_ live: LiveReply, _ turn: TurnStart) {
        live.append(
            "started",
            [
                ("chat", .string("\(request.chat)")), ("turn", .string("\(turn.turn)")),
                ("message", turn.message?.frameJSON ?? .null), ("isReplay", .bool(turn.isReplay)),
            ])
        live.onCancel { [start] in start.cancel() }
        service.hub.add(live, client: request.client)
        if live.isLogged, let log = service.log {
            let logging = ReplyLogging(log: log, live: live, lifetime: service.retention, logger: service.logger)
            do {
                try service.hub.submit { await logging.run() }
            } catch {
                live.goOnWithoutLog()
            }
        }
        start.succeed(with: live)
    }

    private func fail(_ error: any Error) async {
        guard let live = start.live else { return start.fail(error) }
        guard !live.isEnded else { return }
        if error is CancellationError, let message = try? await service.companion.chats.message(live.id, by: live.user)
        {
            return live.append("finished", [("message", message.frameJSON)], isLast: true)
        }
        let shown = Problem(ofTurn: error)
        live.append(
            "failed",
            [
                ("code", .string(shown.code)), ("message", .string(shown.detail)),
                ("retryAfter", shown.retryAfter.map(JSONValue.init(seconds:)) ?? .null),
            ], isLast: true)
    }
}

/// What a request waits for, and by what the turn can be stopped.
private final class ReplyStart: Sendable {
    private struct State {
        var started: CheckedContinuation<LiveReply, any Error>?
        var live: LiveReply?
        var cancel: (@Sendable () -> Void)?
        var isCancelled = false
    }

    private let state: Mutex<State>

    init(_ started: CheckedContinuation<LiveReply, any Error>) { state = Mutex(State(started: started)) }

    var live: LiveReply? { state.withLock(\.live) }

    func succeed(with live: LiveReply) {
        take { $0.live = live }?.resume(returning: live)
    }

    func fail(_ error: any Error) { take { _ in }?.resume(throwing: error) }

    private func take(_ change: (inout State) -> Void) -> CheckedContinuation<LiveReply, any Error>? {
        state.withLock { state in
            change(&state)
            defer { state.started = nil }
            return state.started
        }
    }

    func setCancel(_ cancel: @escaping @Sendable () -> Void) {
        let isDue = state.withLock { state in
            state.cancel = cancel
            return state.isCancelled
        }
        if isDue { cancel() }
    }

    func cancel() {
        state.withLock { state in
            state.isCancelled = true
            return state.cancel
        }?()
    }
}
