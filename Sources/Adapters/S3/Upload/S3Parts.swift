internal import CompanionCore
internal import Synchronization

/// Cuts a stream into parts, whatever the size of its chunks, and keeps account of them.
struct S3Parts {
    private var chunks: BlobStream.AsyncIterator
    /// What was pulled and is not in a part yet.
    private var rest: ArraySlice<UInt8> = []
    private var hasEnded = false
    /// Of all that was pulled.
    private(set) var checksum = CRC32()
    private(set) var size = 0

    init(_ stream: BlobStream) { chunks = stream.makeAsyncIterator() }

    /// The next part, of `count` bytes; a shorter one is the last, and an empty one comes after it.
    ///
    /// - Parameter used: A part that is not needed any more, and whose room is.
    mutating func next(_ count: Int, insteadOf used: S3Part? = nil) async throws -> S3Part {
        var bytes = used?.take() ?? []
        var checksum = CRC32()
        bytes.removeAll(keepingCapacity: true)
        while bytes.count < count {
            if rest.isEmpty {
                guard !hasEnded, let chunk = try await chunks.next() else {
                    hasEnded = true
                    break
                }
                // What is reserved and not written to takes no memory.
                if bytes.isEmpty { bytes.reserveCapacity(count) }
                rest = chunk[...]
            }
            let taken = rest.prefix(count - bytes.count)
            bytes += taken
            checksum.update(taken)
            rest = rest.dropFirst(taken.count)
        }
        self.checksum.append(checksum, count: bytes.count)
        size += bytes.count
        return S3Part(bytes, checksum)
    }
}

/// A part of an upload. By reference, so that its memory can be used again: large pieces that come and go make the process grow.
final class S3Part: Sendable {
    let count: Int
    let checksum: CRC32
    private let content: Mutex<[UInt8]>

    init(_ bytes: [UInt8], _ checksum: CRC32) {
        count = bytes.count
        self.checksum = checksum
        content = Mutex(bytes)
    }

    var bytes: [UInt8] { content.withLock { $0 } }

    /// The bytes, which are not in the part any more.
    func take() -> [UInt8] {
        content.withLock { content in
            var taken: [UInt8] = []
            swap(&taken, &content)
            return taken
        }
    }
}
