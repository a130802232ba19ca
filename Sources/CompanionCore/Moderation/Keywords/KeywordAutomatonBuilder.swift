/// Makes the table: a trie at first, in the order of insertion.
struct KeywordAutomatonBuilder {
    let shift: Int
    private var rows: [Int32]
    private(set) var depths: [UInt16] = [0]
    /// The symbol that each node was reached with.
    private var lastSymbols: [Int] = [0]
    private(set) var outputs: [Int: [Int]] = [:]
    private(set) var outputLinks: [Int] = []
    private(set) var failures: [Int] = []
    private var parents: [Int] = [0]
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
                    lastSymbols.append(symbol)
                    parents.append(node)
                }
                node = Int(rows[place])
            }
        }
        outputs[node, default: []].append(index)
    }

    /// Puts in the transitions of failure, nearest to the root first.
    mutating func connect() {
        failures = [Int](repeating: 0, count: depths.count)
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

    /// Which nodes lead to an entry of which `isSuch` holds, by node.
    func leading(to isSuch: (Int) -> Bool) -> [Bool] {
        var leads = [Bool](repeating: false, count: depths.count)
        for node in order.reversed() {
            if outputs[node]?.contains(where: isSuch) == true { leads[node] = true }
            if leads[node] { leads[parents[node]] = true }
        }
        return leads
    }

    /// In which nodes an entry ends of which `isSuch` holds, by node.
    func reaching(_ isSuch: (Int) -> Bool) -> [Bool] {
        var reach = [Bool](repeating: false, count: depths.count)
        // The nodes behind the links come first.
        for node in order { reach[node] = reach[outputLinks[node]] || outputs[node]?.contains(where: isSuch) == true }
        return reach
    }

    func numberedTable(isInside: [Bool]) -> [KeywordAutomaton.State] {
        let states = order.map { node in
            KeywordAutomaton.State(places[node] << shift)
                | (outputs[node] != nil || outputLinks[node] != 0 ? KeywordAutomaton.outputBit : 0)
                | (isInside[node] ? KeywordAutomaton.insideBit : 0)
        }
        var table: [KeywordAutomaton.State] = []
        table.reserveCapacity(rows.count)
        for node in order {
            for symbol in 0..<(1 << shift) - 3 {
                let isRepeated = node != 0 && symbol == lastSymbols[node] && symbol < 26
                table.append(isRepeated ? states[places[node]] : states[places[Int(rows[node << shift | symbol])]])
            }
            // Separators lead nowhere; the last symbol stops.
            table += [states[places[node]], states[places[node]], KeywordAutomaton.outputBit]
        }
        return table
    }
}
