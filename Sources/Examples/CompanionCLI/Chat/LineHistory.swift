internal import CompanionCore
internal import _CompanionHosting

/// The lines that were entered in earlier runs. Doing without them harms nobody, so that no error ends a chat.
struct LineHistory {
    private let file: HistoryFile?
    private let folder: LocalFolder?

    init(environment: [String: String]) {
        let path = UserFolders(environment: environment).state
        folder = path.map { LocalFolder(path: $0) }
        file = path.map { HistoryFile(path: "\($0)/history") }
    }

    func load() -> History { (try? file?.load()) ?? History() }

    /// Deletes all lines; throws where that can't be done.
    func forget() throws { if let file { try LocalFile(path: file.path).remove() } }

    /// Adds the lines of this run behind those that are there by now.
    func keep(_ lines: [String]) {
        guard let file, let folder, !lines.isEmpty else { return }
        try? folder.create()
        try? file.append(lines)
    }
}
