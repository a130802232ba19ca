internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What stands behind a blob's content in its file: JSON, its length (4 bytes, little-endian), and `CMPBLOB1`.
///
/// In one file with the content both change at once; behind it, so that the length need not be known before.
struct BlobTrailer {
    private struct Fields: Codable {
        var size: Int
        var tag: String
        var crc32: UInt32
        var attributes: BlobAttributes
        var modifiedAt: Int64
    }

    private static let magic = Array("CMPBLOB1".utf8)
    static let footerBytes = 4 + magic.count

    let bytes: [UInt8]

    init(_ head: BlobHead) throws(CompanionError) {
        let fields = Fields(
            size: head.size, tag: head.tag, crc32: head.checksum ?? 0, attributes: head.attributes,
            modifiedAt: head.modifiedAt.millisecondsSince1970)
        guard let json = try? JSONEncoder().encode(fields) else {
            throw CompanionError(.internalInconsistency, "What is known of a blob can't be written as JSON.")
        }
        let length = UInt32(json.count)
        bytes = Array(json) + (0..<4).map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) } + Self.magic
    }

    /// The length of the JSON; nil where it is no footer.
    static func length(inFooter footer: [UInt8]) -> Int? {
        guard Array(footer.dropFirst(4)) == magic else { return nil }
        return footer.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    /// Nil where it is not what was written for a content of that size.
    static func head(_ json: [UInt8], of key: BlobKey, size: Int) -> BlobHead? {
        guard let fields = try? JSONDecoder().decode(Fields.self, from: Data(json)), fields.size == size else {
            return nil
        }
        return BlobHead(
            key: key, size: size, tag: fields.tag, checksum: fields.crc32, attributes: fields.attributes,
            modifiedAt: Date(millisecondsSince1970: fields.modifiedAt))
    }
}
