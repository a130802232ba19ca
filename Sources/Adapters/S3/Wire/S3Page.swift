internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A page of a list. Names that are no keys of ours are left out: somebody else's objects may lie among them.
struct S3Page {
    var entries: [BlobEntry]
    /// Nil on the last page.
    var continuationToken: String?

    init(_ body: [UInt8], below root: String) throws(CompanionError) {
        let document = try S3Document.of(body)
        guard document.name == "ListBucketResult" else { throw S3Failure.malformed }
        entries = []
        for child in document.children where child.name == "Contents" {
            guard let name = child["Key"], let size = child["Size"].flatMap({ Int($0) }) else {
                throw S3Failure.malformed
            }
            guard name.hasPrefix(root), let key = BlobKey(String(name.dropFirst(root.count))) else { continue }
            let date = child["LastModified"].flatMap(Self.date)
            entries.append(BlobEntry(key: key, size: size, modifiedAt: date ?? Date(timeIntervalSince1970: 0)))
        }
        continuationToken = document["IsTruncated"] == "true" ? document["NextContinuationToken"] : nil
    }

    /// With parts of a second or without.
    private static func date(_ text: String) -> Date? {
        (try? Date(text, strategy: .iso8601))
            ?? (try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
    }
}
