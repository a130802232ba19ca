/// Wraps text at words while it arrives in pieces, and makes it harmless to the terminal.
///
/// What it prints depends on the whole text only, never on how that was cut into pieces. It holds back the word that
/// is not complete yet, and no more; a word longer than a line is broken. Spaces at a wrapped line's end are dropped.
struct TextWrapper: Sendable {
    /// Where tabs lead: to the next multiple of this column.
    static let tabStop = 4

    /// The width of a line; nil does not wrap, and holds nothing back.
    var columns: Int?
    /// The column at which the next character goes, of those that were printed.
    private(set) var column: Int

    private var filter = ControlFilter()
    private var clusters = ClusterAssembler()
    private var spaces = 0
    private var word = ""
    private var wordWidth = 0
    private var wordCount = 0
    /// The last two characters of the word.
    private var last: LineBreaking.Class?
    private var beforeLast: LineBreaking.Class?

    /// - Parameter column: Where the cursor stands, behind a name for instance.
    init(columns: Int?, column: Int = 0) {
        self.columns = columns
        self.column = column
    }

    /// Returns what of the text so far can be printed now.
    mutating func feed(_ piece: String) -> String {
        var output = ""
        for scalar in piece.unicodeScalars {
            guard let shown = filter.feed(scalar) else { continue }
            if columns == nil {
                column = shown == "\n" ? 0 : column + 1
                output.unicodeScalars.append(shown)
            } else if Self.endsWord(shown) {
                // At once, and not when it is known that no accent follows.
                if let cluster = clusters.finish() { place(cluster, in: &output) }
                place(Character(shown), in: &output)
            } else if let cluster = clusters.feed(shown) {
                place(cluster, in: &output)
            }
        }
        return output
    }

    /// Returns what was held back. The text is over.
    mutating func finish() -> String {
        var output = ""
        if let cluster = clusters.finish() { place(cluster, in: &output) }
        endWord(in: &output)
        return output
    }

    private static func endsWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar == " " || scalar == "\n" || scalar == "\t" || scalar == "\u{200B}"
    }

    private mutating func place(_ cluster: Character, in output: inout String) {
        switch cluster {
        case "\n":
            endWord(in: &output)
            output.append("\n")
            column = 0
            spaces = 0
        case " ":
            endWord(in: &output)
            spaces += 1
        case "\t":
            endWord(in: &output)
            spaces += Self.tabStop - (column + spaces) % Self.tabStop
        case "\u{200B}":
            word.append(cluster)
            wordCount += 1
            endWord(in: &output)
        default:
            let width = DisplayWidth.of(cluster)
            let next = LineBreaking.class(of: cluster, width: width)
            let overflows = wordWidth + width > lineWidth || wordCount >= 4 * lineWidth
            let mayBreak = last.map { LineBreaking.isAllowed(between: $0, and: next, beforeLast: beforeLast) } ?? false
            if overflows || mayBreak { endWord(in: &output) }
            word.append(cluster)
            wordWidth += width
            wordCount += 1
            (last, beforeLast) = (next, last)
        }
    }

    private var lineWidth: Int { max(1, columns ?? .max / 8) }

    private mutating func endWord(in output: inout String) {
        if word.isEmpty { return }
        if column + spaces + wordWidth <= lineWidth {
            for _ in 0..<spaces { output.append(" ") }
            column += spaces
        } else if column > 0 {
            output.append("\n")
            column = 0
        }
        output.append(word)
        column += wordWidth
        word.removeAll(keepingCapacity: true)
        wordWidth = 0
        wordCount = 0
        (last, beforeLast) = (nil, nil)
        spaces = 0
    }
}
