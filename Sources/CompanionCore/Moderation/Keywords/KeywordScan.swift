/// A search for all terms of a matcher in one text that comes piece by piece.
///
/// The result does not depend on how the text is cut. Linear time; the memory is bounded by the longest term.
public struct KeywordScan: Sendable {
    private let automaton: KeywordAutomaton
    private var folding = TextFolding()
    private var position = KeywordPosition()
    private var findings = KeywordFindings()
    private var ring: [LetterGroup]

    init(_ automaton: KeywordAutomaton) {
        self.automaton = automaton
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
        Self.work(automaton, &position, &findings, &ring, &folding) { runner, folding in
            folding.feed(bytes, into: &runner)
            runner.foresee(folding.gap)
        }
        return decided()
    }

    /// The text has ended: gives the matches that were open.
    public mutating func finish() -> [KeywordMatch] {
        Self.work(automaton, &position, &findings, &ring, &folding) { runner, _ in runner.end() }
        return decided()
    }

    /// Where what may still become a match begins, as an offset in the text so far; its end where there is no such thing.
    public var undecidedStart: Int {
        var start = folding.symbol?.start ?? folding.offset
        for open in findings.open { start = min(start, open.match.range.lowerBound) }
        guard !automaton.isRoot(position.state) else { return start }
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

    private mutating func decided() -> [KeywordMatch] {
        guard !findings.decided.isEmpty else { return [] }
        defer { findings.decided = [] }
        return findings.decided
    }

    @inline(__always)
    private static func work(
        _ automaton: KeywordAutomaton, _ position: inout KeywordPosition, _ findings: inout KeywordFindings,
        _ ring: inout [LetterGroup], _ folding: inout TextFolding,
        _ body: (inout KeywordRunner, inout TextFolding) -> Void
    ) {
        let capacity = ring.count
        withUnsafeMutablePointer(to: &findings) { findings in
            ring.withUnsafeMutableBufferPointer { ring in
                automaton.withTable { table, symbols in
                    guard let ring = ring.baseAddress else { return }
                    var runner = KeywordRunner(
                        automaton: automaton, table: table, symbols: symbols, ring: ring, mask: capacity - 1,
                        findings: findings, position: position)
                    body(&runner, &folding)
                    position = runner.position
                }
            }
        }
    }
}
