package import CompanionCore

/// The vectors of one namespace in memory, searched exactly.
///
/// The numbers stand in blocks of a large page of memory, one vector behind the other, so that a search reads memory in one
/// direction. A copy shares the blocks until one of the two writes, and then only the written ones are copied: a search
/// can go on over a copy while the original changes.
///
/// Single precision only: reading memory is what takes the time, and at that speed a person's vectors take milliseconds.
package struct VectorTable: Sendable {
    package let dimensions: Int
    /// Of length 1 each; all but the last block hold `rowsPerBlock` vectors.
    private var blocks: [VectorBlock] = []
    private let rowsPerBlock: Int
    private var ids: [String] = []
    private var metadata: [[String: VectorMetadata]] = []
    private var rows: [String: Int] = [:]
    private var metadataBytes = 0

    package init(dimensions: Int, rowsPerBlock: Int? = nil) {
        self.dimensions = dimensions
        self.rowsPerBlock = rowsPerBlock ?? VectorBlock.fullCount(dimensions: dimensions)
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
            if count % rowsPerBlock == 0 { blocks.append(VectorBlock(dimensions: dimensions)) }
            blocks[blocks.count - 1].append(unit)
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
            write(blocks[blocks.count - 1][last % rowsPerBlock], to: row)
            ids[row] = ids[last]
            metadata[row] = metadata[last]
            rows[ids[row]] = row
        }
        ids.removeLast()
        metadata.removeLast()
        blocks[blocks.count - 1].removeLast()
        if blocks[blocks.count - 1].count == 0 { blocks.removeLast() }
    }

    package mutating func remove(matching filter: VectorFilter) {
        for id in ids.indices.filter({ filter.matches(metadata[$0]) }).map({ ids[$0] }) { remove(id) }
    }

    private mutating func write(_ unit: [Float], to row: Int) {
        blocks[row / rowsPerBlock].set(unit, at: row % rowsPerBlock)
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
        var scores = [Float](repeating: 0, count: min(rowsPerBlock, count))
        for (number, block) in blocks.enumerated() {
            try Task.checkCancellation()
            let first = number * rowsPerBlock
            for rows in ranges(of: block, firstRow: first, filter: filter) {
                block.products(of: unit, rows: rows, into: &scores)
                // Mostly none is good enough.
                var worst = best.worst?.score ?? -.infinity
                for (place, row) in rows.enumerated() where scores[place] >= worst {
                    best.insert((scores[place], first + row))
                    worst = best.worst?.score ?? -.infinity
                }
            }
        }
        return best.sorted.map { match in
            VectorMatch(id: ids[match.row], score: min(1, max(-1, match.score)), metadata: metadata[match.row])
        }
    }

    /// The rows of a block that count, as few ranges as they make.
    private func ranges(of block: VectorBlock, firstRow: Int, filter: VectorFilter?) -> [Range<Int>] {
        guard let filter else { return [0..<block.count] }
        var ranges: [Range<Int>] = []
        for row in 0..<block.count where filter.matches(metadata[firstRow + row]) {
            if let last = ranges.last, last.upperBound == row {
                ranges[ranges.count - 1] = last.lowerBound..<row + 1
            } else {
                ranges.append(row..<row + 1)
            }
        }
        return ranges
    }

    /// A page of identifiers, as the port gives them.
    package func ids(after id: String?, limit: Int) -> [String] {
        var best = BestOf<String>(limit, by: <)
        for candidate in ids where id.map({ candidate > $0 }) ?? true { best.insert(candidate) }
        return best.sorted
    }
}
