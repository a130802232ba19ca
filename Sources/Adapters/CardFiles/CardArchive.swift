package import CompanionCore

/// A zip archive of cards and lorebooks, in folders or not: read one file at a time, so that it may be larger than the
/// memory.
///
/// What is called like a card is tried. An archive within it is tried as a CHARX card, and never opened otherwise.
package struct CardArchive: Sendable {
    /// The endings of what may hold a card or a lorebook, in small letters.
    package static let extensions = [".png", ".apng", ".json", ".charx", ".zip"]

    /// A file that may be a card or a lorebook.
    package struct Item: Sendable, Hashable {
        /// Within the archive.
        package var path: String { entry.path }
        fileprivate let entry: ZipReader.Entry
    }

    /// What was found in a file.
    package enum Content: Sendable, Hashable {
        case card(CardFile.Contents)
        case lorebook(Lorebook.Import)
    }

    /// In the archive's order.
    package let items: [Item]
    /// How many other files there are. What is hidden, or a computer's own, counts for nothing.
    package let otherCount: Int
    private let reader: ZipReader

    /// The bounds of an archive: 100,000 files that inflate to 16 GiB, each at most 200 times.
    package static var limits: ZipReader.Limits {
        var limits = ZipReader.Limits()
        (limits.entries, limits.bytes) = (100_000, 16 << 30)
        return limits
    }

    /// Reads the list of files.
    ///
    /// - Parameter extensions: Other endings than those of cards, for archives of something else.
    /// - Throws: `CompanionError` with `invalidInput` where it is damaged, is no zip or has paths that lead elsewhere,
    ///   `unsupported` for encrypted ones and those of several parts, `limitExceeded` where a bound is reached.
    package init(
        _ source: ZipSource, extensions: [String] = Self.extensions, limits: ZipReader.Limits = Self.limits
    ) throws {
        reader = try ZipReader(source, limits: limits)
        let visible = reader.entries.filter { !Self.isHidden($0.path) }
        items = visible.filter { entry in extensions.contains { entry.path.lowercased().hasSuffix($0) } }.map(Item.init)
        otherCount = visible.count - items.count
    }

    /// Whether the archive is one card with its files (CHARX), and no archive of cards: `card.json` at its root or in its
    /// only folder, and beside it nothing that may be a card but what is an asset.
    package var isCard: Bool {
        let named = items.filter { $0.path == "card.json" || $0.path.hasSuffix("/card.json") }
        guard let card = named.first(where: { $0.path == "card.json" }) ?? (named.count == 1 ? named[0] : nil) else {
            return false
        }
        let folder = String(card.path.dropLast("card.json".count))
        let others = items.filter { item in
            item != card && !["assets/", "x_meta/"].contains { item.path.hasPrefix(folder + $0) }
        }
        if others.isEmpty { return true }
        guard card.entry.size <= JSONLimits().bytes, let bytes = try? reader.read(card.entry),
            let assets = try? CharacterCard(parsing: bytes).assets
        else { return false }
        let own = Set(assets.compactMap(CardFile.path(of:)).map { folder + $0 })
        return others.allSatisfy { own.contains($0.path) }
    }

    /// Reads one of the files.
    ///
    /// - Throws: `CompanionError` with the codes of ``CardFile/read(_:limits:)``.
    package func read(_ item: Item, limits: CardFile.Limits = .init()) throws -> Content {
        try Self.read(bytes(of: item, limit: limits.fileBytes), limits: limits)
    }

    /// The bytes of one of the files. Throws `limitExceeded` for more than `limit`, `invalidInput` where it is damaged.
    package func bytes(of item: Item, limit: Int) throws -> [UInt8] {
        guard item.entry.size <= limit else {
            throw CompanionError(.limitExceeded, "the file is larger than the limit of \(limit) bytes")
        }
        return try reader.read(item.entry)
    }

    /// Reads a card, or else a lorebook, from a file's bytes. The error is the card's where it is neither.
    package static func read(_ bytes: [UInt8], limits: CardFile.Limits = .init()) throws -> Content {
        do {
            return .card(try CardFile.read(bytes, limits: limits))
        } catch let error as CompanionError where error.code == .invalidInput && CardFile.isJSON(bytes) {
            guard let book = try? Lorebook.Import(parsing: bytes, limits: limits.json) else { throw error }
            return .lorebook(book)
        }
    }

    private static func isHidden(_ path: String) -> Bool {
        path.hasPrefix("__MACOSX/") || path.split(separator: "/").contains { $0.hasPrefix(".") }
    }
}
