/// How far a scan has come.
struct KeywordPosition: Sendable {
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
}

/// What a scan has found and not yet given.
struct KeywordFindings: Sendable {
    /// A match that an innocent may yet cover.
    struct Open: Sendable {
        var match: KeywordMatch
        /// The run with which it begins.
        var run: UInt32
    }

    var open: [Open] = []
    var decided: [KeywordMatch] = []
}

/// Takes the letters of one piece through the automaton.
struct KeywordRunner: FoldingSink {
    /// A run of more equal letters than this is part of no match.
    static let longestRun: UInt8 = 32

    let automaton: KeywordAutomaton
    let table: UnsafePointer<KeywordAutomaton.State>
    let symbols: UnsafePointer<UInt8>
    let ring: UnsafeMutablePointer<LetterGroup>
    let mask: Int
    let findings: UnsafeMutablePointer<KeywordFindings>
    var position: KeywordPosition

    /// One step of the automaton for each byte. The letters that a check may look back to are noted afterwards.
    mutating func take(
        stretch bytes: UnsafeBufferPointer<UInt8>, from start: Int, at base: Int,
        _ separation: inout TextFolding.Separation
    ) -> Int {
        // Far enough from the bounds on repetitions and separators, which are not counted on the way.
        guard let first = bytes.baseAddress, separation.gap != .end, separation.count <= Self.block,
            position.length <= 2 * Self.block, position.state & KeywordAutomaton.outputBit == 0,
            findings.pointee.open.isEmpty
        else { return start }
        let (end, state) = walk(first, start..<bytes.count)
        if end > start {
            note(first, start..<end, at: base, &separation, depth: automaton.depth(of: state))
            position.state = state
        }
        return end
    }

    private static let block = 8

    /// Goes on until a term may have ended, or something comes that is not plain or may exceed a bound.
    private func walk(
        _ bytes: UnsafePointer<UInt8>, _ range: Range<Int>
    ) -> (end: Int, state: KeywordAutomaton.State) {
        let (table, symbols) = (table, symbols)
        var state = position.state
        var index = range.lowerBound
        while index + Self.block <= range.upperBound {
            let before = state
            for offset in 0..<Self.block {
                let symbol = symbols[Int(bytes[index + offset])]
                let next = table[Int(state) | Int(symbol)]
                guard next & KeywordAutomaton.outputBit != 0 else {
                    state = next
                    continue
                }
                let following = index + offset + 1
                if next == KeywordAutomaton.outputBit { return (following - 1, state) }
                // A whole word does not end where a letter follows.
                let ends = next & KeywordAutomaton.insideBit != 0 || following == range.upperBound
                if ends || symbols[Int(bytes[following])] >= 26 { return (following, next) }
                state = next & KeywordAutomaton.row
            }
            if state == before, isOneRun(bytes + index) { break }
            index += Self.block
        }
        // With its flags: a separator leads to where it is.
        return (index, table[Int(state) | automaton.separator])
    }

    /// Whether a block has no two different letters.
    private func isOneRun(_ bytes: UnsafePointer<UInt8>) -> Bool {
        var letter: UInt8?
        for offset in 0..<Self.block {
            let symbol = symbols[Int(bytes[offset])]
            guard symbol < 26 else { continue }
            if let letter, letter != symbol { return false }
            letter = symbol
        }
        return true
    }

    /// Notes the groups of the last `depth` runs, and of the one before, which says whether a word begins there.
    private mutating func note(
        _ bytes: UnsafePointer<UInt8>, _ range: Range<Int>, at base: Int, _ separation: inout TextFolding.Separation,
        depth: Int
    ) {
        var start = range.lowerBound
        var (runs, letter, index) = (0, UInt8.max, range.upperBound)
        while index > start {
            index -= 1
            let symbol = symbols[Int(bytes[index])]
            guard symbol < 26, symbol != letter else { continue }
            runs += 1
            letter = symbol
            if runs > depth + 1 {
                start = index + 1
                separation = .none
                // Nothing that was noted before goes on.
                position.value = .max
            }
        }
        for index in start..<range.upperBound {
            let byte = bytes[index]
            guard symbols[Int(byte)] < 26 else {
                separation.add(FoldingTable.shared[UInt32(byte)].kind == .hard ? .hard : .soft)
                continue
            }
            let (value, place) = (UInt32(byte | 0x20), base + index..<base + index + 1)
            if value == position.value {
                lengthen(place, separation.gap, .letter, mayBeL: false)
            } else {
                begin(value, place, separation.gap, .letter, mayBeL: false)
            }
            separation = .none
        }
    }

