/// The running turn behind a ``Reply``: pulls from the model, screens, and keeps the reply at its end.
///
/// Belongs to the task that runs the turn; what other tasks need is in ``TurnProgress``.
final class TurnSession {
    private enum Phase {
        /// Events that wait to be read come first, then the model's.
        case streaming
        case ended
    }

    /// Nil where a turn that was taken before is told again.
    private let live: Live?
    private var phase: Phase
    /// Events that wait to be read; few.
    private var pending: [ReplyEvent]
    private var model: LanguageModelStream.AsyncIterator?
    private var screen: (any ReplyScreen)?
    private var usage: TokenUsage?
    private var finish: FinishReason?
    private var promptTokens = 0
    private var lostThrough = 0
    /// False until the model is first asked: a call that was not made costs nothing.
    private var isAsked = false
    /// Why the turn was not admitted; thrown behind the events.
    private var refusal: (any Error)?
    /// Why the reply could not be kept.
    private var settlementFailure: (any Error)?

    /// What stays the same while a turn runs; a reference, because it is read for every piece.
    private final class Live {
        let turn: BegunTurn
        let progress: TurnProgress
        let context: CompanionContext

        init(_ turn: BegunTurn, _ progress: TurnProgress, _ context: CompanionContext) {
            self.turn = turn
            self.progress = progress
            self.context = context
        }
    }

    init(_ turn: BegunTurn, progress: TurnProgress, context: CompanionContext) {
        live = Live(turn, progress, context)
        phase = .streaming
        pending = [.started(TurnStart(turn: turn.context.turn, message: turn.message, reply: turn.reply))]
    }

    /// A turn that is not admitted, of somebody who is in a crisis: the referral, then the error.
    init(refusing error: any Error, referral: CrisisReferral) {
        live = nil
        phase = .ended
        pending = [.crisis(referral)]
        refusal = error
    }

    /// A turn that was taken before: its events again, from what was kept.
    init(replaying message: Message, reply: Message?, turn: Turn.ID) {
        live = nil
        phase = .ended
        pending = [.started(TurnStart(turn: turn, message: message, reply: reply?.id ?? message.id, isReplay: true))]
        if let reply {
            if !reply.text.isEmpty { pending.append(.text(reply.text)) }
            if reply.alternative.status == .blocked { pending.append(.blocked(reason: "The reply was blocked.")) }
        }
        pending.append(.finished(reply ?? message))
    }

    // MARK: Before the model

    /// Steps 2, 4 and 5: what to ask the model; nil where the message was blocked, and the turn has ended.
    nonisolated(nonsending) func prepare() async throws -> LanguageModelRequest? {
        guard let live else { return nil }
        let (turn, context) = (live.turn, live.context)
        if let disclosure = context.screening?.disclosure(in: turn.context) { pending.append(.disclosure(disclosure)) }
        let (verdict, recalled) = try await Self.screenAndRecall(turn, context)
        let judged = note(verdict)
        if judged.ends {
            try await end(.blocked, blockedReason: judged.reason, blocksMessage: judged.reason != nil)
            return nil
        }
        if let notice = recalled.notice { pending.append(.notice(notice)) }
        if let recollection = recalled.recollection, recollection.count > 0 {
            pending.append(.recalled(recollection))
        }
        screen = context.screening?.replyScreen(in: turn.context)
        let composer = PromptComposer(configuration: context.configuration.prompt)
        let (preamble, loreState) = (turn.history.preamble, turn.history.loreState)
        let prompt = try turn.history.withWindow { window in
            try composer.compose(
                .init(
                    preamble: preamble, history: window, summary: turn.summary,
                    recollection: recalled.recollection, isContinuation: turn.isContinuation,
                    loreState: loreState, random: context.random),
                for: turn.grant.capabilities, counter: context.tokenCounter)
        }
        turn.history.loreState = prompt.loreState
        promptTokens = prompt.report.promptTokens
        lostThrough = prompt.lostThrough
        pending.append(.composed(prompt.report))
        return LanguageModelRequest(
            messages: prompt.messages, maximumOutputTokens: prompt.maximumOutputTokens,
            sampling: context.configuration.sampling)
    }

