internal import CompanionCore

struct InMemoryCoverage: CoverageRepository {
    let transaction: InMemoryTransaction
    private var tables: Tables { transaction.tables }

    init(transaction: InMemoryTransaction) { self.transaction = transaction }

    func cursor(of chat: Chat.ID, of user: User.ID) throws -> Int {
        tables.chat(chat, of: user).flatMap { tables.coverage[$0.id] } ?? 0
    }

    func advance(_ chat: Chat.ID, of user: User.ID, from old: Int, to new: Int) throws -> Bool {
        try transaction.requireWriting()
        guard new > old else { throw CompanionError(.invalidInput, "A cursor moves forward only.") }
        guard tables.chat(chat, of: user) != nil else {
            throw CompanionError(.notFound, "There is no such chat.")
        }
        guard tables.coverage[chat] ?? 0 == old else { return false }
        tables.coverage[chat] = new
        return true
    }

    func reopen(_ sequences: [Int], in chat: Chat.ID, of user: User.ID) throws {
        try transaction.requireWriting()
        guard tables.chat(chat, of: user) != nil else {
            throw CompanionError(.notFound, "There is no such chat.")
        }
        let cursor = tables.coverage[chat] ?? 0
        for sequence in sequences where sequence >= 1 && sequence <= cursor {
            tables.reopened.insert(sequence, in: chat)
        }
    }

    func reopened(in chat: Chat.ID, of user: User.ID, limit: Int) throws -> [Int] {
        guard tables.chat(chat, of: user) != nil else { return [] }
        return Array(tables.reopened.first(limit, in: chat, after: nil))
    }

    func close(_ sequences: [Int], in chat: Chat.ID, of user: User.ID) throws -> Int {
        try transaction.requireWriting()
        guard tables.chat(chat, of: user) != nil else { return 0 }
        return sequences.reduce(0) { count, sequence in
            count + tables.reopened.remove(from: sequence, through: sequence, in: chat).count
        }
    }
}

struct InMemorySummaries: SummaryRepository {
    let transaction: InMemoryTransaction
    private var tables: Tables { transaction.tables }

    init(transaction: InMemoryTransaction) { self.transaction = transaction }

    func summary(of chat: Chat.ID, of user: User.ID) throws -> ChatSummary? {
        tables.chat(chat, of: user).flatMap { tables.summaries[$0.id] }
    }

    func put(_ summary: ChatSummary) throws {
        try transaction.requireWriting()
        guard tables.chat(summary.chat, of: summary.user) != nil else {
            throw CompanionError(.notFound, "There is no such chat.")
        }
        tables.summaries[summary.chat] = summary.asStored
    }

    func delete(of chat: Chat.ID, of user: User.ID) throws -> Bool {
        try transaction.requireWriting()
        guard try summary(of: chat, of: user) != nil else { return false }
        tables.summaries[chat] = nil
        return true
    }
}
