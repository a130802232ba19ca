#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// Whose blobs.
public struct BlobScope: Sendable, Hashable {
    private enum Kind: Hashable {
        case user(User.ID)
        case shared
    }
    private let kind: Kind

    /// What is one person's own, and goes when they go.
    public static func user(_ id: User.ID) -> BlobScope { BlobScope(kind: .user(id)) }
    /// What is nobody's own, such as the images of characters that everybody may see. Never personal data.
    public static let shared = BlobScope(kind: .shared)

    /// The person whose blobs they are; nil for shared ones.
    public var user: User.ID? {
        switch kind {
        case .user(let id): id
        case .shared: nil
        }
    }

    /// Where stores that have one space of names keep the scope's: `users/…/`, `shared/`.
    public var path: String { user.map { "users/\($0)/" } ?? "shared/" }
}

/// What a blob is called within its scope: 1 to 200 bytes in parts that are separated by `/`, each of lower-case ASCII
/// letters, digits, `-`, `_` and `.`, and not `.` or `..`. So a key means the same to file systems that fold case.
public struct BlobKey: Sendable, Hashable, Comparable, LosslessStringConvertible, Codable {
    public let description: String

    /// Nil where the text is no key.
    public init?(_ description: String) {
        guard (1...200).contains(description.utf8.count) else { return nil }
        for part in description.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            guard !part.isEmpty, !part.elementsEqual(".".utf8), !part.elementsEqual("..".utf8),
                part.allSatisfy(Self.isAllowed)
            else { return nil }
        }
        self.description = description
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
            UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    /// By their bytes.
    public static func < (left: Self, right: Self) -> Bool {
        left.description.utf8.lexicographicallyPrecedes(right.description.utf8)
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let key = BlobKey(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a key")
        }
        self = key
    }

    public func encode(to encoder: any Encoder) throws { try description.encode(to: encoder) }
}

/// What is told to those who load the blob. Texts of at most 255 bytes of printable ASCII; a store throws `invalidInput` else.
public struct BlobAttributes: Sendable, Hashable, Codable {
    /// The media type, such as `image/png`.
    public var contentType: String
    /// How long others may keep it, as HTTP's `Cache-Control` says it; nil says nothing.
    public var cacheControl: String?

    public init(contentType: String = "application/octet-stream", cacheControl: String? = nil) {
        self.contentType = contentType
        self.cacheControl = cacheControl
    }

    /// Throws `invalidInput` where a text is out of its bounds.
    public func check() throws(CompanionError) {
        for text in [contentType, cacheControl ?? "-"] {
            guard (1...255).contains(text.utf8.count), text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
                throw CompanionError(
                    .invalidInput, "An attribute of a blob has 1 to 255 characters of printable ASCII.")
            }
        }
    }
}

/// Under which condition a blob is written.
public enum BlobCondition: Sendable, Hashable {
    case always
    /// There is none at that key.
    case ifAbsent
    /// What is there has this tag.
    case ifTag(String)

    /// For stores that decide it themselves.
    ///
    /// - Parameter tag: Of what is there; nil where there is nothing.
    /// - Throws: `conflict` where the condition does not hold.
    public func check(against tag: String?) throws(CompanionError) {
        let holds =
            switch self {
            case .always: true
            case .ifAbsent: tag == nil
            case .ifTag(let expected): tag == expected
            }
        guard holds else { throw CompanionError(.conflict, "The blob was written by somebody else meanwhile.") }
    }
}

/// What is known of a blob without its bytes.
public struct BlobHead: Sendable, Hashable {
    public var key: BlobKey
    /// In bytes.
    public var size: Int
    /// Stands for the version: another one after every write that changes the content. Only ever compared.
    public var tag: String
    /// The CRC-32 of the content (``CRC32``); nil where somebody else wrote the blob and the store does not know.
    public var checksum: UInt32?
    public var attributes: BlobAttributes
    /// When it was written, at least to the second.
    public var modifiedAt: Date

    public init(
        key: BlobKey, size: Int, tag: String, checksum: UInt32?, attributes: BlobAttributes, modifiedAt: Date
    ) {
        self.key = key
        self.size = size
        self.tag = tag
        self.checksum = checksum
        self.attributes = attributes
        self.modifiedAt = modifiedAt
    }
}

/// A blob in a list.
public struct BlobEntry: Sendable, Hashable {
    public var key: BlobKey
    /// In bytes.
    public var size: Int
    /// When it was written, at least to the second.
    public var modifiedAt: Date

    public init(key: BlobKey, size: Int, modifiedAt: Date) {
        self.key = key
        self.size = size
        self.modifiedAt = modifiedAt
    }
}

/// A blob that is being read.
public struct Blob: Sendable {
    public var head: BlobHead
    /// The bytes that the body has.
    public var range: Range<Int>
    public var body: BlobStream

    public init(head: BlobHead, range: Range<Int>, body: BlobStream) {
        self.head = head
        self.range = range
        self.body = body
    }
}

/// What somebody without credentials may do for a while.
public struct PresignedBlobRequest: Sendable, Hashable {
    /// `GET` or `PUT`.
    public var method: String
    /// Whoever has it may do what it says: keep it out of logs.
    public var url: String
    /// The header fields that must be sent with it.
    public var headers: [String: String]
    public var expiresAt: Date

    public init(method: String, url: String, headers: [String: String], expiresAt: Date) {
        self.method = method
        self.url = url
        self.headers = headers
        self.expiresAt = expiresAt
    }
}

extension Range<Int> {
    /// Which bytes of a blob of `size` a reader gets that asks for `range`.
    ///
    /// - Throws: `invalidInput` as ``BlobStore/get(_:in:range:)`` says.
    public static func bytes(_ range: Range<Int>?, ofBlobWithSize size: Int) throws(CompanionError) -> Range<Int> {
        guard let range else { return 0..<size }
        guard range.lowerBound >= 0, !range.isEmpty, range.lowerBound < size else {
            throw CompanionError(.invalidInput, "The range \(range) has no byte of a blob of \(size) bytes.")
        }
        return range.clamped(to: 0..<size)
    }
}