    @inline(__always)
    mutating func take(
        plain bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, at base: Int, _ gap: FoldedLetter.Gap
    ) {
        // In registers, as long as nothing happens but steps.
        let (table, ring, mask) = (table, ring, mask)
        var (state, value, count, run) = (position.state, position.value, position.count, position.run)
        var hasOpen = !findings.pointee.open.isEmpty
        var gap = gap
        for index in range {
            let next = UInt32(bytes[index] | 0x20)
            let place = base + index..<base + index + 1
            if next == value || state & KeywordAutomaton.outputBit != 0 || hasOpen || gap == .end {
                go(to: state, value, count, run)
                take(next, place, gap, .letter, mayBeL: false)
                (state, value, count, run) = (position.state, position.value, position.count, position.run)
                hasOpen = !findings.pointee.open.isEmpty
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
            let isBoundary = gap != .none || sign == .symbol || value.isUnspaced
            if isBoundary || position.state & KeywordAutomaton.insideBit != 0 { check(isBoundary: isBoundary) }
        }
        if gap == .end { position.state = 0 }
        begin(value, range, gap, sign, mayBeL: mayBeL)
        step(value)
        if !findings.pointee.open.isEmpty { decide() }
    }

    /// The first letter of a run.
    @inline(__always)
    private mutating func begin(
        _ value: UInt32, _ range: Range<Int>, _ gap: FoldedLetter.Gap, _ sign: FoldedLetter.Sign, mayBeL: Bool
    ) {
        position.run &+= 1
        position.length = 1
        add(value, range, gap, sign, mayBeL: mayBeL)
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
            if !findings.pointee.open.isEmpty { decide() }
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
            position.state = table[Int((position.state & KeywordAutomaton.row) | column)]
        } else if automaton.shift == 5 {
            position.state = 0
        } else {
            for symbol in KeywordAutomaton.symbols(of: value) {
                position.state = table[Int(position.state & KeywordAutomaton.row) | symbol]
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
        let known = findings.pointee.decided.count
        automaton.forEachEntry(in: position.state) { entry in
            guard !entry.isAllowance, isBoundary || !entry.isWholeWord, let start = check.start(of: entry) else {
                return
            }
            let group = ring[start & mask]
            let match = KeywordMatch(term: entry.term, range: group.start..<last.end)
            // Two ways to write a term can both be found in one place.
            if entry.hasAllowance {
                guard !findings.pointee.open.contains(where: { $0.match == match }) else { return }
                findings.pointee.open.append(KeywordFindings.Open(match: match, run: group.run))
            } else if !findings.pointee.decided[known...].contains(match) {
                findings.pointee.decided.append(match)
            }
        }
        guard automaton.hasAllowances, !findings.pointee.open.isEmpty else { return }
        automaton.forEachEntry(in: position.state) { entry in
            guard entry.isAllowance, let start = check.start(of: entry) else { return }
            let covered = ring[start & mask].start..<last.end
            findings.pointee.open.removeAll { $0.match.term == entry.term && covered.contains($0.match.range) }
        }
    }

    /// Decides the open matches that no innocent can cover any more: what may still match begins behind them.
    private mutating func decide() {
        let first = position.run &- UInt32(automaton.depth(of: position.state)) &+ 1
        findings.pointee.open.removeAll { open in
            if open.run >= first { return false }
            findings.pointee.decided.append(open.match)
            return true
        }
    }
}

extension Range<Int> {
    fileprivate func contains(_ other: Range<Int>) -> Bool {
        lowerBound <= other.lowerBound && other.upperBound <= upperBound
    }
}
