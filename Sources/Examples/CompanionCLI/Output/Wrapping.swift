extension String {
    /// The text in lines of at most `width` columns, and no more than are easily read, broken at words, with `indent`
    /// blanks before each of them. Nil breaks only where the text does. At least one line.
    func wrapped(to width: Int?, indent: Int = 0) -> [String] {
        let columns = width.map { max(1, min($0, StreamPrinter.longestLine) - indent) }
        var wrapper = TextWrapper(columns: columns)
        let text = wrapper.feed(self) + wrapper.finish()
        let blanks = String(repeating: " ", count: indent)
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : blanks + $0 }
    }
}
