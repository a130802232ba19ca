/// The automaton of Aho and Corasick (1975) over runs of folded letters, as one table with every transition in place.
///
/// A run of equal letters is one step, so that "shiiit" goes the way of "shit"; how long the runs were is checked where
/// a term ends. A letter from a to z is one symbol; another scalar is five, of which the first can't be taken for
/// another. States are numbered by their distance from the root, so that those that most texts visit lie together.
///
/// Each state also leads to itself by the letter that it was reached with and by separators, so that plain text needs
/// no more than a look into the table for each byte.
final class KeywordAutomaton: Sendable {
    /// A state as the table holds it: where its row begins, and two flags.
    typealias State = UInt32
    /// An entry may end here.
    static let outputBit: State = 1 << 31
    /// One of them may end here although a letter follows: it is no whole word.
    static let insideBit: State = 1 << 30
    static let row = ~(outputBit | insideBit)

    /// The rows, one after the other.
    private let table: [State]
    /// The binary logarithm of a row's length.
    let shift: UInt32
    /// The entries, those of a state together.
    let entries: [KeywordEntry]
    /// Where the entries of a state begin.
    private let firstEntry: [Int32]
    /// The nearest state on the way of failure that has entries; 0 for none.
    private let outputLink: [Int32]
    /// The state of the longest beginning that the way to a state ends with.
    private let failures: [Int32]
    /// Whether a state leads to an entry that may begin within a word.
    private let beginsInside: [Bool]
    /// How many runs lead to a state.
    private let depths: [UInt16]
    let hasAllowances: Bool
    /// What each byte is to the table: a letter's symbol, a separator's (one that leads nowhere), or the last, for all that is
    /// not plain.
    private let symbols: [UInt8]
    /// A symbol of separators.
    var separator: Int { (1 << Int(shift)) - 2 }
    /// The runs of the longest entry.
    let longestEntry: Int

    init(_ entries: [KeywordEntry]) {
        let isLatin = entries.allSatisfy { $0.runs.allSatisfy { Self.isLatin($0.value) } }
        var builder = KeywordAutomatonBuilder(shift: isLatin ? 5 : 6)
        for (index, entry) in entries.enumerated() { builder.insert(entry, at: index) }
        builder.connect()
        let endsInside = builder.reaching { entries[$0].mayEndInside }
        table = builder.numberedTable(isInside: endsInside)
        shift = UInt32(builder.shift)
        depths = builder.order.map { builder.depths[$0] }
        failures = builder.order.map { Int32(builder.places[builder.failures[$0]]) }
        let isInside = entries.map { !$0.isWholeWord || $0.isAllowance }
        let inside = builder.leading(to: { isInside[$0] })
        beginsInside = builder.order.map { inside[$0] }
        outputLink = builder.order.map { Int32(builder.places[builder.outputLinks[$0]]) }
        var sorted: [KeywordEntry] = []
        var first: [Int32] = [0]
        for node in builder.order {
            for index in builder.outputs[node] ?? [] { sorted.append(entries[index]) }
            first.append(Int32(sorted.count))
        }
        self.entries = sorted
        firstEntry = first
        symbols = Self.symbols(shift: builder.shift)
        hasAllowances = entries.contains(where: \.isAllowance)
        longestEntry = entries.map(\.runs.count).max() ?? 0
    }

    /// The symbols of the three kinds of bytes that are no letters are the last three, which no scalar has.
    private static func symbols(shift: Int) -> [UInt8] {
        let last = UInt8((1 << shift) - 1)
        return (UInt32(0)..<256).map { value in
            if isLatin(value | 0x20), value < 0x80 { return UInt8((value | 0x20) - 97) }
            guard value < 0x80 else { return last }
            return switch FoldingTable.shared[value].kind {
            case .hard: last - 1
            case .soft: last - 2
            default: last
            }
        }
    }

    static func isLatin(_ value: UInt32) -> Bool { value &- 97 < 26 }

    /// The symbols of a scalar that is no Latin letter.
    static func symbols(of value: UInt32) -> [Int] {
        [26 + Int(value >> 20)] + [15, 10, 5, 0].map { 28 + Int(value >> $0 & 31) }
    }

    /// The table, and the symbol of each byte in it.
    @inline(__always)
    func withTable(_ body: (UnsafePointer<State>, UnsafePointer<UInt8>) -> Void) {
        table.withUnsafeBufferPointer { table in
            symbols.withUnsafeBufferPointer { symbols in
                if let table = table.baseAddress, let symbols = symbols.baseAddress { body(table, symbols) }
            }
        }
    }

    /// How many runs there are in the longest beginning of an entry that the text ends with; `isBoundary` tells of a
    /// number of runs whether they begin with a word, as some entries must.
    func depth(of state: State, isBoundary: (Int) -> Bool) -> Int {
        var place = place(of: state)
        while place != 0, !beginsInside[place], !isBoundary(Int(depths[place])) { place = Int(failures[place]) }
        return Int(depths[place])
    }

    /// Whether nothing of any entry stands at the end of the text.
    func isRoot(_ state: State) -> Bool { state & Self.row == 0 }

    /// How many runs lead to the state.
    func depth(of state: State) -> Int { Int(depths[place(of: state)]) }

    /// Calls `body` with each entry that may end in the state.
    func forEachEntry(in state: State, _ body: (KeywordEntry) -> Void) {
        var place = place(of: state)
        repeat {
            for index in Int(firstEntry[place])..<Int(firstEntry[place + 1]) { body(entries[index]) }
            place = Int(outputLink[place])
        } while place != 0
    }

    private func place(of state: State) -> Int { Int((state & Self.row) >> shift) }
}
