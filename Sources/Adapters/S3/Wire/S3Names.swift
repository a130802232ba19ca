internal import CompanionCore
internal import _CompanionHTTP

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What of blobs stands in header fields, and how.
enum S3Names {
    /// The CRC-32 of the content, in decimal digits, for servers that keep none themselves.
    static let checksum = "x-amz-meta-companion-crc32"

    static func headers(_ attributes: BlobAttributes) -> [(name: String, value: String)] {
        [("Content-Type", attributes.contentType)] + (attributes.cacheControl.map { [("Cache-Control", $0)] } ?? [])
    }

    static func headers(_ condition: BlobCondition) -> [(name: String, value: String)] {
        switch condition {
        case .always: []
        case .ifAbsent: [("If-None-Match", "*")]
        case .ifTag(let tag): [("If-Match", "\"\(tag)\"")]
        }
    }

    static func head(_ key: BlobKey, _ head: HTTPResponseHead) throws(CompanionError) -> BlobHead {
        let headers = head.headers
        let range = headers["content-range"].flatMap { $0.split(separator: "/").last }.flatMap { Int($0) }
        guard let size = range ?? headers["content-length"].flatMap({ Int($0) }) else { throw S3Failure.malformed }
        return BlobHead(
            key: key, size: size, tag: try tag(head), checksum: checksum(in: headers),
            attributes: BlobAttributes(
                contentType: headers["content-type"] ?? BlobAttributes().contentType,
                cacheControl: headers["cache-control"]),
            modifiedAt: headers["last-modified"].flatMap(HTTPDate.parse) ?? Date(timeIntervalSince1970: 0))
    }

    private static func checksum(in headers: HTTPHeaderFields) -> UInt32? {
        if let own = headers[checksum].flatMap({ UInt32($0) }) { return own }
        // One of parts ends with their number, and is none of the content.
        guard let text = headers["x-amz-checksum-crc32"], headers["x-amz-checksum-type"] != "COMPOSITE",
            let bytes = Data(base64Encoded: text), bytes.count == 4
        else { return nil }
        return bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }

    static func tag(_ head: HTTPResponseHead) throws(CompanionError) -> String {
        guard let tag = head.headers["etag"] else { throw S3Failure.malformed }
        return unquoted(tag)
    }

    /// Servers quote tags or do not.
    static func unquoted(_ tag: String) -> String { tag.filter { $0 != "\"" } }

    static func base64(_ checksum: UInt32) -> String {
        Data((0..<4).map { UInt8(truncatingIfNeeded: checksum >> (24 - 8 * $0)) }).base64EncodedString()
    }
}

extension S3Document {
    static func of(_ body: [UInt8]) throws(CompanionError) -> S3Document {
        do throws(Fault) { return try S3Document(body) } catch { throw S3Failure.malformed }
    }
}
