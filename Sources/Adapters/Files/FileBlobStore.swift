public import CompanionCore
internal import Dispatch

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A blob store in a folder: one file for each blob, its content first, what is known of it behind.
///
/// - A blob is written beside its place, synchronised with the disk (`fsync`) and then renamed to it, and the folder is
///   synchronised too: whatever dies meanwhile, there is the old or the new blob. What a dead process had begun is removed
///   when the folder is opened next.
/// - Several processes may share the folder, on a file system with working `flock`: each change takes the lock for the moment
///   of its renaming.
/// - Keys can't lead out of the folder, and no link in it is followed. Files and folders are for their owner only.
/// - Work that blocks runs on threads of its own.
public final class FileBlobStore: BlobStore {
    let folder: BlobFolder
    private let clock: any WallClock
    private let identifiers: IdentifierGenerator
    private let queue = DispatchQueue(label: "companion.blobs", attributes: .concurrent)
    private let chunkBytes = 1 << 18

    /// Opens the folder, and makes it and those above it where they are missing.
    ///
    /// - Throws: `unavailable` where that can't be done.
    public init(path: String, clock: any WallClock = SystemClock()) throws {
        folder = try BlobFolder(path: path)
        self.clock = clock
        identifiers = IdentifierGenerator(clock: clock)
    }

    public func put(
        _ body: BlobStream, at key: BlobKey, in scope: BlobScope, attributes: BlobAttributes, condition: BlobCondition
    ) async throws -> BlobHead {
        try attributes.check()
        let tag = "\(identifiers.next(Blob.self))"
        let file = try await run { [folder] in try folder.makeUnfinished(named: tag) }
        do {
            var head = BlobHead(
                key: key, size: 0, tag: tag, checksum: nil, attributes: attributes, modifiedAt: clock.stamp)
            var checksum = CRC32()
            for try await chunk in body where !chunk.isEmpty {
                checksum.update(chunk)
                head.size += chunk.count
                try await run { try file.write(chunk) }
            }
            try Task.checkCancellation()
            head.checksum = checksum.value
            let finished = head
            try await run { [folder] in
                try file.write(BlobTrailer(finished).bytes)
                try file.synchronize()
                try folder.change {
                    try condition.check(against: folder.open(key, in: scope)?.readHead(of: key).tag)
                    try folder.rename(unfinished: tag, to: key, in: scope)
                }
            }
            return finished
        } catch {
            await runAlways { [folder] in folder.discard(unfinished: tag) }
            throw error
        }
    }

    public func get(_ key: BlobKey, in scope: BlobScope, range: Range<Int>?) async throws -> Blob {
        let (file, head) = try await run { [folder] in
            guard let file = try folder.open(key, in: scope) else {
                throw CompanionError(.notFound, "There is no such blob.")
            }
            return (file, try file.readHead(of: key))
        }
        let range = try Range.bytes(range, ofBlobWithSize: head.size)
        let reading = Reading(
            file: file, rest: range, checksum: range.count == head.size ? CRC32() : nil, expected: head.checksum)
        return Blob(
            head: head, range: range,
            body: BlobStream(pulling: reading) { [self] reading in
                guard !reading.rest.isEmpty else { return nil }
                let next = reading.rest.prefix(chunkBytes)
                let chunk = try await run { [file = reading.file] in try file.read(next) }
                reading.rest.removeFirst(next.count)
                reading.checksum?.update(chunk)
                if reading.rest.isEmpty, let checksum = reading.checksum, checksum.value != reading.expected {
                    throw CompanionError(.corrupted, "The blob is damaged: its checksum does not match.")
                }
                return chunk
            })
    }

    /// What a reader still has to read.
    private struct Reading: Sendable {
        let file: BlobFile
        var rest: Range<Int>
        /// Of what was read; nil where only a part is.
        var checksum: CRC32?
        let expected: UInt32?
    }

    public func head(_ key: BlobKey, in scope: BlobScope) async throws -> BlobHead? {
        try await run { [folder] in try folder.open(key, in: scope)?.readHead(of: key) }
    }

    public func delete(_ key: BlobKey, in scope: BlobScope) async throws {
        try await run { [folder] in
            try folder.change { try folder.remove(key, in: scope) }
        }
    }

    public func list(
        in scope: BlobScope, prefix: String, after key: BlobKey?, limit: Int
    ) async throws -> [BlobEntry] {
        guard (1...1000).contains(limit) else {
            throw CompanionError(.invalidInput, "A page has 1 to 1,000 blobs, not \(limit).")
        }
        return try await run { [folder] in
            var entries: [BlobEntry] = []
            var last = key
            while entries.count < limit {
                let keys = try folder.keys(in: scope, prefix: prefix, after: last, limit: limit - entries.count)
                // Deleted meanwhile, where it can't be opened.
                for key in keys {
                    guard let head = try folder.open(key, in: scope)?.readHead(of: key) else { continue }
                    entries.append(BlobEntry(key: key, size: head.size, modifiedAt: head.modifiedAt))
                }
                guard keys.count == limit else { break }
                last = keys.last
            }
            return entries
        }
    }

    public func copy(
        _ key: BlobKey, in scope: BlobScope, to destination: BlobKey, in destinationScope: BlobScope,
        condition: BlobCondition
    ) async throws -> BlobHead {
        let blob = try await get(key, in: scope, range: nil)
        if key == destination && scope == destinationScope {
            try condition.check(against: blob.head.tag)
            return blob.head
        }
        return try await put(
            blob.body, at: destination, in: destinationScope, attributes: blob.head.attributes, condition: condition)
    }

    private func run<Result: Sendable>(
        _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try Task.checkCancellation()
        return try await withCheckedThrowingContinuation { done in
            queue.async { done.resume(with: Swift.Result { try body() }) }
        }
    }

    /// Also where the task is cancelled.
    private func runAlways(_ body: @escaping @Sendable () -> Void) async {
        await withCheckedContinuation { done in
            queue.async {
                body()
                done.resume()
            }
        }
    }
}
