/// The vectors of one namespace in memory, searched exactly.
///
/// The numbers stand in blocks of about a mebibyte, one vector behind the other, so that a search reads memory in one
/// direction. A copy shares the blocks until one of the two writes, and then only the written ones are copied: a search
/// can go on over a copy while the original changes.
///
/// Single precision only. Scanning bytes with rescoring would read a quarter of the memory, but without instructions that
/// the compiler does not use for a program that must run everywhere, that is no faster.
package struct VectorTable: Sendable {
    package let dimensions: Int
    /// Of length 1 each; all but the last block hold `rowsPerBlock` vectors.
    private var blocks: [[Float]] = []
    private let rowsPerBlock: Int
    private var ids: [String] = []
    private var metadata: [[String: VectorMetadata]] = []
    private var rows: [String: Int] = [:]
    private var metadataBytes = 0

    package init(dimensions: Int, blockSize: Int = 1 << 20) {
        self.dimensions = dimensions
        rowsPerBlock = max(1, blockSize / (dimensions * 4))
    }

    package var count: Int { ids.count }

    /// About how much memory the table takes.
    package var byteCount: Int { count * Self.bytesPerRow(dimensions: dimensions) + metadataBytes }

    /// About how much memory a vector takes, without its metadata: its numbers, and twice its identifier.
    package static func bytesPerRow(dimensions: Int) -> Int { dimensions * 4 + 192 }

    // MARK: Writing

    /// Keeps a record that has been checked.
    package mutating func upsert(_ record: VectorRecord) {
        guard let unit = UnitVector.of(record.values) else { return }
        upsert(id: record.id, unit: unit, metadata: record.metadata)
    }

    /// - Parameter unit: Of length 1.
    package mutating func upsert(id: String, unit: [Float], metadata new: [String: VectorMetadata]) {
        precondition(unit.count == dimensions, "A table holds vectors of one space.")
        metadataBytes += Self.bytes(of: new)
        if let row = rows[id] {
            metadataBytes -= Self.bytes(of: metadata[row])
            metadata[row] = new
            write(unit, to: row)
        } else {
            if count % rowsPerBlock == 0 { blocks.append([]) }
            blocks[blocks.count - 1].append(contentsOf: unit)
            rows[id] = count
            ids.append(id)
            metadata.append(new)
        }
    }

    /// The last vector takes the removed one's place, so there are no gaps.
    package mutating func remove(_ id: String) {
        guard let row = rows.removeValue(forKey: id) else { return }
        metadataBytes -= Self.bytes(of: metadata[row])
        let last = count - 1
        if row != last {
            let start = last % rowsPerBlock * dimensions
            write(Array(blocks[blocks.count - 1][start..<start + dimensions]), to: row)
            ids[row] = ids[last]
            metadata[row] = metadata[last]
            rows[ids[row]] = row
        }
        ids.removeLast()
        metadata.removeLast()
        blocks[blocks.count - 1].removeLast(dimensions)
        if blocks[blocks.count - 1].isEmpty { blocks.removeLast() }
    }

    package mutating func remove(matching filter: VectorFilter) {
        for id in ids.indices.filter({ filter.matches(metadata[$0]) }).map({ ids[$0] }) { remove(id) }
    }

    private mutating func write(_ unit: [Float], to row: Int) {
        let start = row % rowsPerBlock * dimensions
        blocks[row / rowsPerBlock].replaceSubrange(start..<start + dimensions, with: unit)
    }

    private static func bytes(of metadata: [String: VectorMetadata]) -> Int {
        metadata.reduce(0) { sum, member in
            guard case .string(let text) = member.value else { return sum + 64 }
            return sum + 64 + text.utf8.count
        }
    }

    // MARK: Reading

    /// The vectors nearest to `vector`, as the port's query gives them. Both have been checked.
    ///
    /// Throws `CancellationError` soon after the task was cancelled.
    package func nearest(to vector: [Float], filter: VectorFilter?, limit: Int) throws -> [VectorMatch] {
        guard let unit = UnitVector.of(vector), unit.count == dimensions, count > 0 else { return [] }
        var best = BestOf<(score: Float, row: Int)>(min(limit, count)) { left, right in
            left.score == right.score ? ids[left.row] < ids[right.row] : left.score > right.score
        }
        try unit.withUnsafeBytes { unit in
            guard let unit = unit.baseAddress else { return }
            for (number, block) in blocks.enumerated() {
                try Task.checkCancellation()
                block.withUnsafeBytes { block in
                    scan(block, firstRow: number * rowsPerBlock, with: unit, filter: filter, into: &best)
                }
            }
        }
        return best.sorted.map { match in
            VectorMatch(id: ids[match.row], score: min(1, max(-1, match.score)), metadata: metadata[match.row])
        }
    }

    private func scan(
        _ block: UnsafeRawBufferPointer, firstRow: Int, with unit: UnsafeRawPointer, filter: VectorFilter?,
        into best: inout BestOf<(score: Float, row: Int)>
    ) {
        guard let start = block.baseAddress else { return }
        let count = block.count / (dimensions * 4)
        guard let filter else {
            for place in stride(from: 0, to: count, by: 4) {
                // Past the end the last one is counted again, and left out.
                let places = SIMD4(place, place + 1, place + 2, place + 3).clamped(
                    lowerBound: .zero, upperBound: SIMD4(repeating: count - 1))
                score(places, min(4, count - place), in: start, firstRow, with: unit, into: &best)
            }
            return
        }
        var places = SIMD4<Int>.zero
        var waiting = 0
        for place in 0..<count where filter.matches(metadata[firstRow + place]) {
            places[waiting] = place
            waiting += 1
            guard waiting == 4 else { continue }
            score(places, 4, in: start, firstRow, with: unit, into: &best)
            waiting = 0
        }
        if waiting > 0 { score(places, waiting, in: start, firstRow, with: unit, into: &best) }
    }

    /// Scores the vectors at the first `count` of four places of a block.
    @inline(__always)
    private func score(
        _ places: SIMD4<Int>, _ count: Int, in block: UnsafeRawPointer, _ firstRow: Int, with unit: UnsafeRawPointer,
        into best: inout BestOf<(score: Float, row: Int)>
    ) {
        let size = dimensions * 4
        let products = UnitVector.products(
            of: unit,
            with: (
                block + places[0] * size, block + places[1] * size, block + places[2] * size, block + places[3] * size
            ), count: dimensions)
        // Mostly none is good enough.
        guard products.max() >= best.worst?.score ?? -.infinity else { return }
        for lane in 0..<count { best.insert((products[lane], firstRow + places[lane])) }
    }

    /// A page of identifiers, as the port gives them.
    package func ids(after id: String?, limit: Int) -> [String] {
        var best = BestOf<String>(limit, by: <)
        for candidate in ids where id.map({ candidate > $0 }) ?? true { best.insert(candidate) }
        return best.sorted
    }
}
