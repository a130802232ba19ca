/// Numbers by word: a hash table that does not hash again, with open addresses in one flat array.
struct WordTable: Sendable {
    private struct Entry {
        /// 0 where the place is free.
        var hash: UInt64
        var number: UInt32
    }

    private var entries: [Entry]
    private(set) var count = 0

    init() { entries = Array(repeating: Entry(hash: 0, number: 0), count: 64) }

    /// The bytes that it takes.
    var cost: Int { entries.count * MemoryLayout<Entry>.stride }

    subscript(_ word: WordHash) -> UInt32? {
        let entry = entries[place(of: word.value)]
        return entry.hash == 0 ? nil : entry.number
    }

    /// - Precondition: The table doesn't have the word.
    mutating func insert(_ number: UInt32, for word: WordHash) {
        if count * 3 >= entries.count * 2 { grow() }
        entries[place(of: word.value)] = Entry(hash: word.value, number: number)
        count += 1
    }

    /// Where the word is, or else where it would be.
    @inline(__always)
    private func place(of hash: UInt64) -> Int {
        let mask = entries.count - 1
        var place = Int(truncatingIfNeeded: hash) & mask
        while entries[place].hash != 0, entries[place].hash != hash { place = (place + 1) & mask }
        return place
    }

    private mutating func grow() {
        let old = entries
        entries = Array(repeating: Entry(hash: 0, number: 0), count: old.count * 2)
        for entry in old where entry.hash != 0 { entries[place(of: entry.hash)] = entry }
    }
}
