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
    /// What the summary takes, which is shown where the history is not whole.
    var summaryTokens: Int
    /// History is cut at sequence numbers that are one more than a multiple of this.
    var step: Int

    /// The sequence number from which on the chat's messages are shown; 0 where all are.
    ///
    /// - Parameter tokens: What is recalled, with what a provider adds around it.
    public func first(whenRecalling tokens: Int) -> Int {
        let room = max(0, room - tokens)
        let whole = start(room: room)
        if whole == 0, reachesStart { return 0 }
        return entries[summaryTokens <= room ? start(room: room - summaryTokens) : whole].sequence
    }

    private func start(room: Int) -> Int {
        Self.start(room: room, step: step, count: entries.count) { (entries[$0].sequence, entries[$0].tokens) }
    }

    /// The index of the first message that is shown where older ones than the newest may have `room` tokens.
    static func start(
        room: Int, step: Int, count: Int, entry: (Int) -> (sequence: Int, tokens: Int)
    ) -> Int {
        guard count > 1 else { return 0 }
        var start = count - 1
        var used = 0
        while start > 0 {
            let cost = entry(start - 1).tokens
            guard used + cost <= room else { break }
            used += cost
            start -= 1
        }
        guard start > 0 else { return 0 }
        // Cut at a step, unless that costs more than a quarter of what would fit.
        let step = max(1, step)
        var stepped = start
        var lost = 0
        while stepped < count - 1, (entry(stepped).sequence - 1) % step != 0 {
            lost += entry(stepped).tokens
            stepped += 1
        }
        return lost * 4 <= used && stepped < count - 1 ? stepped : start
    }
}
