extension BytePairRanks {
    /// Pieces of up to so many bytes find their lowest pair by looking at all pairs: quadratic, and faster for these
    /// than a queue.
    static let longestScanned = 128

    /// Calls `body` with the range of each token of the piece that is `text[range]`.
    ///
    /// A piece that is a token stays whole. Any other begins as single bytes; then always the two neighbours whose union
    /// has the lowest rank are merged, of equal ones the leftmost, until no union is a token (Sennrich et al., 2016).
    @inline(__always)
    func forEachToken(of range: Range<Int>, in text: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>) -> Void) {
        if rank(of: range, in: text) != Self.none {
            body(range)
        } else {
            merge(range, of: text, queues: range.length > Self.longestScanned, body)
        }
    }

    /// - Parameter queues: Whether to find the lowest pair with a queue.
    func merge(
        _ range: Range<Int>, of text: UnsafeBufferPointer<UInt8>, queues: Bool, _ body: (Range<Int>) -> Void
    ) {
        let count = range.length
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: count) { pairs in
            withUnsafeTemporaryAllocation(of: Links.self, capacity: count + 1) { links in
                var queue = MinimumQueue()

                /// Ranks the union of the part that begins at `part` with the next one.
                func update(_ part: Int) {
                    pairs[part] = UInt64.max
                    let second = Int(links[part].next)
                    guard second < count else { return }
                    let end = Int(links[second].next)
                    let rank = rank(of: range.lowerBound + part..<range.lowerBound + end, in: text)
                    guard rank != Self.none else { return }
                    pairs[part] = UInt64(rank) << 32 | UInt64(part)
                    if queues { queue.insert(pairs[part]) }
                }
                func lowest() -> Int? {
                    if !queues {
                        var lowest = UInt64.max
                        for pair in pairs { lowest = min(lowest, pair) }
                        return lowest == UInt64.max ? nil : Int(lowest & 0xFFFF_FFFF)
                    }
                    while let lowest = queue.removeMinimum() {
                        let part = Int(lowest & 0xFFFF_FFFF)
                        // Otherwise the part has grown or gone since this was queued.
                        if pairs[part] == lowest { return part }
                    }
                    return nil
                }

                for part in 0...count {
                    links.initializeElement(
                        at: part, to: Links(next: UInt32(part + 1), previous: UInt32(max(part, 1) - 1)))
                }
                for part in 0..<count { update(part) }
                while let part = lowest() {
                    let absorbed = Int(links[part].next)
                    pairs[absorbed] = UInt64.max
                    links[part].next = links[absorbed].next
                    links[Int(links[part].next)].previous = UInt32(part)
                    update(part)
                    if part > 0 { update(Int(links[part].previous)) }
                }
                var part = 0
                while part < count {
                    let next = Int(links[part].next)
                    body(range.lowerBound + part..<range.lowerBound + next)
                    part = next
                }
            }
        }
    }

    /// A part is known by the offset of its first byte.
    private struct Links {
        var next: UInt32
        var previous: UInt32
    }
}
