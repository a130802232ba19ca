/// Keeps files: images of characters, attachments, exports.
///
/// - A write happens whole or not at all, and survives the death of the process once its call has returned; every later
///   call sees it. Who reads meanwhile has the old or the new blob, never a mixture.
/// - Whose a blob is, is said by each call's ``BlobScope``; what is in another one is not found.
/// - Throws ``CompanionError`` (`invalidInput`, `notFound`, `conflict`, `limitExceeded`, `unauthenticated`, `forbidden`,
///   `rateLimited`, `unavailable`, `timedOut`, `corrupted`) or `CancellationError`; a cancelled or failed write leaves what
///   was there before.
///
/// Implementations: `InMemoryBlobStore` (CompanionInMemory), `FileBlobStore` (CompanionFiles), `S3BlobStore`
/// (CompanionS3). Suite: `BlobStoreConformance` (CompanionTesting).
public protocol BlobStore: Sendable {
    /// Keeps what `body` yields, instead of what is kept at that key.
    ///
    /// Pulls a chunk when the one before has been taken, so that a stream of any length needs little memory; chunks may
    /// have any size, none included. An error of `body` is thrown as it is.
    ///
    /// - Parameter condition: Is decided in one step with the write.
    /// - Returns: What is kept now, with its size and checksum.
    /// - Throws: `conflict` where the condition does not hold; `limitExceeded` where the store takes no blob that large.
    func put(
        _ body: BlobStream, at key: BlobKey, in scope: BlobScope, attributes: BlobAttributes, condition: BlobCondition
    ) async throws -> BlobHead

    /// The blob, or some of its bytes.
    ///
    /// The body is one version of it, also when the blob is replaced or deleted meanwhile (or ends with an error). One
    /// that is read whole is compared with its checksum: a damaged one ends with `corrupted`. A body that is let go of
    /// early releases what it holds.
    ///
    /// - Parameter range: Offsets in bytes; an end beyond the blob's is taken for the blob's. Nil for all.
    /// - Throws: `notFound`; `invalidInput` for a range that is empty, negative, or begins at the blob's end or after it.
    func get(_ key: BlobKey, in scope: BlobScope, range: Range<Int>?) async throws -> Blob

    /// What is known of the blob; nil where there is none.
    func head(_ key: BlobKey, in scope: BlobScope) async throws -> BlobHead?

    /// Deletes the blob; one that there is not counts as deleted.
    func delete(_ key: BlobKey, in scope: BlobScope) async throws

    /// At most `limit` (1 to 1,000) blobs whose keys begin with `prefix` and come after `key` (which need not be there),
    /// ascending by the bytes of their keys. Fewer than `limit` means that there are no more.
    ///
    /// - Parameter prefix: Any text; it need not end at a `/`.
    /// - Throws: `invalidInput` where the limit is out of its bounds.
    func list(in scope: BlobScope, prefix: String, after key: BlobKey?, limit: Int) async throws -> [BlobEntry]

    /// Keeps the blob, attributes included, at another key as well, without its bytes passing through this process where
    /// the store can do so. To copy a blob onto itself changes nothing.
    ///
    /// - Parameter condition: Is about what is at the destination.
    /// - Throws: `notFound` where there is no such source; `conflict` where the condition does not hold.
    func copy(
        _ key: BlobKey, in scope: BlobScope, to destination: BlobKey, in destinationScope: BlobScope,
        condition: BlobCondition
    ) async throws -> BlobHead
}

extension BlobStore {
    /// Keeps bytes that are at hand.
    @discardableResult
    public func put(
        _ bytes: [UInt8], at key: BlobKey, in scope: BlobScope, attributes: BlobAttributes = .init(),
        condition: BlobCondition = .always
    ) async throws -> BlobHead {
        try await put(BlobStream(bytes), at: key, in: scope, attributes: attributes, condition: condition)
    }

    /// The whole blob, or some of its bytes, in memory.
    ///
    /// - Throws: `limitExceeded` where that is more than `maximumBytes`.
    public func bytes(
        of key: BlobKey, in scope: BlobScope, range: Range<Int>? = nil, maximumBytes: Int
    ) async throws -> [UInt8] {
        let blob = try await get(key, in: scope, range: range)
        guard blob.range.count <= maximumBytes else {
            throw CompanionError(
                .limitExceeded, "The blob has \(blob.range.count) bytes; at most \(maximumBytes) are read.")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(blob.range.count)
        for try await chunk in blob.body { bytes += chunk }
        return bytes
    }

    /// Deletes at most `limit` (1 to 1,000) blobs of a scope, the first ones.
    ///
    /// - Returns: How many; fewer than `limit` means that nothing was left.
    public func deleteSome(in scope: BlobScope, limit: Int) async throws -> Int {
        let entries = try await list(in: scope, prefix: "", after: nil, limit: limit)
        for entry in entries { try await delete(entry.key, in: scope) }
        return entries.count
    }
}

/// Makes addresses by which somebody without credentials can read or write one blob for a while, such as a browser.
///
/// An ability that some blob stores have besides; who needs it takes it by this type.
public protocol BlobPresigner: Sendable {
    /// A request that reads the blob, whether there is one or not.
    ///
    /// - Parameter duration: 1 second to 7 days; else `invalidInput` is thrown.
    func presignedGet(
        _ key: BlobKey, in scope: BlobScope, expiringAfter duration: Duration
    ) async throws -> PresignedBlobRequest

    /// A request that writes the blob, with these attributes.
    func presignedPut(
        _ key: BlobKey, in scope: BlobScope, attributes: BlobAttributes, expiringAfter duration: Duration
    ) async throws -> PresignedBlobRequest
}