    private nonisolated(nonsending) static func screenAndRecall(
        _ turn: BegunTurn, _ context: CompanionContext
    ) async throws -> (ScreeningVerdict, TurnRecall.Result) {
        guard context.screening != nil || context.recall != nil else { return (.allow, .init()) }
        async let verdict = screen(turn, context)
        async let recalled = TurnRecall(context: context).recall(for: turn.context)
        return (try await verdict, await recalled)
    }

    private static func screen(_ turn: BegunTurn, _ context: CompanionContext) async throws -> ScreeningVerdict {
        guard let screening = context.screening, let message = turn.context.message else { return .allow }
        return try await context.observing(
            ObservedWork(.screening, user: turn.context.user.id, chat: turn.context.chat, turn: turn.context.turn)
        ) { notes in
            let verdict = try await screening.screen(message, in: turn.context)
            notes?.note { $0.outcome = verdict.name }
            return verdict
        }
    }

    /// Puts a referral among the events, and tells whether the turn ends, and why.
    private func note(_ verdict: ScreeningVerdict) -> (ends: Bool, reason: String?) {
        switch verdict {
        case .allow: return (false, nil)
        case .block(let reason): return (true, reason)
        case .refer(let referral, let reason):
            live?.turn.notes?.note { $0.isCrisis = true }
            pending.append(.crisis(referral))
            return (referral.endsTurn || reason != nil, reason)
        }
    }

    func attach(_ stream: LanguageModelStream) { model = stream.makeAsyncIterator() }

    // MARK: The stream

    func next(isolation: isolated (any Actor)?) async throws -> ReplyEvent? {
        if !pending.isEmpty { return pending.removeFirst() }
        if let refusal {
            self.refusal = nil
            throw refusal
        }
        guard phase == .streaming, let live else { return nil }
        isAsked = true
        do {
            while let event = try await model?.next(isolation: isolation) {
                switch event {
                case .text(let piece), .refusal(let piece):
                    var delivery = try screened(piece, live)
                    // Only here does a screen make the stream wait.
                    if screen?.needsJudgement == true { delivery = try await judged(delivery, live) }
                    switch delivery {
                    case .nothing:
                        if !pending.isEmpty { return pending.removeFirst() }
                    case .text(let text): return .text(text)
                    case .last(let text, let status, let reason):
                        try await end(status, blockedReason: reason)
                        return text.isEmpty ? pending.removeFirst() : .text(text)
                    }
                case .usage(let usage): self.usage = usage
                case .finish(let reason): finish = reason
                }
            }
            return try await conclude(live)
        } catch {
            if phase == .streaming { try? await end(Self.status(after: error)) }
            throw error
        }
    }

    private enum Delivery {
        /// The screen holds it back.
        case nothing
        case text(String)
        /// The reply ends here, with this text and status, before the model has said all.
        case last(String, Alternative.Status, reason: String?)
    }

    /// Takes a piece through the screen into the reply.
    private func screened(_ piece: String, _ live: Live) throws -> Delivery {
        let piece = piece.utf8.contains(0) ? piece.replacingNUL : piece
        return try deliver(screen?.feed(piece) ?? ScreenedText(piece), live)
    }

    /// Adds what the screen's judgements let through to what was delivered, until it needs none.
    nonisolated(nonsending) private func judged(_ delivery: Delivery, _ live: Live) async throws -> Delivery {
        var text = ""
        switch delivery {
        case .nothing: break
        case .text(let delivered): text = delivered
        case .last: return delivery
        }
        while var screen, screen.needsJudgement {
            let judged = try await screen.judgement()
            self.screen = screen
            switch try deliver(judged, live) {
            case .nothing: break
            case .text(let more): text += more
            case .last(let more, let status, let reason): return .last(text + more, status, reason: reason)
            }
        }
        return text.isEmpty ? .nothing : .text(text)
    }

