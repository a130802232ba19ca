/// An incremental search through the history, newest first: Ctrl-R and Ctrl-S go to older and newer matches, Ctrl-G
/// gives up, any other key takes what was found.
struct HistorySearch: Sendable {
    enum Outcome: Sendable, Hashable {
        case unchanged
        /// The entry with this index is to be shown.
        case found(Int)
        /// There is no (other) match; what is shown stays.
        case failed
        /// What was there before the search comes back.
        case cancelled
        /// The key is not for the search.
        case ended
    }

    private(set) var query = ""
    private(set) var hasFailed = false
    private var match: Int?
    /// What was edited before, and its place in the history.
    let original: EditBuffer
    let originalPosition: Int

    init(original: EditBuffer, position: Int) {
        self.original = original
        originalPosition = position
    }

    mutating func apply(_ key: Key, to history: History) -> Outcome {
        let newest = history.entries.count - 1
        switch key {
        case .text(let text):
            query += text
            return show(history.last(containing: query, before: (match ?? newest) + 1))
        case .backspace, .control("h"):
            if query.popLast() == nil { return .failed }
            match = nil
            return show(history.last(containing: query, before: newest + 1))
        case .control("r"): return show(history.last(containing: query, before: match ?? newest + 1))
        case .control("s"): return show(history.first(containing: query, after: match ?? newest))
        case .control("g"): return .cancelled
        default: return .ended
        }
    }

    private mutating func show(_ found: Int?) -> Outcome {
        hasFailed = found == nil && !query.isEmpty
        if query.isEmpty { return .unchanged }
        guard let found else { return .failed }
        match = found
        return .found(found)
    }

    /// Where the query begins in a line that contains it.
    func position(in clusters: [Character]) -> Int? {
        let wanted = query.lowercased().map { String($0) }
        let line = clusters.map { $0.lowercased() }
        return line.indices.first { line[$0...].starts(with: wanted) }
    }
}
