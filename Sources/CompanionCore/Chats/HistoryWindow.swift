/// A message as the prompt needs it.
struct HistoryEntry: Sendable, Hashable {
    var sequence: Int
    var author: Message.Author
    var text: String
    /// Of the text alone, by the turn's token counter.
    var tokens: Int

    /// With what a provider adds around a message.
    var promptTokens: Int { tokens + PromptComposer.messageOverhead }
    /// About how much memory it takes, in bytes.
    var cost: Int { text.utf8.count + MemoryLayout<Self>.stride }
}

/// The newest messages of a chat, enough to fill a prompt.
struct HistoryWindow: Sendable, Hashable {
    /// Oldest first.
    private(set) var entries: [HistoryEntry] = []
    /// About how much memory the entries take, in bytes.
    private(set) var cost = 0
    /// The sum of the entries' tokens, with ``PromptComposer/messageOverhead`` for each.
    private(set) var tokens = 0
    /// True where `entries` begins with the chat's first message.
    var reachesStart = false

    mutating func append(_ entry: HistoryEntry) {
        entries.append(entry)
        tokens += entry.promptTokens
        cost += entry.cost
    }

    mutating func prepend(_ older: [HistoryEntry]) {
        entries.insert(contentsOf: older, at: 0)
        for entry in older {
            tokens += entry.promptTokens
            cost += entry.cost
        }
    }

    /// Forgets messages from `sequence` on.
    mutating func truncate(from sequence: Int) {
        while let last = entries.last, last.sequence >= sequence {
            tokens -= last.promptTokens
            cost -= last.cost
            entries.removeLast()
        }
    }

    /// Forgets the oldest messages once there are twice as many tokens as a prompt can hold, so that the work is rare.
    mutating func trim(to budget: Int) {
        guard tokens > budget * 2, budget > 0 else { return }
        var excess = tokens - budget
        var count = 0
        while count < entries.count {
            let entry = entries[count]
            guard entry.promptTokens <= excess else { break }
            excess -= entry.promptTokens
            tokens -= entry.promptTokens
            cost -= entry.cost
            count += 1
        }
        guard count > 0 else { return }
        entries.removeFirst(count)
        reachesStart = false
    }
}

extension HistoryWindow {
    /// Messages of one page while a window is filled.
    private static let pageSize = 128

    /// Reads older messages until the window holds as much as the budget, or the chat's start is reached.
    ///
    /// - Parameters:
    ///   - before: Messages from this sequence number on are left out.
    ///   - look: Sees each message that is read.
    mutating func fill(
        to budget: Int, before sequence: Int?, in chat: Chat.ID, of user: User.ID,
        from messages: any MessageRepository, counter: any TokenCounter, look: (Message) -> Void = { _ in }
    ) throws {
        guard !reachesStart else { return }
        var before = entries.first?.sequence ?? sequence
        var pages: [[HistoryEntry]] = []
        var found = tokens
        while found <= budget {
            let page = try messages.messages(in: chat, of: user, before: before, limit: Self.pageSize)
            for message in page { look(message) }
            let older = page.compactMap { HistoryEntry($0, counter: counter) }
            pages.append(older)
            found += older.reduce(0) { $0 + $1.promptTokens }
            before = page.first?.sequence
            guard page.count == Self.pageSize else {
                reachesStart = true
                break
            }
        }
        prepend(pages.reversed().flatMap(\.self))
    }
}

extension HistoryEntry {
    /// Nil for what a model is not shown: replies without text, and blocked ones.
    init?(_ message: Message, counter: any TokenCounter) {
        let alternative = message.alternative
        guard alternative.status != .blocked, !alternative.text.isEmpty else { return nil }
        self.init(
            sequence: message.sequence, author: message.author, text: alternative.text,
            tokens: counter.count(alternative.text))
    }
}
