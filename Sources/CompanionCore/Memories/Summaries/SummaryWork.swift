#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Sums up what no longer fits a chat's prompt: the summary so far and what was said since make the next one.
struct SummaryWork: Sendable {
    static let maximumBytes = 8_192
    /// The most messages that one call of the model is shown.
    private static let maximumMessages = 200

    let context: CompanionContext
    let user: User.ID
    let chat: Chat.ID

    private struct Material: Sendable {
        var chat: Chat
        var writer: SummaryWriter
        var previous: ChatSummary?
        var through: Int
        /// Whether more was lost than one call is shown.
        var isCut: Bool
    }

    /// - Parameter lost: The sequence number of the last message that no longer fits the prompt.
    func perform(lost: Int, for claim: JobClaim) async throws {
        guard let material = try await context.store.read({ try read(lost: lost, in: $0) }) else { return }
        let text = try await material.writer.write(with: context.languageModel)
        let summary = ChatSummary(
            chat: chat, user: user, text: text.cut(to: Self.maximumBytes), throughSequence: material.through,
            updatedAt: context.clock.stamp)
        try await uncancelled { [context] in
            try await context.store.transaction {
                try keep(summary, from: material, lost: lost, for: claim, in: $0)
            }
        }
    }

    /// Nil where there is nothing to sum up.
    private func read(lost: Int, in transaction: any StoreTransaction) throws -> Material? {
        guard let chat = try transaction.chats.chat(chat, of: user) else { return nil }
        let previous = try transaction.summaries.summary(of: chat.id, of: user)
        let after = previous?.throughSequence ?? 0
        let forgotten = try transaction.memories.forgottenMessages(of: user)
        let page = try transaction.messages.messages(
            in: chat.id, of: user, after: after, limit: Self.maximumMessages
        ).filter { $0.sequence <= lost }
        guard !page.isEmpty else { return nil }
        var lines: [MemoryBatch.Line] = []
        var tokens = 0
        var through = page[0].sequence
        for (index, message) in page.enumerated() {
            tokens += context.tokenCounter.count(message.text)
            if index > 0, tokens > context.configuration.memory.maximumBatchTokens { break }
            through = message.sequence
            guard !forgotten.contains(message.id), message.alternative.status != .blocked, !message.text.isBlank else {
                continue
            }
            lines.append(
                .init(
                    number: lines.count + 1, author: message.author, text: message.text.cut(to: Self.maximumBytes),
                    saidAt: message.createdAt, isCitable: false))
        }
        let person = try transaction.users.require(user)
        let character = try transaction.characters.require(in: chat)
        let writer = SummaryWriter(
            person: person.name, character: Macros(of: character, and: person).character,
            previous: previous?.text ?? "", lines: lines, tokens: context.configuration.memory.summaryTokens,
            counter: context.tokenCounter)
        return Material(
            chat: chat, writer: writer, previous: previous, through: through,
            isCut: through < (page.last?.sequence ?? 0) || page.count == Self.maximumMessages)
    }

    private func keep(
        _ summary: ChatSummary, from material: Material, lost: Int, for claim: JobClaim,
        in transaction: any StoreTransaction
    ) throws {
        try claim.complete(in: transaction)
        guard try transaction.chats.chat(chat, of: user) != nil else { return }
        let changes = try transaction.messages.changes(
            in: chat, of: user, after: material.chat.revision, limit: .max)
        guard try transaction.summaries.summary(of: chat, of: user) == material.previous,
            !changes.contains(where: { $0.message.sequence <= summary.throughSequence })
        else {
            throw CompanionError(.conflict, "What was summed up was changed meanwhile.", retry: .backOff)
        }
        // A blank one is kept too: it tells how far was read.
        try transaction.summaries.put(summary)
        guard material.isCut else { return }
        try MemoryTriggers(context: context).summarise(
            chat, of: user, lost: lost, at: summary.updatedAt, transaction: transaction)
    }
}
