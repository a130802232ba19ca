@testable import CompanionCLI

/// A small terminal: understands the sequences that ``LineRenderer`` uses, and breaks long lines as most terminals do
/// when the window gets narrower.
struct Screen {
    private struct Line {
        var cells: [String] = []
    }

    private(set) var columns: Int
    let height: Int
    private var lines = [Line()]
    private var row = 0
    private(set) var column = 0
    /// The last column is filled; the next character goes to the next row.
    private var isWrapping = false
    private(set) var bells = 0

    /// Whether what is written must break its own lines, as the line editor does.
    private let breaksItself: Bool

    init(columns: Int, height: Int, breaksItself: Bool = true) {
        self.columns = columns
        self.height = height
        self.breaksItself = breaksItself
    }

    /// All rows, those that have scrolled away included, without blanks at their ends.
    var rows: [String] {
        lines.map { line in
            var text = line.cells.joined()
            while text.last == " " { text.removeLast() }
            return text
        }
    }

    var cursorRow: Int { row }

    mutating func write(_ text: String) {
        var rest = Substring(text)
        while let character = rest.popFirst() {
            switch character {
            case "\r\n":
                carriageReturn()
                lineFeed()
            case "\r": carriageReturn()
            case "\u{08}": column = max(0, column - 1)
            case "\n": lineFeed()
            case "\u{07}": bells += 1
            case "\u{1B}":
                precondition(rest.popFirst() == "[")
                let parameters = rest.prefix { !$0.isLetter }
                rest.removeFirst(parameters.count)
                perform(rest.removeFirst(), parameters: String(parameters))
            default: put(character)
            }
        }
    }

    private mutating func carriageReturn() {
        column = 0
        isWrapping = false
    }

    private mutating func lineFeed() {
        row += 1
        if row == lines.count { lines.append(Line()) }
    }

    private var topRow: Int { max(0, lines.count - height) }

    private mutating func perform(_ command: Character, parameters: String) {
        let count = Int(parameters) ?? 1
        switch command {
        case "A": row = max(topRow, row - count)
        case "B": row = min(lines.count - 1, row + count)
        case "C": column = min(columns - 1, column + count)
        case "J":
            precondition(!isWrapping, "erasing from here takes the last character of a full row away")
            lines[row].cells.removeSubrange(min(column, lines[row].cells.count)...)
            // Rows below the cursor are blank; the screen does not get shorter, but blank rows show nothing.
            for below in lines.indices.dropFirst(row + 1) { lines[below] = Line() }
        case "m", "h", "l": return
        default: preconditionFailure("unknown sequence \(parameters)\(command)")
        }
        isWrapping = false
    }

    private mutating func put(_ character: Character) {
        let width = DisplayWidth.of(character)
        if isWrapping || column + max(width, 1) > columns {
            precondition(!breaksItself, "the terminal itself would wrap here")
            carriageReturn()
            lineFeed()
        }
        while lines[row].cells.count < column + width { lines[row].cells.append(" ") }
        if width == 0 {
            if column > 0 { lines[row].cells[column - 1] += String(character) }
            return
        }
        lines[row].cells[column] = String(character)
        if width == 2 { lines[row].cells[column + 1] = "" }
        column += width
        if column == columns {
            column -= 1
            isWrapping = true
        }
    }

    /// Changes the width; rows that are too long now are broken.
    mutating func resize(columns new: Int) {
        columns = new
        isWrapping = false
        var broken: [Line] = []
        var place = (row: 0, column: 0)
        for (index, line) in lines.enumerated() {
            var rest = line.cells[...]
            repeat {
                var count = min(new, rest.count)
                // A wide character is not cut in half.
                if count < rest.count, count > 0, rest[rest.startIndex + count] == "" { count -= 1 }
                // The cursor stays with its character, or with the last one.
                if index == row, rest.startIndex <= column {
                    place = (broken.count, min(column - rest.startIndex, new - 1))
                }
                broken.append(Line(cells: Array(rest.prefix(count))))
                rest = rest.dropFirst(count)
            } while !rest.isEmpty
        }
        lines = broken
        (row, column) = place
    }
}
