internal import CVectors

/// Vectors of one length, one behind the other in memory that is not moved: room for some, which grows up to a large page.
///
/// A value: a copy shares the memory until one of the two is written.
struct VectorBlock: Sendable {
    /// The size of a large page of memory, and of a full block where the vectors are no longer than that.
    static let fullSize = 2 << 20

    private let dimensions: Int
    private var memory: Memory
    private(set) var count = 0

    // Safety: written only through `VectorBlock`, which makes its memory its own before it writes.
    private final class Memory: @unchecked Sendable {
        let start: UnsafeMutablePointer<Float>
        let capacity: Int

        /// - Parameter capacity: In numbers.
        init(capacity: Int) {
            self.capacity = capacity
            let size = capacity * MemoryLayout<Float>.stride
            let isLarge = size >= VectorBlock.fullSize
            let bytes = UnsafeMutableRawPointer.allocate(
                byteCount: size, alignment: isLarge ? VectorBlock.fullSize : 64)
            if isLarge { companion_prefer_large_pages(bytes, size / VectorBlock.fullSize * VectorBlock.fullSize) }
            start = bytes.bindMemory(to: Float.self, capacity: capacity)
        }

        deinit { UnsafeMutableRawPointer(start).deallocate() }
    }

    init(dimensions: Int) {
        self.dimensions = dimensions
        memory = Memory(capacity: 4 * dimensions)
    }

    /// How many vectors a full block has.
    static func fullCount(dimensions: Int) -> Int { max(1, fullSize / (dimensions * MemoryLayout<Float>.stride)) }

    // MARK: Writing

    mutating func append(_ vector: [Float]) {
        reserve(count + 1)
        count += 1
        set(vector, at: count - 1)
    }

    mutating func set(_ vector: [Float], at row: Int) {
        precondition(vector.count == dimensions && row < count, "A block has rows of one length.")
        makeUnique(capacity: memory.capacity)
        vector.withUnsafeBufferPointer { vector in
            (memory.start + row * dimensions).update(from: vector.baseAddress!, count: dimensions)
        }
    }

    mutating func removeLast() { count -= 1 }

    private mutating func reserve(_ rows: Int) {
        let needed = rows * dimensions
        guard needed > memory.capacity else { return }
        let full = VectorBlock.fullSize / MemoryLayout<Float>.stride
        let grown = max(needed, memory.capacity * 2)
        // The last step is to the whole page, or to the one vector that is longer.
        makeUnique(capacity: grown * 2 > full ? max(full, needed) : grown)
    }

    /// Makes the memory nobody else's, and of that size.
    private mutating func makeUnique(capacity: Int) {
        guard capacity != memory.capacity || !isKnownUniquelyReferenced(&memory) else { return }
        let copy = Memory(capacity: capacity)
        copy.start.update(from: memory.start, count: min(count * dimensions, memory.capacity))
        memory = copy
    }

    // MARK: Reading

    subscript(row: Int) -> [Float] {
        precondition(row < count, "There is no such row.")
        return Array(UnsafeBufferPointer(start: memory.start + row * dimensions, count: dimensions))
    }

    /// Writes the products of `vector` with the rows of `range` to `products`.
    func products(of vector: UnsafePointer<Float>, rows range: Range<Int>, into products: inout [Float]) {
        precondition(range.upperBound <= count && range.count <= products.count, "There are no such rows.")
        companion_dot_products(vector, memory.start + range.lowerBound * dimensions, range.count, dimensions, &products)
    }
}
