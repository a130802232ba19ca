/// Which messages of its chat a prompt will show, depending on how many tokens of it are recalled.
public struct VisibleHistory: Sendable, Hashable {
    struct Entry: Sendable, Hashable {
        var sequence: Int
        var tokens: Int
    }

    /// Oldest first; the newest one is always shown.
    var entries: [Entry]
    /// Whether the first of them is the chat's first message.
    var reachesStart: Bool
    /// Tokens that all but the newest message, and what stands for what is left out, may have.
    var room: Int
    /// The most that lore may take.
    var loreTokens: Int
    /// What the summary takes, which is shown where the history is not whole.
    var summaryTokens: Int
    /// History is cut at sequence numbers that are one more than a multiple of this.
    var step: Int

    /// The sequence number from which on the chat's messages are shown; 0 where all are.
    ///
    /// - Parameter tokens: What is recalled, with what a provider adds around it.
    public func first(whenRecalling tokens: Int) -> Int {
        let left = max(0, room - loreTokens - tokens)
        if start(whole: room, room: left) == 0, reachesStart { return 0 }
        let summary = summaryTokens <= left ? summaryTokens : 0
        return entries[start(whole: room - summary, room: left - summary)].sequence
    }

    private func start(whole: Int, room: Int) -> Int {
        HistoryCut(whole: whole, step: step, isSteady: true)
            .start(room: room, count: entries.count) { (entries[$0].sequence, entries[$0].tokens) }
    }
}
