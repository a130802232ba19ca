internal import CompanionCore

/// Cuts a stream into parts, whatever the size of its chunks, and keeps account of them.
struct S3Parts {
    private var chunks: BlobStream.AsyncIterator
    /// What was pulled and is not in a part yet.
    private var rest: ArraySlice<UInt8> = []
    private var hasEnded = false
    private(set) var checksum = CRC32()
    private(set) var size = 0

    init(_ stream: BlobStream) { chunks = stream.makeAsyncIterator() }

    /// The next part, of `count` bytes; a shorter one is the last, and an empty one comes after it.
    mutating func next(_ count: Int) async throws -> [UInt8] {
        var part: [UInt8] = []
        while part.count < count {
            if rest.isEmpty {
                guard !hasEnded, let chunk = try await chunks.next() else {
                    hasEnded = true
                    break
                }
                // What is reserved and not written to takes no memory.
                if part.isEmpty { part.reserveCapacity(count) }
                rest = chunk[...]
            }
            let taken = rest.prefix(count - part.count)
            part += taken
            rest = rest.dropFirst(taken.count)
        }
        checksum.update(part)
        size += part.count
        return part
    }
}
