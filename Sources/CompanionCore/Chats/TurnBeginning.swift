#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A turn that has been recorded: it holds the chat's lease, and its reply has a place.
struct BegunTurn: Sendable {
    var context: TurnContext
    var grant: TurnGrant
    var lease: Lease
    /// What an observer is told; nil without one.
    var notes: WorkNotes?
    /// The message that is answered; nil where a reply is continued.
    var message: Message?
    var reply: Message.ID
    var replySequence: Int
    /// The alternative that is written, as it stands in the store.
    var alternative: Alternative
    /// What the prompt is made of: without the reply, but for a continuation's text so far.
    var history: TurnHistory
    /// The chat's revision when the turn had been recorded.
    var revision: Int
    var isContinuation: Bool
    /// What the chat was about before the messages that fit a prompt.
    var summary: ChatSummary?
    /// What the chat remembered of lore when the turn began.
    var loreState: LorebookState
}

/// What becomes of a request for a turn.
enum TurnBeginning: Sendable {
    case begun(BegunTurn)
    /// The client message id is known: this is the first outcome.
    case replay(turn: Turn.ID, message: Message, reply: Message?)
}

/// Steps 1 and 3 of a turn, within the one transaction that records it: take the lease, repair what a dead process
/// left in the chat, record the message and the reply's place.
struct TurnRecorder: Sendable {
    let request: TurnRequest
    let chat: Chat.ID
    let user: User.ID
    let turn: Turn.ID
    let lease: Lease
    let holder: LeaseHolder
    let now: Date
    let context: CompanionContext

    func record(in transaction: any StoreTransaction) throws -> TurnBeginning {
        let messages = transaction.messages
        let chat = try transaction.chats.require(chat, of: user)
        let known = try request.clientID.flatMap { try messages.message(clientID: $0, in: chat.id, of: user) }
        if let known, let replay = try replay(of: known, in: messages) { return replay }
        let person = try transaction.users.require(user)
        let key = HistoryCache.Key(user: user, chat: chat.id, counter: context.tokenCounter.identifier)
        let character =
            try context.histories.character(chat.character, revision: chat.characterRevision, for: key)
            ?? transaction.characters.require(in: chat)
        let grant = try context.grant(for: user, in: transaction, at: now)
        try acquireLease(from: transaction.leases)
        if let known, let replay = try replay(of: known, in: messages, repairing: true) {
            // No turn follows that would give it back.
            try transaction.leases.release(lease)
            return replay
        }
        let newest = try repaired(
            try messages.messages(in: chat.id, of: user, before: nil, limit: 1).last, in: messages)

        let model = grant.model.name
        var alternative = Alternative(
            id: context.identifiers.next(), text: "", status: .generating, model: model, turn: turn, createdAt: now)
        var answered: Message?
        let place: (message: Message.ID, sequence: Int)
        switch request {
        case .message(let text, let clientID):
            let said = Message(
                id: context.identifiers.next(), chat: chat.id, sequence: chat.lastSequence + 1, author: .user,
                alternatives: [Alternative(id: context.identifiers.next(), text: text, turn: turn, createdAt: now)],
                clientID: clientID, createdAt: now)
            let reply = emptyReply(alternative, after: said.sequence)
            try messages.append([said, reply], to: chat.id, of: user, at: now)
            (answered, place) = (said, (reply.id, reply.sequence))
        case .regeneration:
            guard let newest else { throw Self.nothingToAnswer }
            if newest.author == .user {
                let reply = emptyReply(alternative, after: chat.lastSequence)
                try messages.append([reply], to: chat.id, of: user, at: now)
                (answered, place) = (newest, (reply.id, reply.sequence))
            } else {
                answered = try messages.messages(in: chat.id, of: user, before: newest.sequence, limit: 1).last
                guard answered != nil else { throw Self.nothingToAnswer }
                try messages.append(alternative, to: newest.id, of: user, at: now)
                place = (newest.id, newest.sequence)
            }
        case .continuation:
            guard let newest, newest.author == .character else { throw Self.nothingToContinue }
            let old = newest.alternative
            if old.text.isEmpty {
                // Nothing had come of it yet: it is written from its beginning.
                answered = try messages.messages(in: chat.id, of: user, before: newest.sequence, limit: 1).last
                guard answered != nil, old.status != .blocked else { throw Self.nothingToContinue }
            }
            alternative = Alternative(
                id: old.id, text: old.text, status: .generating, model: model, usage: old.usage, turn: turn,
                createdAt: old.createdAt, updatedAt: now)
            _ = try messages.update(alternative, of: newest.id, of: user, ifGeneratedBy: nil, at: now)
            place = (newest.id, newest.sequence)
        }

        var turnContext = TurnContext(
            turn: turn, user: person, character: character, chat: chat.id, message: answered?.text)
        if context.screening != nil { turnContext.moderation = try transaction.moderation.state(of: user) ?? .init() }
        let isContinuation = answered == nil
        let history = try history(
            for: turnContext, grant, revisionBefore: chat.revision,
            end: place.sequence + (isContinuation ? 1 : 0), in: transaction)
        let summary = try transaction.summaries.summary(of: chat.id, of: user)
        turnContext.visible = visible(in: history, grant, beside: summary)
        try reserve(for: person, grant, history: history, in: transaction)
        return .begun(
            BegunTurn(
                context: turnContext, grant: grant, lease: lease, message: answered, reply: place.message,
                replySequence: place.sequence, alternative: alternative, history: history,
                revision: try transaction.chats.require(chat.id, of: user).revision,
                isContinuation: isContinuation, summary: summary, loreState: history.loreState))
    }

