/// A search for all terms of a matcher in one text that comes piece by piece.
///
/// The result does not depend on how the text is cut. Linear time; the memory is bounded by the longest term.
public struct KeywordScan: Sendable {
    private let automaton: KeywordAutomaton
    private var folding = TextFolding()
    private var position: KeywordPosition
    private var ring: [LetterGroup]

    init(_ automaton: KeywordAutomaton) {
        self.automaton = automaton
        position = KeywordPosition()
        var capacity = 64
        while capacity < automaton.longestEntry * 4 { capacity *= 2 }
        ring = [LetterGroup](repeating: LetterGroup(), count: capacity)
    }

    /// The next piece of the text: gives the matches that it decides.
    public mutating func feed(_ piece: String) -> [KeywordMatch] {
        var piece = piece
        return piece.withUTF8 { feed($0) }
    }

    /// Whole scalars of valid UTF-8.
    mutating func feed(_ bytes: UnsafeBufferPointer<UInt8>) -> [KeywordMatch] {
        work { runner, folding in
            folding.feed(bytes, into: &runner)
            runner.foresee(folding.gap)
        }
    }

    /// The text has ended: gives the matches that were open.
    public mutating func finish() -> [KeywordMatch] {
        work { runner, _ in runner.end() }
    }

    /// Where what may still become a match begins, as an offset in the text so far; its end where there is no such thing.
    public var undecidedStart: Int {
        var start = folding.symbol?.start ?? folding.offset
        for match in position.open { start = min(start, match.match.range.lowerBound) }
        let depth = automaton.depth(of: position.state) { depth in
            let group = firstGroup(ofLast: depth)
            let isSpaced = group + 1 < position.count && at(group + 1).run == at(group).run
            return isSpaced || at(group).isBoundary(after: group > 0 ? at(group - 1) : nil)
        }
        return depth == 0 ? start : min(start, at(firstGroup(ofLast: depth)).start)
    }

    /// The group with which the last so many runs begin, as far back as is remembered.
    private func firstGroup(ofLast runs: Int) -> Int {
        let first = position.run &- UInt32(runs) &+ 1
        var index = position.count - 1
        while index > 0, position.count - index < ring.count - 1, at(index - 1).run >= first { index -= 1 }
        return index
    }

    private func at(_ index: Int) -> LetterGroup { ring[index & (ring.count - 1)] }

    private mutating func work(_ body: (inout KeywordRunner, inout TextFolding) -> Void) -> [KeywordMatch] {
        let capacity = ring.count
        // Out of self, so that the pieces can be changed together.
        var (position, folding) = (position, folding)
        ring.withUnsafeMutableBufferPointer { ring in
            automaton.table.withUnsafeBufferPointer { table in
                guard let ring = ring.baseAddress, let table = table.baseAddress else { return }
                var runner = KeywordRunner(
                    automaton: automaton, table: table, ring: ring, mask: capacity - 1, position: position)
                body(&runner, &folding)
                position = runner.position
            }
        }
        let decided = position.decided
        if !decided.isEmpty { position.decided = [] }
        (self.position, self.folding) = (position, folding)
        return decided
    }
}
