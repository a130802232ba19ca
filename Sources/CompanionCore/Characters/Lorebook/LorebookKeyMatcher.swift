/// Finds many keys in one pass over a text: the automaton of Aho and Corasick (1975) over case-folded bytes.
///
/// Its size is that of the keys; a pass takes time in proportion to the text and to what is found.
struct LorebookKeyMatcher: Sendable {
    struct Key: Sendable, Hashable {
        fileprivate let folded: [UInt8]
        /// The key's own bytes, where case counts.
        fileprivate let exact: [UInt8]?
        fileprivate let isWord: Bool

        /// - Parameter isWholeWord: Whether no letter or digit may stand beside it. Of several words, as SillyTavern has
        ///   it, none is asked for that.
        init(_ text: String, isCaseSensitive: Bool, isWholeWord: Bool) {
            folded = FoldedText(text).bytes
            exact = isCaseSensitive ? Array(text.utf8) : nil
            isWord = isWholeWord && !text.contains(where: \.isWhitespace)
        }
    }

    private struct Node {
        /// The first of its edges' targets, and the next one of its parent's.
        var child: Int32 = -1
        var sibling: Int32 = -1
        /// Where to go on when no edge fits.
        var fail: Int32 = 0
        /// The first key that ends here, and the nearest node on the way of `fail` where one does.
        var key: Int32 = -1
        var suffix: Int32 = -1
        /// Which of `tables` holds its edges, where there are many.
        var table: Int32 = -1
        var byte: UInt8 = 0
    }

    private(set) var keys: [Key] = []
    private var places: [Key: Int] = [:]
    private var nodes = [Node()]
    private var tables: [[Int32]] = []
    /// The next key with the same folded bytes.
    private var twins: [Int32] = []

    /// The number of a key, which is added where it is new; nil for an empty one.
    mutating func insert(_ key: Key) -> Int? {
        if let place = places[key] { return place }
        guard !key.folded.isEmpty else { return nil }
        var node = 0
        for byte in key.folded {
            var next = edge(from: node, byte)
            if next < 0 {
                next = Int32(nodes.count)
                nodes.append(Node(sibling: nodes[node].child, byte: byte))
                nodes[node].child = next
            }
            node = Int(next)
        }
        twins.append(nodes[node].key)
        nodes[node].key = Int32(keys.count)
        places[key] = keys.count
        keys.append(key)
        return keys.count - 1
    }

    /// Makes the keys findable; after the last was inserted.
    mutating func finish() {
        places = [:]
        var queue: [Int32] = [0]
        var head = 0
        while head < queue.count {
            let node = Int(queue[head])
            head += 1
            var count = 0
            var child = nodes[node].child
            while child >= 0 {
                count += 1
                queue.append(child)
                if node != 0 {
                    var fail = Int(nodes[node].fail)
                    var target = edge(from: fail, nodes[Int(child)].byte)
                    while target < 0, fail != 0 {
                        fail = Int(nodes[fail].fail)
                        target = edge(from: fail, nodes[Int(child)].byte)
                    }
                    nodes[Int(child)].fail = max(target, 0)
                }
                let fail = nodes[Int(nodes[Int(child)].fail)]
                nodes[Int(child)].suffix = fail.key >= 0 ? nodes[Int(child)].fail : fail.suffix
                child = nodes[Int(child)].sibling
            }
            if count > 8 || node == 0 {
                var table = [Int32](repeating: -1, count: 256)
                child = nodes[node].child
                while child >= 0 {
                    table[Int(nodes[Int(child)].byte)] = child
                    child = nodes[Int(child)].sibling
                }
                nodes[node].table = Int32(tables.count)
                tables.append(table)
            }
        }
    }

    private func edge(from node: Int, _ byte: UInt8) -> Int32 {
        let table = nodes[node].table
        if table >= 0 { return tables[Int(table)][Int(byte)] }
        var child = nodes[node].child
        while child >= 0, nodes[Int(child)].byte != byte { child = nodes[Int(child)].sibling }
        return child
    }

    /// Calls `found` for each key at each of its places.
    func scan(_ text: String, _ found: (Int) -> Void) {
        guard !keys.isEmpty else { return }
        let text = FoldedText(text)
        var node = 0
        for (index, byte) in text.bytes.enumerated() {
            var next = edge(from: node, byte)
            while next < 0, node != 0 {
                node = Int(nodes[node].fail)
                next = edge(from: node, byte)
            }
            node = max(Int(next), 0)
            var ending = nodes[node].key >= 0 ? Int32(node) : nodes[node].suffix
            while ending > 0 {
                var key = nodes[Int(ending)].key
                while key >= 0 {
                    if isAt(keys[Int(key)], endingBefore: index + 1, in: text) { found(Int(key)) }
                    key = twins[Int(key)]
                }
                ending = nodes[Int(ending)].suffix
            }
        }
    }

    private func isAt(_ key: Key, endingBefore end: Int, in text: FoldedText) -> Bool {
        guard key.exact != nil || key.isWord else { return true }
        let start = end - key.folded.count
        if let exact = key.exact, !text.original(start..<end).elementsEqual(exact) { return false }
        return !key.isWord || text.isWordBoundary(start) && text.isWordBoundary(end)
    }
}
