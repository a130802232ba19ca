/// Where a history that does not fit is cut: so that its beginning stays the same for many turns, and providers can cache it.
struct HistoryCut: Sendable, Hashable {
    /// The tokens that older messages than the newest would have if nothing came and went beside them.
    var whole: Int
    /// History is cut at sequence numbers that are one more than a multiple of this.
    var step: Int
    /// Whether lore or memories come and go: then they count as a whole number of eighths, so that they do not move the place.
    var isSteady: Bool

    /// The index of the first message that is shown where older ones than the newest may have `room` tokens. The newest one
    /// always is.
    func start(room: Int, count: Int, entry: (Int) -> (sequence: Int, tokens: Int)) -> Int {
        guard count > 1 else { return 0 }
        var (start, used) = first(within: room, count: count, entry)
        guard start > 0 else { return 0 }
        let steady = steadyRoom(room)
        if steady < room { (start, used) = first(within: steady, count: count, entry) }
        return atAStep(from: start, used: used, count: count, entry)
    }

    private func first(
        within room: Int, count: Int, _ entry: (Int) -> (sequence: Int, tokens: Int)
    ) -> (start: Int, used: Int) {
        var start = count - 1
        var used = 0
        while start > 0 {
            let cost = entry(start - 1).tokens
            guard used + cost <= room else { break }
            used += cost
            start -= 1
        }
        return (start, used)
    }

    /// At a step, unless that costs more than half of what would fit: and among the steps at the roundest, the greatest
    /// power of two of them, because that one stays the place for the most turns. No memory of earlier turns is needed.
    private func atAStep(
        from start: Int, used: Int, count: Int, _ entry: (Int) -> (sequence: Int, tokens: Int)
    ) -> Int {
        let step = max(1, step)
        var (best, roundness, lost) = (start, -1, 0)
        for index in start..<(count - 1) where lost * 2 <= used {
            let (sequence, tokens) = entry(index)
            let (steps, rest) = (sequence - 1).quotientAndRemainder(dividingBy: step)
            if rest == 0, steps.trailingZeroBitCount > roundness {
                (best, roundness) = (index, steps.trailingZeroBitCount)
            }
            lost += tokens
        }
        return best
    }

    private func steadyRoom(_ room: Int) -> Int {
        let part = max(1, whole / 8)
        let parts = max((whole - room + part - 1) / part, isSteady ? 1 : 0)
        return min(room, max(whole - parts * part, 0))
    }
}
