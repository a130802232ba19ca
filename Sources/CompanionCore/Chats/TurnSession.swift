/// The running turn behind a ``Reply``: pulls from the model, screens, and keeps the reply at its end.
///
/// Belongs to the task that runs the turn; what other tasks need is in ``TurnProgress``.
final class TurnSession {
    private enum Phase {
        /// Events that wait to be read come first, then the model's.
        case streaming
        case ended
    }

    private let source: Source
    private var phase = Phase.streaming
    /// Events that wait to be read; few.
    private var pending: [ReplyEvent]
    private var model: LanguageModelStream.AsyncIterator?
    private var screen: (any ReplyScreen)?
    private var usage: TokenUsage?
    private var finish: FinishReason?
    private var promptTokens = 0

    private enum Source {
        case replay
        case turn(BegunTurn, TurnProgress, CompanionContext)
    }

    init(_ turn: BegunTurn, progress: TurnProgress, context: CompanionContext) {
        source = .turn(turn, progress, context)
        pending = [.started(TurnStart(turn: turn.context.turn, message: turn.message, reply: turn.reply))]
    }

    /// A turn that was taken before: its events again, from what was kept.
    init(replaying message: Message, reply: Message?, turn: Turn.ID) {
        source = .replay
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
        guard case .turn(let turn, _, let context) = source else { return nil }
        async let screening = Self.screen(turn, context)
        async let recalling = TurnRecall(context: context).recall(for: turn)
        if case .block(let reason) = try await screening {
            _ = await recalling
            try await end(.blocked, blockedReason: reason, blocksMessage: true)
            return nil
        }
        let recalled = await recalling
        if let notice = recalled.notice { pending.append(.notice(notice)) }
        if let recollection = recalled.recollection, recollection.count > 0 {
            pending.append(.recalled(recollection))
        }
        screen = context.screening?.replyScreen(in: turn.context)
        let prompt = try PromptComposer(configuration: context.configuration.prompt).compose(
            .init(
                preamble: turn.preamble, history: turn.history, recollection: recalled.recollection,
                isContinuation: turn.isContinuation),
            for: context.languageModel.capabilities, counter: context.tokenCounter)
        promptTokens = prompt.report.promptTokens
        pending.append(.composed(prompt.report))
        return LanguageModelRequest(
            messages: prompt.messages, maximumOutputTokens: prompt.maximumOutputTokens,
            sampling: context.configuration.sampling)
    }

    private static func screen(_ turn: BegunTurn, _ context: CompanionContext) async throws -> ScreeningVerdict {
        guard let screening = context.screening, let message = turn.context.message else { return .allow }
        return try await screening.screen(message, in: turn.context)
    }

    func attach(_ stream: LanguageModelStream) { model = stream.makeAsyncIterator() }

    // MARK: The stream

    func next(isolation: isolated (any Actor)?) async throws -> ReplyEvent? {
        if !pending.isEmpty { return pending.removeFirst() }
        guard phase == .streaming, case .turn(_, let progress, let context) = source else { return nil }
        do {
            while let event = try await model?.next(isolation: isolation) {
                switch event {
                case .text(let piece), .refusal(let piece):
                    guard let event = try await deliver(piece, progress, context) else { continue }
                    return event
                case .usage(let usage): self.usage = usage
                case .finish(let reason): finish = reason
                }
            }
            return try await conclude(progress)
        } catch {
            if phase == .streaming { try? await end(Self.status(after: error)) }
            throw error
        }
    }

    /// Takes a piece through the screen into the reply; nil where nothing of it may be delivered yet.
    nonisolated(nonsending) private func deliver(
        _ piece: String, _ progress: TurnProgress, _ context: CompanionContext
    ) async throws -> ReplyEvent? {
        var piece = piece.utf8.contains(0) ? piece.replacingNUL : piece
        var verdict = ScreeningVerdict.allow
        if screen != nil, let screened = screen?.feed(piece) { (piece, verdict) = (screened.text, screened.verdict) }
        if !piece.isEmpty {
            guard let bytes = progress.append(piece) else {
                throw CompanionError(.leaseLost, "Another turn has taken over this chat.")
            }
            if bytes > context.configuration.maximumReplyBytes, verdict == .allow {
                try await end(.interrupted)
                pending.insert(
                    .notice("The reply was cut: it is longer than \(context.configuration.maximumReplyBytes) bytes."),
                    at: 0)
            }
        }
        if case .block(let reason) = verdict { try await end(.blocked, blockedReason: reason) }
        if !piece.isEmpty { return .text(piece) }
        return pending.isEmpty ? nil : pending.removeFirst()
    }

    /// The model has said all: gives what the screen held back, then keeps the reply.
    nonisolated(nonsending) private func conclude(_ progress: TurnProgress) async throws -> ReplyEvent? {
        guard let reason = finish else {
            throw CompanionError(.unavailable, "The model's response broke off before its end.")
        }
        var held = ScreenedText("")
        if let rest = screen?.finish() {
            held = rest
            screen = nil
            if !held.text.isEmpty { _ = progress.append(held.text) }
        }
        if case .block(let blocked) = held.verdict {
            try await end(.blocked, blockedReason: blocked)
        } else if reason == .contentFilter {
            try await end(.blocked, blockedReason: "The provider's filter ended the reply.")
        } else if progress.text.isEmpty {
            throw CompanionError(.malformedResponse, "The model sent an empty reply. Try again.")
        } else {
            try await end(.complete)
        }
        return held.text.isEmpty ? pending.removeFirst() : .text(held.text)
    }

    // MARK: The end

    /// The reader has left, or the turn has failed before it could stream.
    func leave(_ policy: LeavePolicy, isolation: isolated (any Actor)?) async throws {
        guard phase == .streaming, case .turn = source else { return }
        if policy == .finish, !Task.isCancelled, model != nil {
            // What the model does wrong now is kept with the reply, and no longer this reader's concern.
            while phase == .streaming, (try? await next(isolation: isolation)) != nil {}
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
        guard case .turn(let turn, let progress, let context) = source else { return }
        phase = .ended
        let settlement = TurnSettlement(
            turn: turn, context: context, text: progress.text, status: status, finishReason: finish,
            usage: model == nil ? nil : usage ?? estimate(progress.text, turn, context), saves: progress.saves,
            blocksMessage: blocksMessage)
        let message = try await settlement.perform()
        if let blockedReason { pending.append(.blocked(reason: blockedReason)) }
        pending.append(.finished(message))
    }

    private func estimate(_ text: String, _ turn: BegunTurn, _ context: CompanionContext) -> TokenUsage {
        let written = turn.isContinuation ? String(text.dropFirst(turn.alternative.text.count)) : text
        return TokenUsage(
            promptTokens: promptTokens, completionTokens: context.tokenCounter.count(written), isEstimate: true)
    }
}

extension String {
    /// With U+FFFD in place of NUL, which not every store can keep.
    fileprivate var replacingNUL: String {
        String(String.UnicodeScalarView(unicodeScalars.map { $0.value == 0 ? "\u{FFFD}" : $0 }))
    }
}
