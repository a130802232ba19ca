/// The highest of a list of scores: a heap of bounded size.
struct TopScores {
    private let capacity: Int
    /// The least one first.
    private var heap: [Float] = []
    private(set) var highest: Float = 0

    init(count: Int) {
        capacity = max(1, count)
        heap.reserveCapacity(capacity)
    }

    /// The last of the highest; 0 where there are fewer scores.
    var floor: Float { heap.count < capacity ? 0 : heap[0] }
    /// The last of the highest; the least of all where there are fewer.
    var floorOrLeast: Float { heap.first ?? 0 }

    mutating func add(_ score: Float) {
        highest = heap.isEmpty ? score : max(highest, score)
        if heap.count < capacity {
            heap.append(score)
            var child = heap.count - 1
            while child > 0, heap[child] < heap[(child - 1) / 2] {
                heap.swapAt(child, (child - 1) / 2)
                child = (child - 1) / 2
            }
        } else if score > heap[0] {
            heap[0] = score
            sink()
        }
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child] < heap[least] {
                least = child
            }
            guard least != parent else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
