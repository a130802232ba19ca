/// The automaton of Aho and Corasick (1975) over runs of folded letters, as one table with every transition in place.
///
/// A run of equal letters is one step, so that "shiiit" goes the way of "shit"; how long the runs were is checked where
/// a term ends. A letter from a to z is one symbol; another scalar is five, of which the first can't be taken for
/// another. States are numbered by their distance from the root, so that those that most texts visit lie together.
final class KeywordAutomaton: Sendable {
    /// A state as the table holds it: where its row begins, with the highest bit set where a term may end.
    typealias State = UInt32
    static let outputBit: UInt32 = 1 << 31

    /// The rows, one after the other.
    let table: [State]
    /// The binary logarithm of a row's length.
    let shift: UInt32
    /// The entries, those of a state together.
    let entries: [KeywordEntry]
    /// Where the entries of a state begin.
    private let firstEntry: [Int32]
    /// The nearest state on the way of failure that has entries; 0 for none.
    private let outputLink: [Int32]
    /// How many runs lead to a state.
    private let depths: [UInt16]
    let hasAllowances: Bool
    /// The runs of the longest entry.
    let longestEntry: Int

    init(_ entries: [KeywordEntry]) {
        let isLatin = entries.allSatisfy { $0.runs.allSatisfy { Self.isLatin($0.value) } }
        var builder = KeywordAutomatonBuilder(shift: isLatin ? 5 : 6)
        for (index, entry) in entries.enumerated() { builder.insert(entry, at: index) }
        builder.connect()
        table = builder.numberedTable()
        shift = UInt32(builder.shift)
        depths = builder.order.map { builder.depths[$0] }
        outputLink = builder.order.map { Int32(builder.places[builder.outputLinks[$0]]) }
        var sorted: [KeywordEntry] = []
        var first: [Int32] = [0]
        for node in builder.order {
            for index in builder.outputs[node] ?? [] { sorted.append(entries[index]) }
            first.append(Int32(sorted.count))
        }
        self.entries = sorted
        firstEntry = first
        hasAllowances = entries.contains(where: \.isAllowance)
        longestEntry = entries.map(\.runs.count).max() ?? 0
    }

    static func isLatin(_ value: UInt32) -> Bool { value &- 97 < 26 }

    /// The symbols of a scalar that is no Latin letter.
    static func symbols(of value: UInt32) -> [Int] {
        [26 + Int(value >> 20)] + [15, 10, 5, 0].map { 28 + Int(value >> $0 & 31) }
    }

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

    private func place(of state: State) -> Int { Int((state & ~Self.outputBit) >> shift) }
}

/// Makes the table: a trie at first, in the order of insertion.
struct KeywordAutomatonBuilder {
    let shift: Int
    private var rows: [Int32]
    private(set) var depths: [UInt16] = [0]
    private(set) var outputs: [Int: [Int]] = [:]
    private(set) var outputLinks: [Int] = []
    /// The nodes by their distance from the root, and the place of each in this order.
    private(set) var order: [Int] = [0]
    private(set) var places: [Int] = []

    init(shift: Int) {
        self.shift = shift
        rows = [Int32](repeating: 0, count: 1 << shift)
    }

    mutating func insert(_ entry: KeywordEntry, at index: Int) {
        var node = 0
        for (depth, run) in entry.runs.enumerated() {
            let symbols =
                KeywordAutomaton.isLatin(run.value) ? [Int(run.value) - 97] : KeywordAutomaton.symbols(of: run.value)
            for symbol in symbols {
                let place = node << shift | symbol
                if rows[place] == 0 {
                    rows[place] = Int32(depths.count)
                    rows.append(contentsOf: repeatElement(0, count: 1 << shift))
                    depths.append(UInt16(depth + 1))
                }
                node = Int(rows[place])
            }
        }
        outputs[node, default: []].append(index)
    }

    /// Puts in the transitions of failure, nearest to the root first.
    mutating func connect() {
        var failures = [Int](repeating: 0, count: depths.count)
        outputLinks = failures
        var next = 0
        while next < order.count {
            let node = order[next]
            next += 1
            let failure = failures[node]
            outputLinks[node] = outputs[failure] != nil ? failure : outputLinks[failure]
            for symbol in 0..<1 << shift {
                let place = node << shift | symbol
                let fallback = node == 0 ? 0 : Int(rows[failure << shift | symbol])
                if rows[place] == 0 {
                    rows[place] = Int32(fallback)
                } else {
                    failures[Int(rows[place])] = fallback
                    order.append(Int(rows[place]))
                }
            }
        }
        places = [Int](repeating: 0, count: order.count)
        for (place, node) in order.enumerated() { places[node] = place }
    }

    func numberedTable() -> [UInt32] {
        let states = order.map { node in
            UInt32(places[node] << shift)
                | (outputs[node] != nil || outputLinks[node] != 0 ? KeywordAutomaton.outputBit : 0)
        }
        var table: [UInt32] = []
        table.reserveCapacity(rows.count)
        for node in order {
            for symbol in 0..<1 << shift { table.append(states[places[Int(rows[node << shift | symbol])]]) }
        }
        return table
    }
}
