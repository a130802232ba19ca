public import CompanionCore

extension CardFile {
    /// A file that travels with a card: in CHARX, all but `card.json`.
    public struct EmbeddedFile: Sendable, Hashable {
        /// ASCII, separated by `/`, such as `assets/icon/images/main.png`. An asset's address is `embeded://` and this.
        public var path: String
        public var bytes: [UInt8]

        public init(path: String, bytes: [UInt8]) {
            self.path = path
            self.bytes = bytes
        }
    }

    private static let cardPath = "card.json"
    static let embedded = "embeded://"

    /// Puts a card and its files into a CHARX archive, as V3.
    ///
    /// ```swift
    /// let contents = try CardFile.read(bytes)
    /// let again = try CardFile.charx(card: contents.imported.card, files: contents.files())
    /// ```
    ///
    /// - Parameters:
    ///   - files: What the card's assets name as `embeded://…`, and whatever else is to travel with it.
    ///   - icon: A PNG that becomes the main icon, where the card's main icon is the default one (`ccdefault:`).
    /// - Throws: `CompanionError` with `invalidInput` for a path that is no plain one or is there twice,
    ///   `limitExceeded` where the archive would be larger than what ``read(_:limits:)`` takes by default.
    public static func charx(
        card: CharacterCard, files: [EmbeddedFile] = [], icon: [UInt8]? = nil
    ) throws -> [UInt8] {
        var (card, files) = (card, files)
        if let icon { add(icon, to: &card, &files) }
        let limits = Limits()
        let json = card.json(as: .v3).serializedBytes(pretty: true)
        guard json.count <= limits.json.bytes else {
            throw CompanionError(
                .limitExceeded, "the card is larger than the limit of \(limits.json.bytes) bytes for its JSON")
        }
        var writer = ZipWriter()
        try writer.add(json, at: cardPath)
        var paths: Set<String> = [cardPath]
        for file in files {
            guard isPlain(file.path), paths.insert(file.path).inserted else {
                throw CompanionError(
                    .invalidInput, "a file's path is not plain ASCII, leads elsewhere or is there twice")
            }
            try writer.add(file.bytes, at: file.path)
        }
        let archive = writer.finish()
        guard archive.count <= limits.fileBytes else {
            throw CompanionError(
                .limitExceeded, "card and files together are larger than the limit of \(limits.fileBytes) bytes")
        }
        return archive
    }

    static func readCHARX(_ bytes: [UInt8], limits: Limits) throws -> Contents {
        var archive = try ZipReader(bytes, limits: limits.archive)
        var folder: String?
        if archive.entry(at: cardPath) == nil {
            // A folder was packed rather than what is in it.
            let cards = archive.entries.filter { $0.path.hasSuffix("/" + cardPath) && !$0.path.hasPrefix("assets/") }
            if cards.count == 1 { folder = String(cards[0].path.dropLast(cardPath.count + 1)) }
            if let folder { archive = archive.rooted(at: folder) }
        }
        guard let entry = archive.entry(at: cardPath) else {
            throw CompanionError(
                .invalidInput,
                "this zip archive holds no card.json, so it is no CHARX card: if it holds cards, unpack them first")
        }
        guard entry.size <= limits.json.bytes else {
            throw CompanionError(
                .limitExceeded, "the card is larger than the limit of \(limits.json.bytes) bytes for its JSON")
        }
        var imported = try CharacterCard.Import(parsing: archive.read(entry), limits: limits.json)
        if folder != nil {
            imported.warnings.insert(
                .init(path: "", message: "stands in a folder of the archive, not at its root"), at: 0)
        }
        let missing = (imported.card.assets ?? []).count { asset in
            path(of: asset).map { archive.entry(at: $0) == nil } ?? false
        }
        if missing > 0 {
            imported.warnings.append(
                .init(path: "data.assets", message: "names \(missing) files that the archive lacks"))
        }
        return Contents(imported: imported, format: .charx, archive: archive)
    }

    /// Where an asset's file stands in the archive; nil where it does not travel with the card.
    ///
    /// The specification spells the scheme `embeded`; both spellings are read, and backslashes as slashes.
    static func path(of asset: CharacterCard.Asset) -> String? {
        for scheme in [embedded, "embedded://"] where asset.uri.hasPrefix(scheme) {
            return String(asset.uri.dropFirst(scheme.count).map { $0 == "\\" ? "/" : $0 })
        }
        return nil
    }

    private static func add(_ icon: [UInt8], to card: inout CharacterCard, _ files: inout [EmbeddedFile]) {
        var assets = card.assets ?? [.defaultIcon]
        let place = assets.firstIndex { $0.type == "icon" && $0.name == "main" && $0.uri == "ccdefault:" }
        guard let place else { return }
        var path = "assets/icon/images/main.png"
        var number = 1
        while files.contains(where: { $0.path == path }) {
            number += 1
            path = "assets/icon/images/main-\(number).png"
        }
        assets[place].uri = embedded + path
        assets[place].ext = "png"
        card.assets = assets
        files.append(EmbeddedFile(path: path, bytes: icon))
    }

    private static func isPlain(_ path: String) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return path.utf8.count <= 1_024 && path.utf8.allSatisfy { (0x20...0x7E).contains($0) }
            && !path.contains("\\") && !path.contains(":") && !parts.contains("") && !parts.contains("..")
            && !parts.contains(".")
    }
}

extension CardFile.Contents {
    /// The paths of the files that travel with the card (CHARX), in the archive's order.
    public var filePaths: [String] { archive?.entries.map(\.path).filter { $0 != "card.json" } ?? [] }

    /// One of the files that travel with the card; nil where there is none of this path. Inflated each time.
    ///
    /// - Throws: `CompanionError` with `invalidInput` where it is damaged.
    public func file(at path: String) throws -> [UInt8]? {
        guard let archive, let entry = archive.entry(at: path) else { return nil }
        return try archive.read(entry)
    }

    /// All files that travel with the card. Together they take at most what ``CardFile/Limits`` allows.
    public func files() throws -> [CardFile.EmbeddedFile] {
        try filePaths.compactMap { path in
            try file(at: path).map { CardFile.EmbeddedFile(path: path, bytes: $0) }
        }
    }

    /// The main icon, where it is a PNG among the files.
    var embeddedIcon: [UInt8]? {
        let icons = (imported.card.assets ?? []).filter { $0.type == "icon" && CardFile.path(of: $0) != nil }
        guard let icon = icons.first(where: { $0.name == "main" }) ?? icons.first,
            let path = CardFile.path(of: icon), let bytes = try? file(at: path),
            bytes.starts(with: PNG.signature)
        else { return nil }
        return bytes
    }
}
