/// Paints layouts over one another: pure. It knows what is on the screen, and returns what changes that.
///
/// All rows end with a line feed of ours, never by the terminal's own wrapping, so that each row's place is known.
struct LineRenderer: Sendable {
    private var painted: [LineLayout.Row] = []
    private var columns = 0
    /// The row of `painted` that the cursor is in.
    private var cursorRow = 0
    /// The cursor's column.
    private var cursorColumn = 0
    /// The first row of the layout that is shown, where not all fit.
    private var top = 0

    /// The sequence that makes the screen show `layout`.
    mutating func paint(_ layout: LineLayout, height: Int, palette: Palette) -> String {
        let rows = visibleRows(of: layout, height: height)
        var output = ""
        if columns != layout.columns {
            output += climbOverReflow(columns: layout.columns)
            columns = layout.columns
        }
        var first = zip(rows, painted).prefix { $0 == $1 }.count
        if first < rows.count || rows.count < painted.count {
            // A new row can only be made by a line feed from the row above it.
            if first == painted.count, first > 0 { first -= 1 }
            output += move(toRow: first) + "\r\u{1B}[J"
            output += rows[first...].map { Self.text(of: $0, palette) }.joined(separator: "\r\n")
            cursorRow = max(first, rows.count - 1)
        }
        painted = rows
        output += move(toRow: layout.cursorRow - top)
        cursorColumn = layout.cursorColumn
        return output + Self.column(cursorColumn)
    }

    /// Leaves what is painted where it is, with `mark` behind it, and the cursor on the row below.
    mutating func finish(mark: String = "") -> String {
        defer { forget() }
        guard let last = painted.last else { return mark.isEmpty ? "" : mark + "\r\n" }
        let place = mark.isEmpty ? "" : Self.column(max(0, min(last.width, columns - DisplayWidth.of(mark))))
        return move(toRow: painted.count - 1) + place + mark + "\r\n"
    }

    /// Nothing is known of the screen any more: the next painting begins at the cursor.
    mutating func forget() {
        self = LineRenderer()
    }

    private mutating func visibleRows(of layout: LineLayout, height: Int) -> [LineLayout.Row] {
        let height = max(1, height)
        top = min(max(top, layout.cursorRow - height + 1), layout.cursorRow, max(0, layout.rows.count - height))
        return Array(layout.rows[top..<min(top + height, layout.rows.count)])
    }

    /// Goes to the first painted row after the width changed, and clears from there.
    ///
    /// Most terminals break rows that are too long now; what was one row takes several. A narrower row stays one.
    private mutating func climbOverReflow(columns: Int) -> String {
        guard !painted.isEmpty else { return "" }
        var rows = painted[..<cursorRow].reduce(0) { $0 + Self.brokenRows(of: $1.text, columns: columns) }
        // The cursor stays with the character that it stands on, or with the last one.
        let text = painted[cursorRow].text
        let beforeCursor = text.prefix(fitting: cursorColumn)
        rows += Self.brokenRows(of: String(text.prefix(beforeCursor.count + 1)), columns: columns) - 1
        painted = []
        cursorRow = 0
        return (rows > 0 ? "\u{1B}[\(rows)A" : "") + "\r\u{1B}[J"
    }

    /// How many rows a terminal makes of one.
    private static func brokenRows(of text: String, columns: Int) -> Int {
        LineLayout(prompt: Prompt(text), clusters: [], cursor: -1, columns: columns).rows.count
    }

    private mutating func move(toRow row: Int) -> String {
        defer { cursorRow = row }
        if row < cursorRow { return "\u{1B}[\(cursorRow - row)A" }
        return row > cursorRow ? "\u{1B}[\(row - cursorRow)B" : ""
    }

    private static func column(_ column: Int) -> String {
        column > 0 ? "\r\u{1B}[\(column)C" : "\r"
    }

    private static func text(of row: LineLayout.Row, _ palette: Palette) -> String {
        row.spans.map { palette($0.style, $0.text) }.joined()
    }
}
