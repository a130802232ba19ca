/// A prompt, the text behind it, and where the cursor is, as rows of a screen: pure.
struct LineLayout: Sendable, Hashable {
    /// A piece of a row that looks the same all over.
    struct Span: Sendable, Hashable {
        var text: String
        var style: Style?
    }

    /// One row, at most as wide as the screen.
    struct Row: Sendable, Hashable {
        var spans: [Span] = []
        var width = 0

        var text: String { spans.map(\.text).joined() }

        mutating func append(_ text: String, width: Int, style: Style?) {
            if spans.last?.style == style, !spans.isEmpty {
                spans[spans.count - 1].text += text
            } else {
                spans.append(Span(text: text, style: style))
            }
            self.width += width
        }
    }

    static let tabStop = 8

    private(set) var rows = [Row()]
    /// The row that the cursor is in.
    private(set) var cursorRow = 0
    /// The cursor's column, always less than `columns`.
    private(set) var cursorColumn = 0
    let columns: Int

    /// - Parameters:
    ///   - cursor: The number of clusters before the cursor.
    ///   - below: Shown dimly in rows below the text.
    init(prompt: Prompt, clusters: [Character], cursor: Int, below: String = "", columns: Int) {
        self.columns = max(1, columns)
        append(prompt.text, style: prompt.style)
        for (index, cluster) in clusters.enumerated() {
            if cluster == "\n" {
                if index == cursor { placeCursor() }
                rows.append(Row())
                append(prompt.continuation, style: .dim)
            } else {
                let width = makeRoom(for: cluster)
                if index == cursor { placeCursor() }
                let shown = cluster == "\t" ? String(repeating: " ", count: width) : String(cluster)
                rows[rows.count - 1].append(shown, width: width, style: nil)
            }
        }
        if cursor >= clusters.count { placeCursor() }
        if !below.isEmpty {
            rows.append(Row())
            append(below, style: .dim)
        }
    }

    private mutating func append(_ text: String, style: Style?) {
        for cluster in text {
            let width = makeRoom(for: cluster)
            rows[rows.count - 1].append(String(cluster), width: width, style: style)
        }
    }

    /// Begins a row if the last one has no room for the cluster; returns the cluster's width.
    private mutating func makeRoom(for cluster: Character) -> Int {
        let used = rows[rows.count - 1].width
        if cluster == "\t" {
            if used >= columns { rows.append(Row()) }
            let start = rows[rows.count - 1].width
            return min(Self.tabStop - start % Self.tabStop, columns - start)
        }
        let width = min(DisplayWidth.of(cluster), columns)
        if used + width > columns { rows.append(Row()) }
        return width
    }

    /// Puts the cursor behind what is laid out so far; behind a full row it goes to the start of the next.
    private mutating func placeCursor() {
        if rows[rows.count - 1].width >= columns { rows.append(Row()) }
        cursorRow = rows.count - 1
        cursorColumn = rows[rows.count - 1].width
    }
}

extension LineLayout {
    /// The layout of what an editor holds.
    init(prompt: Prompt, editor: LineEditor, columns: Int) {
        var prompt = prompt
        if let search = editor.search {
            let label = search.hasFailed ? "search, not found: " : "search: "
            prompt = Prompt(label + search.query + " › ", style: .dim, continuation: prompt.continuation)
        }
        self.init(
            prompt: prompt, clusters: editor.buffer.clusters, cursor: editor.buffer.cursor,
            below: editor.candidates.joined(separator: "  "), columns: columns)
    }
}
