/// The best of many, in a heap of bounded size: what is not among the best costs one comparison.
struct RecallRanking {
    struct Entry {
        var isPinned = false
        var total: Float
        /// Seconds since 1970.
        var time: Double
        var document: RecallDocument
        var position: Position
        /// What the session adds.
        var context: Float

        enum Position {
            /// The bounds are those of the session in the chat's order.
            case turn(place: Int, chat: Int, start: Int, position: Int, end: Int)
            case fact(place: Int)
        }

        /// Better, or as good and newer; the document decides what is left, so that the order is always the same.
        func precedes(_ other: Entry) -> Bool {
            if isPinned != other.isPinned { return isPinned }
            if total != other.total { return total > other.total }
            if time != other.time { return time > other.time }
            return other.document < document
        }
    }

    private let limit: Int
    /// The worst one first.
    private var heap: [Entry] = []

    init(limit: Int) { self.limit = max(1, limit) }

    /// Whether something that isn't pinned, with that score, might be among the best.
    @inline(__always)
    func admits(_ total: Float) -> Bool { heap.count < limit || !heap[0].isPinned && total >= heap[0].total }

    mutating func add(_ entry: Entry) {
        if heap.count < limit {
            heap.append(entry)
            var child = heap.count - 1
            while child > 0, heap[(child - 1) / 2].precedes(heap[child]) {
                heap.swapAt(child, (child - 1) / 2)
                child = (child - 1) / 2
            }
        } else if entry.precedes(heap[0]) {
            heap[0] = entry
            sink()
        }
    }

    /// Best first.
    func ranked() -> [Entry] { heap.sorted { $0.precedes($1) } }

    private mutating func sink() {
        var parent = 0
        while true {
            var worst = parent
            for child in (2 * parent + 1)..<(2 * parent + 3)
            where child < heap.count && heap[worst].precedes(heap[child]) {
                worst = child
            }
            guard worst != parent else { return }
            heap.swapAt(parent, worst)
            parent = worst
        }
    }
}
