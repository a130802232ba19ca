/// Keeps the best of many elements without keeping or sorting the others: a binary heap whose root is the worst of those
/// that are kept.
package struct BestOf<Element> {
    private let limit: Int
    private let isBetter: (Element, Element) -> Bool
    private var heap: [Element] = []

    /// - Parameters:
    ///   - limit: How many are kept; at least 1.
    ///   - isBetter: A strict order, by which the best comes first.
    package init(_ limit: Int, by isBetter: @escaping (Element, Element) -> Bool) {
        precondition(limit >= 1, "The best of none are none.")
        self.limit = limit
        self.isBetter = isBetter
    }

    /// What a further element must beat to be kept; nil while each is.
    package var worst: Element? { heap.count < limit ? nil : heap[0] }

    /// Those that were kept, the best first.
    package var sorted: [Element] { heap.sorted(by: isBetter) }

    package mutating func insert(_ element: Element) {
        if heap.count < limit {
            heap.append(element)
            var child = heap.count - 1
            while child > 0, isBetter(heap[(child - 1) / 2], heap[child]) {
                heap.swapAt(child, (child - 1) / 2)
                child = (child - 1) / 2
            }
        } else if isBetter(element, heap[0]) {
            heap[0] = element
            sink()
        }
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var worst = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && isBetter(heap[worst], heap[child])
            {
                worst = child
            }
            guard worst != parent else { return }
            heap.swapAt(parent, worst)
            parent = worst
        }
    }
}
