public import CompanionCore
internal import Synchronization

/// A blob store in memory: for tests, demonstrations and small embedders. It loses everything with the process.
public final class InMemoryBlobStore: BlobStore {
    private struct Stored: Sendable {
        var head: BlobHead
        var bytes: [UInt8]
    }

    private let scopes = Mutex([BlobScope: [BlobKey: Stored]]())
    private let clock: any WallClock
    private let identifiers: IdentifierGenerator
    private let maximumBytes: Int

    /// - Parameter maximumBytes: The largest blob; a larger one is `limitExceeded`.
    public init(maximumBytes: Int = 256 << 20, clock: any WallClock = SystemClock()) {
        self.maximumBytes = maximumBytes
        self.clock = clock
        identifiers = IdentifierGenerator(clock: clock)
    }

    public func put(
        _ body: BlobStream, at key: BlobKey, in scope: BlobScope, attributes: BlobAttributes, condition: BlobCondition
    ) async throws -> BlobHead {
        try attributes.check()
        var bytes: [UInt8] = []
        for try await chunk in body {
            guard bytes.count + chunk.count <= maximumBytes else {
                throw CompanionError(.limitExceeded, "A blob may have at most \(maximumBytes) bytes here.")
            }
            bytes += chunk
        }
        try Task.checkCancellation()
        var checksum = CRC32()
        checksum.update(bytes)
        let head = BlobHead(
            key: key, size: bytes.count, tag: "\(identifiers.next(Blob.self))", checksum: checksum.value,
            attributes: attributes, modifiedAt: clock.stamp)
        try keep(Stored(head: head, bytes: bytes), in: scope, condition)
        return head
    }

    public func get(_ key: BlobKey, in scope: BlobScope, range: Range<Int>?) async throws -> Blob {
        try Task.checkCancellation()
        let stored = try stored(key, in: scope)
        let range = try Range.bytes(range, ofBlobWithSize: stored.head.size)
        return Blob(
            head: stored.head, range: range,
            body: BlobStream(pulling: stored.bytes[range]) { rest in
                guard !rest.isEmpty else { return nil }
                defer { rest = rest.dropFirst(1 << 18) }
                return Array(rest.prefix(1 << 18))
            })
    }

    public func head(_ key: BlobKey, in scope: BlobScope) async throws -> BlobHead? {
        try Task.checkCancellation()
        return scopes.withLock { $0[scope]?[key]?.head }
    }

    public func delete(_ key: BlobKey, in scope: BlobScope) async throws {
        try Task.checkCancellation()
        scopes.withLock { scopes in
            scopes[scope]?[key] = nil
            if scopes[scope]?.isEmpty == true { scopes[scope] = nil }
        }
    }

    public func list(
        in scope: BlobScope, prefix: String, after key: BlobKey?, limit: Int
    ) async throws -> [BlobEntry] {
        try Task.checkCancellation()
        guard (1...1000).contains(limit) else {
            throw CompanionError(.invalidInput, "A page has 1 to 1,000 blobs, not \(limit).")
        }
        let found = scopes.withLock { scopes in
            (scopes[scope] ?? [:]).values.map(\.head).filter { head in
                head.key.description.hasPrefix(prefix) && key.map { head.key > $0 } ?? true
            }
        }
        return found.sorted { $0.key < $1.key }.prefix(limit).map {
            BlobEntry(key: $0.key, size: $0.size, modifiedAt: $0.modifiedAt)
        }
    }

    public func copy(
        _ key: BlobKey, in scope: BlobScope, to destination: BlobKey, in destinationScope: BlobScope,
        condition: BlobCondition
    ) async throws -> BlobHead {
        try Task.checkCancellation()
        var copy = try stored(key, in: scope)
        let isSame = key == destination && scope == destinationScope
        if !isSame {
            copy.head.key = destination
            copy.head.tag = "\(identifiers.next(Blob.self))"
            copy.head.modifiedAt = clock.stamp
        }
        try keep(copy, in: destinationScope, condition)
        return copy.head
    }

    private func stored(_ key: BlobKey, in scope: BlobScope) throws -> Stored {
        guard let stored = scopes.withLock({ $0[scope]?[key] }) else {
            throw CompanionError(.notFound, "There is no such blob.")
        }
        return stored
    }

    private func keep(_ blob: Stored, in scope: BlobScope, _ condition: BlobCondition) throws {
        try scopes.withLock { scopes in
            try condition.check(against: scopes[scope]?[blob.head.key]?.head.tag)
            scopes[scope, default: [:]][blob.head.key] = blob
        }
    }
}
