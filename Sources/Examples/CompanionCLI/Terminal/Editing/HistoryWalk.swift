/// Where in the history the editor is: at an entry, or at the line below all of them that is being written.
struct HistoryWalk: Sendable {
    private(set) var history: History
    private var index: Int?
    private var draft = EditBuffer()

    init(history: History) {
        self.history = history
    }

    /// The index of the entry that is shown; the number of entries for the line below them.
    var position: Int { index ?? history.entries.count }

    /// What to edit at another position; nil if there is none, or it is the one where the editor is.
    ///
    /// The line below the entries is kept while entries are shown; changes to an entry are lost on leaving it.
    mutating func move(to target: Int, from current: EditBuffer) -> EditBuffer? {
        guard (0...history.entries.count).contains(target), target != position else { return nil }
        if index == nil { draft = current }
        index = target == history.entries.count ? nil : target
        return index.map { EditBuffer(history.entries[$0]) } ?? draft
    }

    /// Goes back below the entries, to a new line.
    mutating func end(with line: String? = nil) {
        if let line { history.add(line) }
        index = nil
        draft = EditBuffer()
    }
}
