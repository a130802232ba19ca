/// Which word stands in which document how often: an inverted index that can forget exactly.
///
/// A document is a piece of text of a turn or a fact. Its number is used again after it was removed, so the numbers stay
/// dense and arrays can be indexed by them.
struct RecallPostings: Sendable {
    /// The most documents: a number has 24 bits.
    static let capacity = 1 << 24

    /// A number of 24 bits with a count of 8, which stops at 255.
    struct Posting: Sendable, Hashable, Comparable {
        private let bits: UInt32

        @inline(__always)
        init(number: UInt32, count: UInt32) { bits = number << 8 | min(count, 255) }

        @inline(__always)
        var number: Int { Int(bits >> 8) }
        @inline(__always)
        var count: Int { Int(bits & 0xFF) }

        static func < (left: Self, right: Self) -> Bool { left.bits < right.bits }
    }

    /// By word: the documents that have it, ascending.
    private(set) var documents: [[Posting]] = []
    /// By document: its words, ascending.
    private(set) var words: [[Posting]] = []
    /// By document: how many words it has.
    private(set) var lengths: [Int32] = []
    /// By document: the turn or fact that it is of; nil for a free number.
    private(set) var owners: [RecallOwner?] = []
    /// By document: the next one of the same owner.
    private(set) var successors: [Int32] = []
    private var free: [Int] = []

    private(set) var count = 0
    private(set) var totalLength = 0
    private(set) var postingCount = 0

    /// The bytes that it takes, about.
    var cost: Int { postingCount * 12 + words.count * 64 + documents.count * 56 }

    var averageLength: Double { count > 0 ? Double(totalLength) / Double(count) : 0 }

    /// In how many documents a word stands.
    func documentFrequency(of word: UInt32) -> Int { Int(word) < documents.count ? documents[Int(word)].count : 0 }

    /// Adds a document and gives its number; nil where there is no room for one more.
    ///
    /// - Parameters:
    ///   - text: The numbers of its words in any order; sorted on return.
    ///   - successor: The next document of the same owner; -1 where there is none.
    mutating func insert(_ text: inout [UInt32], of owner: RecallOwner, before successor: Int32) -> Int32? {
        guard count < Self.capacity else { return nil }
        text.sort()
        let document = free.popLast() ?? words.count
        var entries: [Posting] = []
        entries.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            let word = text[index]
            let start = index
            while index < text.count, text[index] == word { index += 1 }
            let count = UInt32(index - start)
            entries.append(Posting(number: word, count: count))
            add(Posting(number: UInt32(document), count: count), to: Int(word))
        }
        if document == words.count {
            words.append(entries)
            lengths.append(Int32(text.count))
            owners.append(owner)
            successors.append(successor)
        } else {
            words[document] = entries
            lengths[document] = Int32(text.count)
            owners[document] = owner
            successors[document] = successor
        }
        count += 1
        totalLength += text.count
        postingCount += entries.count
        return Int32(document)
    }

    /// Removes a document and those that follow it.
    mutating func remove(from first: Int32) {
        var next = first
        while next >= 0 {
            let document = Int(next)
            next = successors[document]
            for entry in words[document] { remove(document, from: entry.number) }
            count -= 1
            totalLength -= Int(lengths[document])
            postingCount -= words[document].count
            words[document] = []
            lengths[document] = 0
            owners[document] = nil
            successors[document] = -1
            free.append(document)
        }
    }

    private mutating func add(_ posting: Posting, to word: Int) {
        while documents.count <= word { documents.append([]) }
        if let last = documents[word].last, posting < last {
            documents[word].insert(posting, at: place(of: posting.number, in: documents[word]))
        } else {
            documents[word].append(posting)
        }
    }

    private mutating func remove(_ document: Int, from word: Int) {
        documents[word].remove(at: place(of: document, in: documents[word]))
    }

    /// The first place whose document is not below that one.
    private func place(of document: Int, in postings: [Posting]) -> Int {
        var low = 0
        var high = postings.count
        while low < high {
            let middle = (low + high) / 2
            if postings[middle].number < document { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// The place of a turn or a fact in its index.
enum RecallOwner: Sendable, Hashable {
    case turn(Int)
    case fact(Int)
}
