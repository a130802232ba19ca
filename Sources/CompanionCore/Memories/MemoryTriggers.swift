#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Decides when work on memories is due, and leaves it in the transaction of its cause.
struct MemoryTriggers: Sendable {
    let context: CompanionContext

    private var configuration: MemoryConfiguration { context.configuration.memory }

    /// After a turn: at once where enough was said since the cursor, else once the chat has been silent for a while.
    ///
    /// - Parameter tokens: How many tokens the messages after a sequence number have.
    func afterTurn(
        in chat: Chat, at now: Date, tokens: (Int) -> Int, transaction: any StoreTransaction
    ) throws {
        guard configuration.isEnabled else { return }
        let cursor = try transaction.coverage.cursor(of: chat.id, of: chat.user)
        let isDue =
            chat.lastSequence - cursor >= configuration.messagesPerExtraction
            || tokens(cursor) >= configuration.tokensPerExtraction
        try extract(
            chat.id, of: chat.user, at: isDue ? now : now.advanced(by: configuration.idleDelay), now, transaction)
    }

    /// A chat is to be read, or read again, once it has been silent for a while.
    func afterChange(in chat: Chat.ID, of user: User.ID, at now: Date, transaction: any StoreTransaction) throws {
        guard configuration.isEnabled else { return }
        try extract(chat, of: user, at: now.advanced(by: configuration.idleDelay), now, transaction)
    }

    func extract(
        _ chat: Chat.ID, of user: User.ID, at runAt: Date, _ now: Date, _ transaction: any StoreTransaction
    ) throws {
        try enqueue(.extraction, "\(chat)", of: user, at: runAt, now, transaction)
    }

    /// The index is to be brought in line with the person's memories.
    func index(of user: User.ID, at now: Date, transaction: any StoreTransaction) throws {
        guard context.memoryIndex != nil else { return }
        try enqueue(.indexing, "\(user)", of: user, at: now, now, transaction)
    }

    /// - Parameter lost: The sequence number of the last message that no longer fits the prompt.
    func summarise(
        _ chat: Chat.ID, of user: User.ID, lost: Int, at now: Date, transaction: any StoreTransaction
    ) throws {
        try enqueue(.summary, "\(chat)", of: user, payload: "\(lost)", at: now, now, transaction)
    }

    private func enqueue(
        _ kind: Job.Kind, _ key: String, of user: User.ID, payload: String = "", at runAt: Date, _ now: Date,
        _ transaction: any StoreTransaction
    ) throws {
        let job = Job(
            id: context.identifiers.next(), kind: kind, key: key, user: user, payload: payload, runAt: runAt,
            createdAt: now)
        _ = try transaction.jobs.enqueue(job)
    }
}
