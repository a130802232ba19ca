/// A priority queue of integers: a heap in which each node has four children, for their nearness in memory.
struct MinimumQueue {
    private var heap: [UInt64] = []

    mutating func insert(_ value: UInt64) {
        heap.append(value)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 4
            if heap[parent] <= value { break }
            heap[child] = heap[parent]
            child = parent
        }
        heap[child] = value
    }

    mutating func removeMinimum() -> UInt64? {
        guard let minimum = heap.first, let value = heap.popLast() else { return nil }
        if heap.isEmpty { return minimum }
        var parent = 0
        while true {
            var sibling = 4 * parent + 1
            var child = sibling
            let end = min(sibling + 4, heap.count)
            if sibling >= end { break }
            while sibling < end {
                if heap[sibling] < heap[child] { child = sibling }
                sibling += 1
            }
            if heap[child] >= value { break }
            heap[parent] = heap[child]
            parent = child
        }
        heap[parent] = value
        return minimum
    }
}