    /// Puts what the screen let through into the reply.
    private func deliver(_ screened: ScreenedText, _ live: Live) throws -> Delivery {
        guard let bytes = live.progress.append(screened.text) else {
            throw CompanionError(.leaseLost, "Another turn has taken over this chat.")
        }
        let judged = note(screened.verdict)
        if judged.ends { return .last(screened.text, .blocked, reason: judged.reason) }
        let limit = live.context.configuration.maximumReplyBytes
        guard bytes <= limit else {
            pending.append(.notice("The reply was cut: it is longer than \(limit) bytes."))
            return .last(screened.text, .interrupted, reason: nil)
        }
        return screened.text.isEmpty ? .nothing : .text(screened.text)
    }

    /// The model has said all: gives what the screen held back, then keeps the reply.
    nonisolated(nonsending) private func conclude(_ live: Live) async throws -> ReplyEvent? {
        guard let reason = finish else {
            throw CompanionError(.unavailable, "The model's response broke off before its end.")
        }
        var held = Delivery.nothing
        if screen != nil {
            held = try await judged(try deliver(screen?.finish() ?? ScreenedText(""), live), live)
            screen = nil
        }
        var text = ""
        switch held {
        case .last(let rest, let status, let blocked):
            text = rest
            try await end(status, blockedReason: blocked)
        case .nothing, .text:
            if case .text(let rest) = held { text = rest }
            if reason == .contentFilter {
                try await end(.blocked, blockedReason: "The provider's filter ended the reply.")
            } else if live.progress.text.isEmpty {
                throw CompanionError(.malformedResponse, "The model sent an empty reply. Try again.")
            } else {
                try await end(.complete)
            }
        }
        return text.isEmpty ? pending.removeFirst() : .text(text)
    }

    // MARK: The end

    /// The reader has left, or the turn has failed before it could stream.
    func leave(_ policy: LeavePolicy, isolation: isolated (any Actor)?) async throws {
        guard phase == .streaming else { return }
        if policy == .finish, !Task.isCancelled, model != nil {
            // What the model does wrong now is kept with the reply, and no longer this reader's concern.
            while phase == .streaming, (try? await next(isolation: isolation)) != nil {}
            if let settlementFailure { throw settlementFailure }
        }
        if phase == .streaming { try await end(.interrupted) }
    }

    /// The turn has failed outside the stream.
    nonisolated(nonsending) func fail(_ error: any Error) async {
        guard phase == .streaming else { return }
        try? await end(Self.status(after: error))
    }

    private static func status(after error: any Error) -> Alternative.Status {
        error is CancellationError ? .interrupted : .failed
    }

    /// Step 7: keeps the reply and gives the lease back, also when the task is cancelled.
    nonisolated(nonsending) private func end(
        _ status: Alternative.Status, blockedReason: String? = nil, blocksMessage: Bool = false
    ) async throws {
        guard let live else { return }
        phase = .ended
        let usage = isAsked ? usage ?? estimate(live) : nil
        live.turn.notes?.note {
            ($0.outcome, $0.usage, $0.finishReason) = ("\(status)", usage, finish)
            $0.model = live.turn.grant.model.name
        }
        defer { live.context.screening?.end(live.turn.context.turn) }
        let settlement = TurnSettlement(
            turn: live.turn, context: live.context, text: live.progress.text, status: status, finishReason: finish,
            usage: usage, saves: live.progress.saves,
            blocksMessage: blocksMessage, lostThrough: lostThrough)
        let message: Message
        do {
            message = try await settlement.perform()
        } catch {
            settlementFailure = error
            throw error
        }
        if let blockedReason { pending.append(.blocked(reason: blockedReason)) }
        pending.append(.finished(message))
    }

    private func estimate(_ live: Live) -> TokenUsage {
        let text = live.progress.text
        let written = live.turn.isContinuation ? String(text.dropFirst(live.turn.alternative.text.count)) : text
        return TokenUsage(
            promptTokens: promptTokens, completionTokens: live.context.tokenCounter.count(written), isEstimate: true)
    }
}

extension String {
    /// With U+FFFD in place of NUL, which not every store can keep.
    fileprivate var replacingNUL: String {
        String(String.UnicodeScalarView(unicodeScalars.map { $0.value == 0 ? "\u{FFFD}" : $0 }))
    }
}
