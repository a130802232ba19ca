/// Prints a reply while it arrives: wrapped at words on a terminal, as it is in a pipe, harmless in both.
struct StreamPrinter {
    /// Lines longer than this are hard to read, however wide the window is.
    static let longestLine = 100

    private let terminal: Terminal
    private var wrapper: TextWrapper

    /// - Parameter column: Where the cursor stands, behind a name for instance.
    init(terminal: Terminal, column: Int = 0) {
        self.terminal = terminal
        wrapper = TextWrapper(columns: nil, column: column)
        fitToWindow()
    }

    /// Prints the next piece up to its last whole word, at once.
    mutating func print(_ piece: String) {
        fitToWindow()
        terminal.output.write(wrapper.feed(piece))
        terminal.output.flush()
    }

    /// Prints what was held back, and ends the line.
    mutating func finish() {
        terminal.output.write(wrapper.finish())
        if wrapper.column > 0 { terminal.output.writeLine() }
        terminal.output.flush()
    }

    private mutating func fitToWindow() {
        wrapper.columns = terminal.isOutputTerminal ? min(terminal.size.columns, Self.longestLine) : nil
    }
}
