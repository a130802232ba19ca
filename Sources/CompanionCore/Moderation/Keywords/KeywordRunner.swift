/// How far a scan has come.
struct KeywordPosition: Sendable {
    /// A match that an innocent may yet cover.
    struct OpenMatch: Sendable {
        var match: KeywordMatch
        /// The run with which it begins.
        var run: UInt32
    }

    var state: KeywordAutomaton.State = 0
    /// The value of the last letter.
    var value = UInt32.max
    /// How many runs and groups there were; the last of each is `run` and `count - 1`.
    var run: UInt32 = 0
    var count = 0
    /// The letters of the last run.
    var length: UInt8 = 0
    /// Whether the entries of the state were checked already, since a separator follows.
    var isChecked = false
    var open: [OpenMatch] = []
    var decided: [KeywordMatch] = []
}

/// Takes the letters of one piece through the automaton.
struct KeywordRunner: FoldingSink {
    /// A run of more equal letters than this is part of no match.
    static let longestRun: UInt8 = 32

    let automaton: KeywordAutomaton
    let table: UnsafePointer<KeywordAutomaton.State>
    let ring: UnsafeMutablePointer<LetterGroup>
    let mask: Int
    var position: KeywordPosition

    @inline(__always)
    mutating func take(
        plain bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, at base: Int, _ gap: FoldedLetter.Gap
    ) {
        // In registers, as long as nothing happens but steps.
        let (table, ring, mask) = (table, ring, mask)
        var (state, value, count, run) = (position.state, position.value, position.count, position.run)
        var hasOpen = !position.open.isEmpty
        var gap = gap
        for index in range {
            let next = UInt32(bytes[index] | 0x20)
            let place = base + index..<base + index + 1
            if next == value || state & KeywordAutomaton.outputBit != 0 || hasOpen || gap == .end {
                go(to: state, value, count, run)
                take(next, place, gap, .letter, mayBeL: false)
                (state, value, count, run) = (position.state, position.value, position.count, position.run)
                hasOpen = !position.open.isEmpty
            } else {
                run &+= 1
                ring[count & mask] = LetterGroup(next, place, run: run, gap, .letter, mayBeL: false)
                count &+= 1
                value = next
                state = table[Int(state) | Int(next &- 97)]
            }
            gap = .none
        }
        go(to: state, value, count, run)
    }

    /// Goes on from where steps have led, each of which was a letter unlike the one before.
    @inline(__always)
    private mutating func go(to state: KeywordAutomaton.State, _ value: UInt32, _ count: Int, _ run: UInt32) {
        if count != position.count {
            position.length = 1
            position.isChecked = false
        }
        (position.state, position.value, position.count, position.run) = (state, value, count, run)
    }

    @inline(never)
    mutating func take(
        _ value: UInt32, _ range: Range<Int>, _ gap: FoldedLetter.Gap, _ sign: FoldedLetter.Sign, mayBeL: Bool
    ) {
        if value == position.value, gap != .end {
            lengthen(range, gap, sign, mayBeL: mayBeL)
            return
        }
        if position.state & KeywordAutomaton.outputBit != 0 {
            check(isBoundary: gap != .none || sign == .symbol || value.isUnspaced)
        }
        if gap == .end { position.state = 0 }
        position.run &+= 1
        position.length = 1
        add(value, range, gap, sign, mayBeL: mayBeL)
        step(value)
        if !position.open.isEmpty { decide() }
    }

    /// One more of the last letter.
    private mutating func lengthen(
        _ range: Range<Int>, _ gap: FoldedLetter.Gap, _ sign: FoldedLetter.Sign, mayBeL: Bool
    ) {
        position.length += 1
        if gap == .none {
            let index = (position.count - 1) & mask
            ring[index].append(to: range.upperBound, sign, mayBeL: mayBeL)
        } else {
            if position.state & KeywordAutomaton.outputBit != 0 { check(isBoundary: true) }
            add(position.value, range, gap, sign, mayBeL: mayBeL)
        }
        if position.length > Self.longestRun {
            position.length = Self.longestRun + 1
            position.state = 0
            if !position.open.isEmpty { decide() }
        }
    }

    @inline(__always)
    private mutating func add(
        _ value: UInt32, _ range: Range<Int>, _ gap: FoldedLetter.Gap, _ sign: FoldedLetter.Sign, mayBeL: Bool
    ) {
        ring[position.count & mask] = LetterGroup(value, range, run: position.run, gap, sign, mayBeL: mayBeL)
        position.count += 1
        position.value = value
        position.isChecked = false
    }

    @inline(__always)
    private mutating func step(_ value: UInt32) {
        let column = value &- 97
        if column < 26 {
            position.state = table[Int((position.state & ~KeywordAutomaton.outputBit) | column)]
        } else if automaton.shift == 5 {
            position.state = 0
        } else {
            for symbol in KeywordAutomaton.symbols(of: value) {
                position.state = table[Int(position.state & ~KeywordAutomaton.outputBit) | symbol]
            }
        }
    }

    // MARK: Matches

    /// The piece has ended with a separator: what it ends need not wait for the next.
    mutating func foresee(_ gap: FoldedLetter.Gap) {
        if gap != .none, position.state & KeywordAutomaton.outputBit != 0 { check(isBoundary: true) }
        if gap == .end { end() }
    }

    mutating func end() {
        if position.state & KeywordAutomaton.outputBit != 0 { check(isBoundary: true) }
        position.state = 0
        decide()
    }

    /// Checks the entries of the state, whose last run ends here.
    @inline(never)
    private mutating func check(isBoundary: Bool) {
        guard !position.isChecked else { return }
        position.isChecked = true
        let check = KeywordCheck(ring: ring, mask: mask, count: position.count)
        let last = ring[(position.count - 1) & mask]
        let isBoundary = isBoundary || last.value.isUnspaced
        let known = position.decided.count
        automaton.forEachEntry(in: position.state) { entry in
            guard !entry.isAllowance, isBoundary || !entry.isWholeWord, let start = check.start(of: entry) else {
                return
            }
            let group = ring[start & mask]
            let match = KeywordMatch(term: entry.term, range: group.start..<last.end)
            // Two ways to write a term can both be found in one place.
            if entry.hasAllowance {
                guard !position.open.contains(where: { $0.match == match }) else { return }
                position.open.append(KeywordPosition.OpenMatch(match: match, run: group.run))
            } else if !position.decided[known...].contains(match) {
                position.decided.append(match)
            }
        }
        guard automaton.hasAllowances, !position.open.isEmpty else { return }
        automaton.forEachEntry(in: position.state) { entry in
            guard entry.isAllowance, let start = check.start(of: entry) else { return }
            let covered = ring[start & mask].start..<last.end
            position.open.removeAll { $0.match.term == entry.term && covered.contains($0.match.range) }
        }
    }

    /// Decides the open matches that no innocent can cover any more: what may still match begins behind them.
    private mutating func decide() {
        let first = position.run &- UInt32(automaton.depth(of: position.state)) &+ 1
        position.open.removeAll { open in
            if open.run >= first { return false }
            position.decided.append(open.match)
            return true
        }
    }
}

extension Range<Int> {
    fileprivate func contains(_ other: Range<Int>) -> Bool {
        lowerBound <= other.lowerBound && other.upperBound <= upperBound
    }
}
