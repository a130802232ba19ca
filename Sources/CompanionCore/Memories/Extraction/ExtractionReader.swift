/// Reads batches.
struct ExtractionReader: Sendable {
    let context: CompanionContext
    let user: User.ID
    /// The most messages of the batch.
    var limit: Int

    private static let maximumLineBytes = 8_192
    private static let maximumContextBytes = 1_024

    /// Nil where the chat is gone.
    func read(_ chat: Chat.ID, in transaction: any StoreTransaction) throws -> ExtractionBatch? {
        guard let chat = try transaction.chats.chat(chat, of: user) else { return nil }
        let person = try transaction.users.require(user)
        let character = try transaction.characters.require(in: chat)
        let cursor = try transaction.coverage.cursor(of: chat.id, of: user)
        let reopened = try transaction.coverage.reopened(in: chat.id, of: user, limit: limit)
        var batch = ExtractionBatch(
            chat: chat,
            lines: MemoryBatch(person: person.name, character: Macros(of: character, and: person).character, lines: []),
            known: try KnownFacts(of: user, person: person.name, in: transaction.memories), oldCursor: cursor,
            newCursor: cursor, reopened: reopened, hasMore: reopened.count == limit)

        var citable: [Message] = []
        var around: [Message] = []
        for sequence in reopened {
            let found = try transaction.messages.messages(in: chat.id, of: user, after: sequence - 1, limit: 1)
            guard let message = found.first, message.sequence == sequence else { continue }
            citable.append(message)
            around += try transaction.messages.messages(in: chat.id, of: user, before: sequence, limit: 1)
        }
        let room = limit - reopened.count
        if room > 0, chat.lastSequence > cursor {
            let fresh = try fresh(in: chat, after: cursor, room: room, of: &batch, transaction)
            if let first = fresh.first {
                around += try transaction.messages.messages(in: chat.id, of: user, before: first.sequence, limit: 2)
            }
            citable += fresh
        }
        if batch.newCursor < chat.lastSequence, room <= 0 { batch.hasMore = true }
        // Of who wants no memory, messages are covered and not read.
        if person.preferences.isMemoryEnabled { add(citable, around: around, to: &batch) }
        return batch
    }

    /// The messages after the cursor, as far as they are settled and there is room.
    private func fresh(
        in chat: Chat, after cursor: Int, room: Int, of batch: inout ExtractionBatch,
        _ transaction: any StoreTransaction
    ) throws -> [Message] {
        var page = try transaction.messages.messages(in: chat.id, of: user, after: cursor, limit: room + 1)
        // What is being answered may still be blocked: it waits until its turn has ended.
        if var open = page.firstIndex(where: { message in message.alternatives.contains { $0.status == .generating } })
        {
            if open > 0, page[open - 1].author == .user { open -= 1 }
            batch.newCursor = max(cursor, page[open].sequence - 1)
            page.removeSubrange(open...)
        } else {
            batch.newCursor = page.count > room ? page[room].sequence - 1 : chat.lastSequence
        }
        if page.count > room { page.removeLast() }
        var tokens = 0
        for (index, message) in page.enumerated() {
            tokens += context.tokenCounter.count(message.text)
            guard index > 0, tokens > context.configuration.memory.maximumBatchTokens else { continue }
            batch.newCursor = message.sequence - 1
            batch.hasMore = true
            return Array(page[..<index])
        }
        // What waits for its turn's end is called for when that ends.
        if let last = page.last, last.sequence <= batch.newCursor, page.count == room,
            batch.newCursor < chat.lastSequence
        {
            batch.hasMore = true
        }
        return page
    }

    private func add(_ citable: [Message], around: [Message], to batch: inout ExtractionBatch) {
        let readAnew = Set(citable.map(\.id))
        var seen: Set<Message.ID> = []
        let messages = (citable + around)
            .filter { seen.insert($0.id).inserted && $0.alternative.status != .blocked && !$0.text.isBlank }
            .sorted { $0.sequence < $1.sequence }
        for (index, message) in messages.enumerated() {
            let isCitable = message.author == .user && readAnew.contains(message.id)
            batch.lines.lines.append(
                .init(
                    number: index + 1, author: message.author,
                    text: message.text.cut(to: isCitable ? Self.maximumLineBytes : Self.maximumContextBytes),
                    saidAt: message.createdAt, isCitable: isCitable))
            batch.messages[index + 1] = message
        }
        let said = batch.lines.lines.lazy.filter(\.isCitable).map(\.text).joined(separator: "\n")
        let nearest = batch.known.nearest(to: said, limit: context.configuration.memory.knownPerBatch)
        for (index, memory) in nearest.enumerated() where memory.isKnown(to: batch.chat.character) {
            batch.lines.known.append(.init(number: index + 1, kind: memory.kind, text: memory.text))
            batch.knownIDs[index + 1] = memory.id
        }
    }
}
