#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Takes back what was learnt from messages that were changed, in the transaction of their change.
///
/// What came from a message is deleted with it, because nobody can tell which part of a statement rests on which of its
/// sources; the other messages that it came from are read again. What it had replaced is true again.
struct MemoryRetraction: Sendable {
    let context: CompanionContext
    let user: User.ID
    let now: Date

    /// The messages of a chat that were changed after a revision, whatever changed them. From the character's nothing was
    /// learnt; they count for the summary.
    func retract(changedIn chat: Chat.ID, after revision: Int, in transaction: any StoreTransaction) throws {
        // All at once: a change of very many messages has one revision for all of them, and can't be paged by it.
        let changes = try transaction.messages.changes(in: chat, of: user, after: revision, limit: .max)
        guard let first = changes.map(\.message.sequence).min() else { return }
        if let summary = try transaction.summaries.summary(of: chat, of: user), first <= summary.throughSequence {
            _ = try transaction.summaries.delete(of: chat, of: user)
        }
        let triggers = MemoryTriggers(context: context)
        try triggers.index(of: user, at: now, transaction: transaction)
        let said = changes.filter { $0.message.author == .user }
        guard !said.isEmpty else { return }
        let touched = Set(said.map(\.message.id))
        for change in said {
            for memory in try transaction.memories.memories(from: change.message.id, of: user) {
                try retract(memory, from: touched, in: transaction)
            }
        }
        let alive = said.filter { !$0.isDeleted }.map(\.message.sequence)
        if !alive.isEmpty { try transaction.coverage.reopen(alive, in: chat, of: user) }
        try triggers.afterChange(in: chat, of: user, at: now, transaction: transaction)
    }

    /// Everything that came from a chat that is about to be deleted.
    func retract(all chat: Chat.ID, in transaction: any StoreTransaction) throws {
        var last: Memory.ID?
        while true {
            let page = try transaction.memories.memories(of: user, after: last, limit: 500)
            for memory in page {
                let touched = memory.sources.compactMap(\.message).filter { $0.chat == chat }.map(\.message)
                guard !touched.isEmpty else { continue }
                // As it is now: an earlier one of the page may have changed it.
                guard let memory = try transaction.memories.memory(memory.id, of: user) else { continue }
                try retract(memory, from: Set(touched), in: transaction)
            }
            guard page.count == 500 else { break }
            last = page.last?.id
        }
        try MemoryTriggers(context: context).index(of: user, at: now, transaction: transaction)
    }

    private func retract(
        _ memory: Memory, from touched: Set<Message.ID>, in transaction: any StoreTransaction
    ) throws {
        let own = memory.sources.filter { $0.message == nil }
        if own.isEmpty {
            try delete(memory, in: transaction)
        } else {
            // The person wrote it down too: that stays.
            var memory = memory
            memory.sources = own
            memory.updatedAt = now
            try transaction.memories.update(memory)
        }
        var others: [Chat.ID: [Int]] = [:]
        for source in memory.sources.compactMap(\.message) where !touched.contains(source.message) {
            others[source.chat, default: []].append(source.sequence)
        }
        let triggers = MemoryTriggers(context: context)
        for (chat, sequences) in others.sorted(by: { $0.key < $1.key })
        where try transaction.chats.chat(chat, of: user) != nil {
            try transaction.coverage.reopen(sequences, in: chat, of: user)
            try triggers.afterChange(in: chat, of: user, at: now, transaction: transaction)
        }
    }

    /// Deletes a memory; what it had replaced is true again, or was replaced by what replaced it.
    private func delete(_ memory: Memory, in transaction: any StoreTransaction) throws {
        for var older in try transaction.memories.memories(supersededBy: memory.id, of: user) {
            older.supersededBy = memory.supersededBy
            older.invalidAt = memory.supersededBy == nil ? nil : memory.invalidAt
            older.updatedAt = now
            try transaction.memories.update(older)
        }
        _ = try transaction.memories.delete(memory.id, of: user)
    }
}
