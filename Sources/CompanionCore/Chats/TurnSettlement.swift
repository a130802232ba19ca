#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Step 7 of a turn: in one transaction, the reply as it stands, its cost, and the lease's return.
struct TurnSettlement: Sendable {
    var turn: BegunTurn
    var context: CompanionContext
    var text: String
    var status: Alternative.Status
    var finishReason: FinishReason?
    var usage: TokenUsage?
    var saves: Int
    var blocksMessage: Bool
    /// The sequence number of the last message that no longer fitted the prompt; 0 where all did.
    var lostThrough = 0

    private struct Outcome: Sendable {
        var message: Message?
        var revision: Int?
        var isKept: Bool
    }

    /// Keeps the reply. Throws `leaseLost` where another turn has taken over: then the text is kept as a further
    /// alternative that is not selected.
    func perform() async throws -> Message {
        let now = context.clock.stamp
        let outcome = try await uncancelled { try await context.store.transaction { try settle(in: $0, at: now) } }
        guard let message = outcome.message else {
            throw CompanionError(.notFound, "The reply's message was deleted while it was being written.")
        }
        guard outcome.isKept else {
            throw CompanionError(
                .leaseLost, "Another turn has taken over this chat; the text was kept beside its reply.")
        }
        remember(message, revision: outcome.revision)
        return message
    }

    private func settle(in transaction: any StoreTransaction, at now: Date) throws -> Outcome {
        let user = turn.context.user.id
        let messages = transaction.messages
        var alternative = turn.alternative
        alternative.text = text
        alternative.status = status
        alternative.finishReason = finishReason
        alternative.usage = usage.map { turn.isContinuation ? $0 + (turn.alternative.usage ?? .none) : $0 }
        alternative.updatedAt = now
        let isKept = try messages.update(
            alternative, of: turn.reply, of: user, ifGeneratedBy: turn.context.turn, at: now)
        if !isKept { try keepAside(alternative, in: messages, at: now) }
        if blocksMessage, let message = turn.message {
            var blocked = message.alternative
            blocked.status = .blocked
            _ = try messages.update(blocked, of: message.id, of: user, ifGeneratedBy: nil, at: now)
        }
        let loreState = turn.history.loreState
        if isKept, loreState != turn.loreState {
            try transaction.lorebooks.put(loreState, of: turn.context.chat, of: user)
        }
        try settleQuota(in: transaction, at: now)
        try context.admission?.settle(user: user, turn: turn.context.turn, usage: usage, in: transaction)
        try context.screening?.settle(turn.context, in: transaction)
        try transaction.leases.release(turn.lease)
        let chat = try transaction.chats.chat(turn.context.chat, of: user)
        if let chat { try leaveWork(on: chat, in: transaction, at: now) }
        return Outcome(
            message: try messages.message(turn.reply, of: user), revision: chat?.revision, isKept: isKept)
    }

    /// A message that brought nothing is not counted; what the provider counted is.
    private func settleQuota(in transaction: any StoreTransaction, at now: Date) throws {
        let isAnswered = !blocksMessage && status != .failed && !text.isEmpty
        try context.quotas?.settle(
            turn.context.turn, by: turn.context.user, model: turn.grant.model.name,
            amount: UsageAmount(
                messages: isAnswered ? 1 : 0, promptTokens: usage?.promptTokens ?? 0,
                completionTokens: usage?.completionTokens ?? 0),
            in: transaction, at: now)
    }

    /// What the turn makes due in the background.
    private func leaveWork(on chat: Chat, in transaction: any StoreTransaction, at now: Date) throws {
        let triggers = MemoryTriggers(context: context)
        let written = context.tokenCounter.count(text)
        try triggers.afterTurn(
            in: chat, at: now,
            tokens: { cursor in
                turn.history.withWindow { window in
                    window.entries.reversed().prefix { $0.sequence > cursor }.reduce(written) { $0 + $1.tokens }
                }
            }, transaction: transaction)
        let memory = context.configuration.memory
        if memory.isEnabled, lostThrough - (turn.summary?.throughSequence ?? 0) >= memory.messagesPerSummary {
            try triggers.summarise(chat.id, of: chat.user, lost: lostThrough, at: now, transaction: transaction)
        }
    }

    private func keepAside(_ alternative: Alternative, in messages: any MessageRepository, at now: Date) throws {
        let user = turn.context.user.id
        guard !text.isEmpty, let message = try messages.message(turn.reply, of: user),
            message.alternatives.count < ChatService.maximumAlternatives
        else { return }
        let aside = Alternative(
            id: context.identifiers.next(), text: text, status: .interrupted, model: alternative.model,
            usage: usage, turn: turn.context.turn, createdAt: now)
        try messages.append(aside, to: message.id, of: user, at: now)
        try messages.select(alternativeAt: message.selected, of: message.id, of: user, at: now)
    }

    /// Remembers the history for the next turn, unless somebody else changed the chat meanwhile.
    private func remember(_ message: Message, revision: Int?) {
        guard let revision, !blocksMessage, revision == turn.revision + saves + 1 else { return }
        let counter = context.tokenCounter
        let budget = PromptComposer(configuration: context.configuration.prompt)
            .budget(for: turn.grant.capabilities).prompt
        turn.history.withWindow { window in
            window.truncate(from: turn.replySequence)
            if let entry = HistoryEntry(message, counter: counter) { window.append(entry) }
            window.trim(to: budget)
        }
        context.histories.put(
            turn.history,
            for: .init(user: turn.context.user.id, chat: turn.context.chat, counter: counter.identifier),
            revision: revision)
    }
}

extension TokenUsage {
    static let none = TokenUsage(promptTokens: 0, completionTokens: 0)
}
