/// Makes text from outside harmless to a terminal, scalar by scalar.
///
/// Every line end becomes a newline. Other control characters, and with them every escape sequence, become visible
/// symbols. Marks that turn the direction of what follows are dropped; scripts written from right to left need none.
struct ControlFilter: Sendable {
    private var afterReturn = false

    /// What to show for the next scalar; nil for nothing. Never a control character, but for newline and tab.
    mutating func feed(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        defer { afterReturn = scalar == "\r" }
        switch scalar.value {
        case 0x0A: return afterReturn ? nil : "\n"
        case 0x09: return scalar
        case 0x0B...0x0D, 0x85, 0x2028, 0x2029: return "\n"
        case 0x00..<0x20: return Unicode.Scalar(0x2400 + scalar.value)
        case 0x7F: return "\u{2421}"
        case 0x80..<0xA0: return "\u{FFFD}"
        case 0x202A...0x202E, 0x2066...0x2069: return nil
        default: return scalar
        }
    }

    /// `text` made harmless, on one line: for names and titles that others wrote.
    static func singleLine(_ text: String) -> String {
        text.harmless.split(whereSeparator: { $0 == "\n" || $0 == "\t" }).joined(separator: " ")
    }
}

extension String {
    /// The text with ``ControlFilter`` applied; newlines and tabs stay.
    var harmless: String {
        var filter = ControlFilter()
        var result = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            if let shown = filter.feed(scalar) { result.append(shown) }
        }
        return String(result)
    }
}
