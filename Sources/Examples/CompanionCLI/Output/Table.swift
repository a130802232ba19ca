/// Rows with columns of equal width.
struct Table {
    enum Alignment { case left, right }

    private let columns: [(title: String, alignment: Alignment)]
    private var rows: [[String]] = []

    init(_ columns: (title: String, alignment: Alignment)...) { self.columns = columns }

    mutating func add(_ cells: String...) { rows.append(cells.map(ControlFilter.singleLine)) }

    var isEmpty: Bool { rows.isEmpty }

    /// The lines of the table, the titles first; cut where they are wider than `width`.
    func lines(width: Int?) -> [String] {
        let rows = [columns.map(\.title)] + rows
        let widths = columns.indices.map { column in rows.map { DisplayWidth.of($0[column]) }.max() ?? 0 }
        return rows.map { row in
            var line = ""
            for index in columns.indices {
                let padding = String(repeating: " ", count: widths[index] - DisplayWidth.of(row[index]))
                if index > 0 { line += "  " }
                line += columns[index].alignment == .right ? padding + row[index] : row[index] + padding
            }
            while line.last == " " { line.removeLast() }
            return width.map { line.cut(to: max(2, $0)) } ?? line
        }
    }
}

extension Terminal {
    /// The width that lines are cut to; nil where they are not shown on a terminal.
    var lineWidth: Int? { isOutputTerminal ? size.columns : nil }
}
