/// Checks of what callers give, each with an error that says what was wrong.
enum Checked {
    /// Text of one line, trimmed.
    static func line(_ text: String, _ what: String, _ count: ClosedRange<Int>) throws(CompanionError) -> String {
        let text = try self.text(text, what, maximumBytes: count.upperBound * 4).trimmed
        guard !text.contains(where: \.isNewline) else {
            throw CompanionError(.invalidInput, "\(what) must be one line.")
        }
        guard count.contains(text.count) else {
            throw CompanionError(
                .invalidInput, "\(what) must have \(count.lowerBound) to \(count.upperBound) characters.")
        }
        return text
    }

    /// Text that every store can keep: bounded, and without NUL.
    static func text(_ text: String, _ what: String, maximumBytes: Int) throws(CompanionError) -> String {
        guard text.utf8.count <= maximumBytes else {
            throw CompanionError(
                .limitExceeded, "\(what) has \(text.utf8.count) bytes; at most \(maximumBytes) are taken.")
        }
        guard !text.utf8.contains(0) else {
            throw CompanionError(.invalidInput, "\(what) must not contain the character NUL.")
        }
        return text
    }

    /// The size of a page.
    static func limit(_ limit: Int) throws(CompanionError) -> Int {
        guard (1...500).contains(limit) else {
            throw CompanionError(.invalidInput, "A page has 1 to 500 entries, not \(limit).")
        }
        return limit
    }
}

extension String {
    /// Without white space at both ends.
    var trimmed: String {
        guard let start = firstIndex(where: { !$0.isWhitespace }),
            let end = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[start...end])
    }

    /// True where there is nothing to see.
    var isBlank: Bool { allSatisfy(\.isWhitespace) }

    /// At most so many bytes of it, cut between characters.
    func cut(to bytes: Int) -> String {
        guard utf8.count > bytes else { return self }
        var text = ""
        var count = 0
        for character in self {
            count += character.utf8.count
            guard count <= bytes else { break }
            text.append(character)
        }
        return text
    }

    /// Whether it has 1 to 64 lower-case ASCII letters, digits, `-`, `_` and `.`.
    var isPlainName: Bool {
        (1...64).contains(utf8.count)
            && utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
                    UInt8(ascii: "_"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }
}
