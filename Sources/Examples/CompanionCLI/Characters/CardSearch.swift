internal import CompanionCardFiles
internal import CompanionCore
internal import _CompanionHosting

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Finds the files that may hold cards, and archives of them.
struct CardSearch {
    static let extensions = CardArchive.extensions

    /// The most files that are taken at once.
    var maximumFiles = 100_000
    /// How deep folders are searched.
    var maximumDepth = 32

    /// The named files, and those in the named folders whose names end like a card's, sorted. Links to folders are not
    /// followed within a folder.
    ///
    /// Throws `notFound`, and `limitExceeded` for more than ``maximumFiles``.
    func files(in paths: [String]) throws -> [String] {
        var files: [String] = []
        for path in paths {
            guard let isFolder = LocalFile(path: path).isFolder(followsLink: true) else {
                throw CompanionError(.notFound, "There is no file \(path).")
            }
            if isFolder { try search(path, depth: 0, into: &files) } else { files.append(path) }
        }
        return files
    }

    private func search(_ folder: String, depth: Int, into files: inout [String]) throws {
        guard depth < maximumDepth else { return }
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        } catch {
            throw CompanionError(.unavailable, "The folder \(folder) can't be read.", underlying: error, retry: .never)
        }
        for name in names where !name.hasPrefix(".") {
            let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
            if LocalFile(path: path).isFolder(followsLink: false) == true {
                try search(path, depth: depth + 1, into: &files)
            } else if Self.extensions.contains(where: name.lowercased().hasSuffix) {
                files.append(path)
                guard files.count <= maximumFiles else {
                    throw CompanionError(
                        .limitExceeded, "There are more than \(maximumFiles) files: import one folder after another.")
                }
            }
        }
    }
}
