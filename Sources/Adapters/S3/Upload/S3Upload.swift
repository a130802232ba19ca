internal import CompanionCore
internal import _CompanionHTTP

/// One blob on its way: whole where it is small, else in parts, of which two are in memory.
struct S3Upload: Sendable {
    /// Parts are numbered from 1 to this.
    private static let maximumParts = 10_000
    /// So many parts are on their way at once.
    private static let parallelism = 2

    let client: S3Client
    let object: String
    let attributes: BlobAttributes
    let condition: BlobCondition

    struct Outcome: Sendable {
        var size: Int
        var tag: String
        var checksum: UInt32
    }

    func run(_ body: BlobStream) async throws -> Outcome {
        var parts = S3Parts(body)
        let first = try await parts.next(client.configuration.partBytes)
        guard first.count == client.configuration.partBytes else {
            return try await putWhole(first.bytes, parts.checksum.value)
        }
        let id = try await begin()
        do {
            return try await putParts(first, &parts, id)
        } catch {
            // What was uploaded costs until it is aborted; also where the task was cancelled.
            await Task { [self] in _ = try? await client.answer(to: request(.delete, [("uploadId", id)])) }.value
            throw error
        }
    }

    // MARK: Whole

    private func putWhole(_ bytes: [UInt8], _ checksum: UInt32) async throws -> Outcome {
        try Task.checkCancellation()
        var request = request(.put)
        request.headers += describing + [(S3Names.checksum, "\(checksum)")] + conditional
        request.body = bytes
        let answer = try await client.answer(to: request)
        return Outcome(size: bytes.count, tag: try S3Names.tag(answer.head), checksum: checksum)
    }

    // MARK: In parts

    private func begin() async throws -> String {
        var request = request(.post, [("uploads", "")])
        request.headers += describing + [("x-amz-checksum-algorithm", "CRC32"), ("x-amz-checksum-type", "FULL_OBJECT")]
        guard let id = try S3Document.of(await client.answer(to: request).body)["UploadId"], !id.isEmpty else {
            throw S3Failure.malformed
        }
        return id
    }

    private func putParts(_ first: S3Part, _ parts: inout S3Parts, _ id: String) async throws -> Outcome {
        var tags: [Int: String] = [:]
        try await withThrowingTaskGroup(of: (number: Int, tag: String, part: S3Part).self) { group in
            var (part, number) = (first, 1)
            while part.count > 0 {
                guard number <= Self.maximumParts else {
                    throw CompanionError(.limitExceeded, "S3 takes no blob that large.")
                }
                group.addTask { [part, number] in (number, try await put(part, number, id), part) }
                var used: S3Part?
                if number >= Self.parallelism, let done = try await group.next() {
                    tags[done.number] = done.tag
                    used = done.part
                }
                part = try await parts.next(client.configuration.partBytes * (1 + number / 1_000), insteadOf: used)
                number += 1
            }
            for try await done in group { tags[done.number] = done.tag }
        }
        return try await complete(id, tags.sorted { $0.key < $1.key }.map(\.value), parts)
    }

    private func put(_ part: S3Part, _ number: Int, _ id: String) async throws -> String {
        var request = request(.put, [("partNumber", "\(number)"), ("uploadId", id)])
        request.headers.append(("x-amz-checksum-crc32", S3Names.base64(part.checksum.value)))
        request.body = part.bytes
        let head = try await client.answer(to: request).head
        // The part alone has them from here on.
        request.body = nil
        return try S3Names.tag(head)
    }

    private func complete(_ id: String, _ tags: [String], _ parts: S3Parts) async throws -> Outcome {
        var request = request(.post, [("uploadId", id)])
        let list = tags.enumerated().map { index, tag in
            "<Part><PartNumber>\(index + 1)</PartNumber><ETag>&quot;\(tag)&quot;</ETag></Part>"
        }
        request.body = Array(
            "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\(list.joined())</CompleteMultipartUpload>"
                .utf8)
        request.headers +=
            [
                ("Content-Type", "application/xml"), ("x-amz-checksum-crc32", S3Names.base64(parts.checksum.value)),
                ("x-amz-checksum-type", "FULL_OBJECT"),
            ] + conditional
        // An error can come with status 200, because the status goes out before the work.
        let document = try S3Document.of(await client.answer(to: request).body)
        guard document.name != "Error" else {
            var failure = HTTPFailure(status: 500)
            failure = failure.with(code: document["Code"], text: document["Message"] ?? "")
            throw document["Code"] == "PreconditionFailed"
                ? CompanionError(.conflict, "The blob was written by somebody else meanwhile.", underlying: failure)
                : failure.error(from: S3Failure.peer)
        }
        guard let tag = document["ETag"] else { throw S3Failure.malformed }
        return Outcome(size: parts.size, tag: S3Names.unquoted(tag), checksum: parts.checksum.value)
    }

    // MARK: Requests

    private func request(_ method: HTTPRequest.Method, _ query: [(String, String)] = []) -> S3Client.Request {
        S3Client.Request(method: method, object: object, query: query.map { (name: $0.0, value: $0.1) })
    }

    private var describing: [(name: String, value: String)] { S3Names.headers(attributes) }
    private var conditional: [(name: String, value: String)] { S3Names.headers(condition) }
}
