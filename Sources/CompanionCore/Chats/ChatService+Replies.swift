extension ChatService {
    /// Says something, and hands the character's reply to `body` as a stream.
    ///
    /// The message is recorded before the model is asked, and the reply is kept whatever happens: whole, or marked as
    /// interrupted, blocked or failed. One turn at a time goes on in a chat.
    ///
    /// - Parameters:
    ///   - text: Not blank; at most ``Companion/Configuration/maximumMessageBytes``.
    ///   - clientID: The sender's name for the message. Sent again, it repeats the first outcome, without a second turn.
    ///   - whenLeft: What becomes of the reply when `body` returns or throws before the stream has ended.
    ///   - body: Reads the stream: once, in the order of the events. The model is asked as the stream is read.
    /// - Throws: `notFound`, `invalidInput`, `limitExceeded`; `busy` while another turn goes on in the chat;
    ///   `promptTooLarge`; the model's errors; `leaseLost`; `CancellationError`; what `body` throws. Where the stream
    ///   throws, the reply has been kept before.
    public func withReply<Result>(
        to text: String, in chat: Chat.ID, by user: User.ID, clientID: ClientMessageID? = nil,
        whenLeft: LeavePolicy = .cancel, isolation: isolated (any Actor)? = #isolation,
        _ body: nonisolated(nonsending) (Reply) async throws -> Result
    ) async throws -> Result {
        let request = TurnRequest.message(try checkedMessage(text), clientID: clientID)
        return try await runTurn(request, in: chat, by: user, whenLeft: whenLeft, isolation: isolation, body)
    }

    /// Lets the character answer the newest message anew: a further alternative of its last reply, or a first reply
    /// where the newest message is the person's. Otherwise as ``withReply(to:in:by:clientID:whenLeft:isolation:_:)``.
    ///
    /// Throws `invalidInput` in an empty chat and for a card's greeting, `limitExceeded` at 256 alternatives.
    public func withRegeneratedReply<Result>(
        in chat: Chat.ID, by user: User.ID, whenLeft: LeavePolicy = .cancel,
        isolation: isolated (any Actor)? = #isolation, _ body: nonisolated(nonsending) (Reply) async throws -> Result
    ) async throws -> Result {
        try await runTurn(.regeneration, in: chat, by: user, whenLeft: whenLeft, isolation: isolation, body)
    }

    /// Lets the character go on with its last reply; what comes is added to the text. A reply that was stopped before
    /// its first word is written from its beginning. Otherwise as
    /// ``withReply(to:in:by:clientID:whenLeft:isolation:_:)``.
    ///
    /// Throws `invalidInput` where the newest message is no reply, or one that was blocked before its first word.
    public func withContinuedReply<Result>(
        in chat: Chat.ID, by user: User.ID, whenLeft: LeavePolicy = .cancel,
        isolation: isolated (any Actor)? = #isolation, _ body: nonisolated(nonsending) (Reply) async throws -> Result
    ) async throws -> Result {
        try await runTurn(.continuation, in: chat, by: user, whenLeft: whenLeft, isolation: isolation, body)
    }

    /// Says something and waits for the whole reply. Throws as
    /// ``withReply(to:in:by:clientID:whenLeft:isolation:_:)``.
    public func reply(
        to text: String, in chat: Chat.ID, by user: User.ID, clientID: ClientMessageID? = nil
    ) async throws -> Message {
        try await withReply(to: text, in: chat, by: user, clientID: clientID) { reply in
            for try await case .finished(let message) in reply { return message }
            throw CompanionError(.internalInconsistency, "The reply ended without its message.")
        }
    }

    /// What the model would be shown if the person said `text` now, with what would be recalled (nil: if the newest message
    /// were answered; nothing is recalled then). Changes nothing and asks no language model.
    public func prompt(
        in chat: Chat.ID, by user: User.ID, ifSaying text: String? = nil
    ) async throws -> Prompt {
        let composer = PromptComposer(configuration: context.configuration.prompt)
        let (counter, now) = (context.tokenCounter, context.clock.stamp)
        let turn: Turn.ID = context.identifiers.next()
        let material = try await context.store.read { transaction in
            let chat = try transaction.chats.require(chat, of: user)
            let person = try transaction.users.require(user)
            let character = try transaction.characters.require(in: chat)
            let capabilities = try context.grant(for: user, in: transaction, at: now).capabilities
            let budget = composer.budget(for: capabilities).prompt
            let preamble = try context.preamble(
                for: character, and: person, stamps: try transaction.lorebooks.stamps(in: chat.id, of: user),
                budget: budget, in: transaction)
            let loreState = try transaction.lorebooks.state(of: chat.id, of: user) ?? .init()
            let summary = try transaction.summaries.summary(of: chat.id, of: user)
            var window = HistoryWindow()
            try window.fill(
                to: budget, before: nil, in: chat.id, of: user, from: transaction.messages, counter: counter)
            if let text {
                window.append(
                    HistoryEntry(sequence: .max, author: .user, text: text, tokens: counter.count(text)))
            }
            let visible = composer.visibleHistory(
                in: window, preamble: preamble, summary: summary, budget: budget, counter: counter)
            let turn = TurnContext(
                turn: turn, user: person, character: character, chat: chat.id, message: text, visible: visible)
            return (
                turn: turn, capabilities: capabilities, preamble: preamble, window: window, summary: summary,
                loreState: loreState
            )
        }
        let recalled = await TurnRecall(context: context).recall(for: material.turn)
        return try composer.compose(
            .init(
                preamble: material.preamble, history: material.window, summary: material.summary,
                recollection: recalled.recollection, loreState: material.loreState),
            for: material.capabilities, counter: counter)
    }
}

/// What a turn is to do.
enum TurnRequest: Sendable {
    case message(String, clientID: ClientMessageID?)
    case regeneration
    case continuation

    var text: String? { if case .message(let text, _) = self { text } else { nil } }
    var clientID: ClientMessageID? { if case .message(_, let clientID) = self { clientID } else { nil } }
}