    private func emptyReply(_ alternative: Alternative, after sequence: Int) -> Message {
        Message(
            id: context.identifiers.next(), chat: chat, sequence: sequence + 1, author: .character,
            alternatives: [alternative], createdAt: now)
    }

    /// Reserves what the turn may cost: the whole prompt as far as it fits, and the longest reply.
    private func reserve(
        for person: User, _ grant: TurnGrant, history: TurnHistory, in transaction: any StoreTransaction
    ) throws {
        guard let quotas = context.quotas, let entitlements = grant.entitlements else { return }
        let composer = PromptComposer(configuration: context.configuration.prompt)
        let budget = composer.budget(for: grant.capabilities)
        let preamble = history.preamble
        var prompt = history.withWindow { composer.mostTokens(of: $0, preamble: preamble, budget: budget.prompt) }
        if context.recall != nil { prompt += context.configuration.recall.tokenBudget }
        try quotas.reserve(
            (min(budget.prompt, prompt), budget.reply), for: turn, by: person, as: entitlements,
            model: grant.model.name, in: transaction, at: now)
    }

    // MARK: The lease

    private func acquireLease(from leases: any LeaseRepository) throws {
        guard let other = try leases.acquire(lease, now: now, replacing: nil) else { return }
        if holder.isGone(other.holder), try leases.acquire(lease, now: now, replacing: other.token) == nil { return }
        let wait = Duration.milliseconds(max(0, other.expiresAt.millisecondsSince1970 - now.millisecondsSince1970))
        throw CompanionError(
            .busy, "Another turn goes on in this chat; wait for its end, or at most \(wait) if its process died.",
            retry: .after(wait))
    }

    // MARK: What was before

    /// The first outcome of a message that was sent before; nil while its reply is being written.
    private func replay(
        of message: Message, in messages: any MessageRepository, repairing: Bool = false
    ) throws -> TurnBeginning? {
        var reply = try messages.messages(in: chat, of: user, after: message.sequence, limit: 1)
            .first { $0.author == .character }
        if repairing { reply = try repaired(reply, in: messages) }
        if reply?.alternative.status == .generating { return nil }
        return .replay(turn: message.alternative.turn ?? turn, message: message, reply: reply)
    }

    /// Whoever holds the lease knows that no other turn goes on: what is marked as being written was left by a dead one.
    private func repaired(_ message: Message?, in messages: any MessageRepository) throws -> Message? {
        guard var message else { return nil }
        for index in message.alternatives.indices where message.alternatives[index].status == .generating {
            message.alternatives[index].status = .interrupted
            message.alternatives[index].updatedAt = now
            _ = try messages.update(
                message.alternatives[index], of: message.id, of: user, ifGeneratedBy: nil, at: now)
        }
        return message
    }

    private func history(
        for turn: TurnContext, _ grant: TurnGrant, revisionBefore: Int, end: Int, in transaction: any StoreTransaction
    ) throws -> TurnHistory {
        let (counter, messages) = (context.tokenCounter, transaction.messages)
        let composer = PromptComposer(configuration: context.configuration.prompt)
        let budget = composer.budget(for: grant.capabilities).prompt
        let stamps = try transaction.lorebooks.stamps(in: chat, of: user)
        let key = PromptComposer.Preamble.Key(turn.character, turn.user, stamps)
        func preamble() throws -> PromptComposer.Preamble {
            try context.preamble(
                for: turn.character, and: turn.user, key: key, stamps: stamps, budget: budget, in: transaction)
        }
        guard
            let cached = context.histories.take(
                .init(user: user, chat: chat, counter: counter.identifier), revision: revisionBefore)
        else {
            var window = HistoryWindow()
            try window.fill(to: budget, before: end, in: chat, of: user, from: messages, counter: counter)
            let history = TurnHistory(character: turn.character, preamble: try preamble(), window: window)
            history.loreState = try transaction.lorebooks.state(of: chat, of: user) ?? .init()
            return history
        }
        if cached.preamble.key != key {
            cached.character = turn.character
            cached.preamble = try preamble()
        }
        try cached.withWindow { window in
            window.truncate(from: end)
            if case .message(let text, _) = request {
                window.append(
                    HistoryEntry(sequence: end - 1, author: .user, text: text, tokens: counter.count(text)))
            }
            try window.fill(to: budget, before: end, in: chat, of: user, from: messages, counter: counter)
        }
        return cached
    }

    private func visible(in history: TurnHistory, _ grant: TurnGrant, beside summary: ChatSummary?) -> VisibleHistory? {
        guard context.recall != nil else { return nil }
        let composer = PromptComposer(configuration: context.configuration.prompt)
        let budget = composer.budget(for: grant.capabilities).prompt
        let preamble = history.preamble
        return history.withWindow { window in
            composer.visibleHistory(
                in: window, preamble: preamble, summary: summary, budget: budget, counter: context.tokenCounter)
        }
    }

    private static var nothingToAnswer: CompanionError {
        CompanionError(
            .invalidInput, "There is nothing to answer: say something first. A greeting has alternatives of its own.")
    }

    private static var nothingToContinue: CompanionError {
        CompanionError(
            .invalidInput,
            "There is no reply to go on with: the newest message must be a reply that has text or was interrupted.")
    }
}
