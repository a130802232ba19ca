public import CompanionCore
internal import _CompanionHTTP

/// A blob store in a bucket of Amazon S3, or of any server that speaks its protocol.
///
/// ```swift
/// let blobs = try S3BlobStore(configuration: .init(bucket: "companion", region: "eu-central-1"))
/// ```
///
/// - A stream of any length takes the memory of a few parts. What is uploaded in parts and fails is aborted.
/// - Each body is signed with its SHA-256, which the server compares. The CRC-32 of the content is kept with it and compared when
///   it is read whole; of a blob that was uploaded in parts only where the server keeps it.
/// - A download whose connection is lost goes on where it was, as long as the blob is the same.
/// - Conditional writes need a server that knows them (Amazon's does); a server that ignores the condition writes. A copy under
///   a condition goes through this process, other copies do not.
public final class S3BlobStore: BlobStore, BlobPresigner {
    /// How often a download goes on after its connection was lost.
    private static let maximumResumptions = 3

    private let client: S3Client

    /// Throws `invalidInput` where something in the configuration is wrong.
    public init(configuration: Configuration, clock: any WallClock = SystemClock()) throws {
        client = try S3Client(configuration, clock: clock)
    }

    /// Returns where the bucket can be read, and says in its error what is wrong where not.
    public func check() async throws {
        _ = try await client.answer(
            to: .init(method: .get, query: [("list-type", "2"), ("max-keys", "1")]))
    }

    private func object(_ key: BlobKey, _ scope: BlobScope) -> String { root(scope) + key.description }

    private func root(_ scope: BlobScope) -> String {
        let prefix = client.configuration.prefix
        return (prefix.isEmpty ? "" : prefix + "/") + scope.path
    }

    // MARK: Writing

    public func put(
        _ body: BlobStream, at key: BlobKey, in scope: BlobScope, attributes: BlobAttributes, condition: BlobCondition
    ) async throws -> BlobHead {
        try attributes.check()
        let upload = S3Upload(
            client: client, object: object(key, scope), attributes: attributes, condition: condition)
        do {
            let outcome = try await upload.run(body)
            return BlobHead(
                key: key, size: outcome.size, tag: outcome.tag, checksum: outcome.checksum, attributes: attributes,
                modifiedAt: client.clock.now)
        } catch let error as CompanionError where error.code == .notFound {
            // Of a tag where there is nothing.
            guard case .ifTag = condition, try await head(key, in: scope) == nil else { throw error }
            throw CompanionError(.conflict, "The blob is not there.", underlying: error)
        }
    }

    public func delete(_ key: BlobKey, in scope: BlobScope) async throws {
        do {
            _ = try await client.answer(to: .init(method: .delete, object: object(key, scope)))
        } catch let error as CompanionError where error.code == .notFound && !error.saysBucketIsMissing {
        }
    }

    public func copy(
        _ key: BlobKey, in scope: BlobScope, to destination: BlobKey, in destinationScope: BlobScope,
        condition: BlobCondition
    ) async throws -> BlobHead {
        guard let source = try await head(key, in: scope) else {
            throw CompanionError(.notFound, "There is no such blob.")
        }
        if key == destination && scope == destinationScope {
            try condition.check(against: source.tag)
            return source
        }
        guard condition == .always else {
            // Servers differ in what conditions of a copy mean, and agree on those of a write.
            let blob = try await get(key, in: scope, range: nil)
            return try await put(
                blob.body, at: destination, in: destinationScope, attributes: blob.head.attributes, condition: condition
            )
        }
        let path = S3Encoding.path("/" + client.configuration.bucket + "/" + object(key, scope))
        let headers =
            [("x-amz-copy-source", path), ("x-amz-copy-source-if-match", "\"\(source.tag)\"")]
            .map { (name: $0.0, value: $0.1) }
        let answer = try await client.answer(
            to: .init(method: .put, object: object(destination, destinationScope), headers: headers))
        let document = try S3Document.of(answer.body)
        guard document.name != "Error", let tag = document["ETag"] else { throw S3Failure.malformed }
        var copied = source
        copied.key = destination
        copied.tag = S3Names.unquoted(tag)
        copied.modifiedAt = client.clock.now
        return copied
    }

    // MARK: Reading

    public func head(_ key: BlobKey, in scope: BlobScope) async throws -> BlobHead? {
        do {
            let answer = try await client.answer(
                to: .init(
                    method: .head, object: object(key, scope), headers: [("x-amz-checksum-mode", "ENABLED")]))
            return try S3Names.head(key, answer.head)
        } catch let error as CompanionError where error.code == .notFound && !error.saysBucketIsMissing {
            return nil
        }
    }

