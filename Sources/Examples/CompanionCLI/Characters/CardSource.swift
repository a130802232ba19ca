internal import CompanionCardFiles
internal import CompanionCore
internal import _CompanionHosting

/// Where a card or a lorebook may be: a file, or a file within an archive.
struct CardSource: Sendable {
    private enum Place: Sendable {
        case file
        case item(CardArchive, CardArchive.Item)
        case unreadable(CompanionError)
    }

    /// What it is called in reports: the path, of what is within an archive behind the archive's.
    let name: String
    private let path: String
    private let place: Place

    /// What the file is called, without folders and without its ending.
    var stem: String {
        let file: Substring
        if case .item(_, let item) = place {
            file = item.path.split(separator: "/").last ?? ""
        } else {
            file = path.split(separator: "/").last ?? ""
        }
        return String(file.lastIndex(of: ".").map { file[..<$0] } ?? file)
    }

    /// Reads it. Throws `notFound`, and the errors of `CardFile.read`.
    func read() throws -> CardArchive.Content {
        switch place {
        case .file:
            let limits = CardFile.Limits()
            guard let bytes = try LocalFile(path: path).contents(maximumBytes: limits.fileBytes) else {
                throw CompanionError(.notFound, "the file is gone")
            }
            return try CardArchive.read(bytes, limits: limits)
        case .item(let archive, let item): return try archive.read(item)
        case .unreadable(let error): throw error
        }
    }
}

extension CardSource {
    /// All that the files hold: each file itself, or what is in it where it is an archive of cards. Of an archive, only the
    /// list of its files is read.
    ///
    /// - Returns: And how many files of archives are none that may be cards.
    /// - Throws: `limitExceeded` for more than `limit` altogether.
    static func all(in files: [String], limit: Int) throws -> (sources: [CardSource], others: Int) {
        var sources: [CardSource] = []
        var others = 0
        for path in files {
            do {
                guard let archive = try archive(at: path) else {
                    sources.append(CardSource(name: path, path: path, place: .file))
                    continue
                }
                others += archive.otherCount
                sources += archive.items.map { item in
                    CardSource(name: "\(path): \(item.path)", path: path, place: .item(archive, item))
                }
                if archive.items.isEmpty {
                    throw CompanionError(.invalidInput, "the archive holds no file that is called like a card")
                }
            } catch let error as CompanionError {
                sources.append(CardSource(name: path, path: path, place: .unreadable(error)))
            }
            guard sources.count <= limit else {
                throw CompanionError(
                    .limitExceeded, "There are more than \(limit) files: import one folder or archive after another.")
            }
        }
        return (sources, others)
    }

    /// Nil for what is no archive, or one card with its files.
    private static func archive(at path: String) throws -> CardArchive? {
        guard !path.lowercased().hasSuffix(".charx") else { return nil }
        guard let source = try LocalFile(path: path).zipSource else { return nil }
        let archive = try CardArchive(source)
        return archive.isCard ? nil : archive
    }
}

extension LocalFile {
    /// The file as an archive that is read piece by piece; nil for what does not begin as a zip does.
    var zipSource: ZipSource? {
        get throws {
            guard let count = byteCount, count >= 22, try contents(of: 0..<2) == Array("PK".utf8) else { return nil }
            return .file(ZipFile(count: count) { try contents(of: $0) })
        }
    }
}
