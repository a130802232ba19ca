/// Text for a picture: what XML can't hold is left out, and its width is known about.
struct SVGText: Sendable, Hashable {
    let text: String

    init(_ text: String) {
        var scalars = String.UnicodeScalarView()
        for scalar in ControlFilter.singleLine(text).unicodeScalars where scalar.value & 0xFFFE != 0xFFFE {
            scalars.append(scalar)
        }
        self.text = String(scalars)
    }

    /// As it stands between tags and in attributes.
    var escaped: String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// What the text takes at most in common fonts without serifs: a bit more than DejaVu Sans, the widest of them.
    func width(size: Double) -> Double { text.reduce(0) { $0 + Self.width(of: $1) } * size }

    /// The text where it fits, else its beginning and a mark.
    func cut(to width: Double, size: Double) -> String {
        guard self.width(size: size) > width else { return text }
        var rest = width / size - Self.width(of: "…")
        var result = ""
        for character in text {
            rest -= Self.width(of: character)
            guard rest >= 0 else { break }
            result.append(character)
        }
        while result.last?.isWhitespace == true { result.removeLast() }
        return result + "…"
    }

    /// In parts of the size.
    private static func width(of character: Character) -> Double {
        switch character {
        case "i", "j", "l", "I", "!", "|", "'", ".", ",", ":", ";", " ": 0.36
        case "f", "r", "t", "(", ")", "[", "]", "/", "-", "\"": 0.46
        case "m", "w", "M", "W", "@", "%", "…", "—": 1.03
        case _ where character.isASCII && character.isUppercase: 0.8
        case _ where character.isASCII: 0.66
        default: 1.03 * Double(max(1, DisplayWidth.of(character)))
        }
    }
}