    public func get(_ key: BlobKey, in scope: BlobScope, range: Range<Int>?) async throws -> Blob {
        if let range, range.isEmpty || range.lowerBound < 0 {
            throw CompanionError(.invalidInput, "The range \(range) has no byte of a blob.")
        }
        let object = object(key, scope)
        let download = try await client.download(Self.reading(object, range, tag: nil))
        let head = try S3Names.head(key, download.head)
        let bytes = try Range.bytes(range, ofBlobWithSize: head.size)
        // Servers may leave a range out of account.
        let start = download.head.status == 206 ? bytes.lowerBound : 0
        let reading = Reading(
            download: download, skipped: bytes.lowerBound - start, rest: bytes,
            checksum: bytes.count == head.size ? CRC32() : nil)
        return Blob(
            head: head, range: bytes,
            body: BlobStream(pulling: reading) { [client] reading in
                try await Self.next(&reading, of: object, head, client)
            })
    }

    /// What a reader still has to read.
    private struct Reading: Sendable {
        var download: HTTPDownload?
        /// How many bytes come before those that are wanted.
        var skipped: Int
        var rest: Range<Int>
        /// Of what was read; nil where only a part is.
        var checksum: CRC32?
        var resumptions = 0
    }

    private static func next(
        _ reading: inout Reading, of object: String, _ head: BlobHead, _ client: S3Client
    ) async throws -> [UInt8]? {
        while !reading.rest.isEmpty {
            do {
                guard let arrived = try await reading.download?.next() else {
                    throw CompanionError(.unavailable, "S3 ended the blob too early.")
                }
                let left = arrived.dropFirst(reading.skipped).prefix(reading.rest.count)
                reading.skipped -= min(reading.skipped, arrived.count)
                guard !left.isEmpty else { continue }
                let chunk = left.count == arrived.count ? arrived : Array(left)
                reading.rest = reading.rest.lowerBound + chunk.count..<reading.rest.upperBound
                reading.checksum?.update(chunk)
                guard reading.rest.isEmpty else { return chunk }
                reading.download = nil
                if let checksum = reading.checksum?.value, let expected = head.checksum, checksum != expected {
                    throw CompanionError(.corrupted, "The blob is damaged: its checksum does not match.")
                }
                return chunk
            } catch let error as CompanionError where error.code == .unavailable || error.code == .timedOut {
                guard reading.resumptions < maximumResumptions else { throw error }
                reading.resumptions += 1
                reading.download = try await client.download(Self.reading(object, reading.rest, tag: head.tag))
                reading.skipped = reading.download?.head.status == 206 ? 0 : reading.rest.lowerBound
            }
        }
        return nil
    }

    private static func reading(_ object: String, _ range: Range<Int>?, tag: String?) -> S3Client.Request {
        var headers = [(name: "x-amz-checksum-mode", value: "ENABLED")]
        if let range { headers.append(("Range", "bytes=\(range.lowerBound)-\(range.upperBound - 1)")) }
        if let tag { headers.append(("If-Match", "\"\(tag)\"")) }
        return S3Client.Request(method: .get, object: object, headers: headers)
    }

    // MARK: Listing

    public func list(
        in scope: BlobScope, prefix: String, after key: BlobKey?, limit: Int
    ) async throws -> [BlobEntry] {
        guard (1...1000).contains(limit) else {
            throw CompanionError(.invalidInput, "A page has 1 to 1,000 blobs, not \(limit).")
        }
        // No key has other characters, or is longer.
        guard prefix.utf8.count <= 200, prefix.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return [] }
        let root = root(scope)
        var (entries, token): ([BlobEntry], String?) = ([], nil)
        repeat {
            var query = [
                (name: "list-type", value: "2"), (name: "prefix", value: root + prefix),
                (name: "max-keys", value: "\(limit - entries.count)"),
            ]
            if let token {
                query.append(("continuation-token", token))
            } else if let key {
                query.append(("start-after", root + key.description))
            }
            let page = try S3Page(await client.answer(to: .init(method: .get, query: query)).body, below: root)
            entries += page.entries
            token = page.continuationToken
        } while token != nil && entries.count < limit
        return Array(entries.prefix(limit))
    }

    // MARK: For others

    public func presignedGet(
        _ key: BlobKey, in scope: BlobScope, expiringAfter duration: Duration
    ) async throws -> PresignedBlobRequest {
        try await presigned(.init(method: .get, object: object(key, scope)), duration)
    }

    public func presignedPut(
        _ key: BlobKey, in scope: BlobScope, attributes: BlobAttributes, expiringAfter duration: Duration
    ) async throws -> PresignedBlobRequest {
        try attributes.check()
        return try await presigned(
            .init(method: .put, object: object(key, scope), headers: S3Names.headers(attributes)), duration)
    }

    private func presigned(_ request: S3Client.Request, _ duration: Duration) async throws -> PresignedBlobRequest {
        guard (.seconds(1) ... .seconds(604_800)).contains(duration) else {
            throw CompanionError(.invalidInput, "An address is good for 1 second to 7 days, not \(duration).")
        }
        let (url, end) = try await client.presigned(request, expiringAfter: Int(duration.components.seconds))
        return PresignedBlobRequest(
            method: request.method.rawValue, url: url,
            headers: Dictionary(uniqueKeysWithValues: request.headers.map { ($0.name, $0.value) }), expiresAt: end)
    }
}

extension CompanionError {
    fileprivate var saysBucketIsMissing: Bool { (underlying as? HTTPFailure)?.code == "NoSuchBucket" }
}
