public import CompanionCore

/// The files in which character cards travel: JSON, PNG or APNG pictures that carry the card as text, and CHARX
/// archives that hold it with its files.
///
/// ```swift
/// let contents = try CardFile.read(bytes)
/// let luna = contents.imported.card
/// let picture = try CardFile.png(card: luna, image: contents.image ?? placeholder)
/// ```
public enum CardFile {
    /// What was found in a file.
    public struct Contents: Sendable, Hashable {
        public let imported: CharacterCard.Import
        public let format: Format
        /// A picture's file, and what of it is not the picture.
        private let file: [UInt8]?
        private let cards: [Range<Int>]
        let archive: ZipReader?

        init(
            imported: CharacterCard.Import, format: Format, file: [UInt8]? = nil, cards: [Range<Int>] = [],
            archive: ZipReader? = nil
        ) {
            self.imported = imported
            self.format = format
            self.file = file
            self.cards = cards
            self.archive = archive
        }

        /// The picture without the card; of an archive, the card's main icon where that is a PNG; else nil. Made anew each
        /// time.
        public var image: [UInt8]? { file?.removing(cards) ?? embeddedIcon }
    }

    /// A kind of file. A closed set that may grow.
    public struct Format: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String {
            case json = "JSON"
            case png = "PNG"
            case apng = "APNG"
            case charx = "CHARX"
        }
        private let kind: Kind

        public static let json = Format(kind: .json)
        public static let png = Format(kind: .png)
        /// An animated PNG.
        public static let apng = Format(kind: .apng)
        /// A zip archive with `card.json` and the card's files.
        public static let charx = Format(kind: .charx)

        /// The name as people write it, such as `APNG`.
        public var description: String { kind.rawValue }
    }

    /// The bounds within which a file is read. What exceeds one is refused with `limitExceeded`.
    public struct Limits: Sendable, Hashable {
        /// The size of the file in bytes. Default 64 MiB.
        public var fileBytes: Int
        /// The bytes of a card's text in a picture, after it was inflated and before base64 is decoded. Default 24 MiB.
        public var textBytes: Int
        /// The bounds of the card's JSON.
        public var json: JSONLimits
        /// Files and folders in an archive. Default 4,096.
        public var archiveFiles: Int
        /// All files of an archive together, inflated. Default 256 MiB.
        public var archiveBytes: Int

        public init(
            fileBytes: Int = 64 << 20, textBytes: Int = 24 << 20, json: JSONLimits = .init(),
            archiveFiles: Int = 4_096, archiveBytes: Int = 256 << 20
        ) {
            self.fileBytes = fileBytes
            self.textBytes = textBytes
            self.json = json
            self.archiveFiles = archiveFiles
            self.archiveBytes = archiveBytes
        }

        var archive: ZipReader.Limits {
            var limits = ZipReader.Limits()
            (limits.entries, limits.bytes) = (archiveFiles, archiveBytes)
            return limits
        }
    }

    /// Reads a card from a file's bytes, whatever the file is called.
    ///
    /// - Throws: `CompanionError` with `unsupported` where the file is of another kind (its message says which, where
    ///   that is known), `invalidInput` where it is damaged or holds no card, `limitExceeded` where a bound is reached.
    public static func read(_ bytes: some Collection<UInt8>, limits: Limits = .init()) throws -> Contents {
        guard bytes.count <= limits.fileBytes else {
            throw CompanionError(.limitExceeded, "the file is larger than the limit of \(limits.fileBytes) bytes")
        }
        let bytes = Array(bytes)
        switch FileKind(of: bytes) {
        case .png: return try readPNG(bytes, limits: limits)
        case .json:
            let imported = try CharacterCard.Import(parsing: bytes, limits: limits.json)
            return Contents(imported: imported, format: .json)
        case .empty: throw CompanionError(.invalidInput, "the file is empty")
        case .zip: return try readCHARX(bytes, limits: limits)
        case .other(let name):
            // Some programs put a picture in front of the archive.
            if name == "JPEG", try ZipDirectory(.bytes(bytes)) != nil { return try readCHARX(bytes, limits: limits) }
            let kind = name.map { "this is a \($0) file" } ?? "this is no file of a known kind"
            throw CompanionError(.unsupported, "\(kind): character cards are read from JSON, PNG, APNG and CHARX")
        }
    }
}

extension CardFile {
    /// Whether it seems to be JSON by its first bytes.
    static func isJSON(_ bytes: [UInt8]) -> Bool { if case .json = FileKind(of: bytes) { true } else { false } }
}

/// What a file seems to be by its first bytes.
private enum FileKind {
    case empty, json, png, zip
    case other(name: String?)

    init(of bytes: [UInt8]) {
        let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        let isUTF16 =
            bytes.starts(with: [0xFE, 0xFF, 0]) || bytes.starts(with: [0xFF, 0xFE]) && bytes.dropFirst(3).first == 0
        if bytes.isEmpty {
            self = .empty
        } else if bytes.starts(with: PNG.signature) {
            self = .png
        } else if bytes.starts(with: "PK".utf8) {
            self = .zip
        } else if isUTF16 {
            self = .json
        } else if let start = text.first(where: { ![0x20, 0x0A, 0x0D, 0x09].contains($0) }),
            start == UInt8(ascii: "{") || start == UInt8(ascii: "[")
        {
            self = .json
        } else {
            self = .other(name: Self.name(of: bytes))
        }
    }

    private static func name(of bytes: [UInt8]) -> String? {
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return "JPEG" }
        if bytes.starts(with: "GIF8".utf8) { return "GIF" }
        if bytes.starts(with: "RIFF".utf8), bytes.dropFirst(8).starts(with: "WEBP".utf8) { return "WebP" }
        if bytes.starts(with: [0x1F, 0x8B]) { return "gzip" }
        if bytes.dropFirst(4).starts(with: "ftypavif".utf8) { return "AVIF" }
        if bytes.starts(with: "7z".utf8) { return "7-Zip" }
        if bytes.starts(with: "Rar!".utf8) { return "RAR" }
        return nil
    }
}
