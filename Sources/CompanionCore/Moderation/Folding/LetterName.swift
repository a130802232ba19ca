/// Reads the Unicode name of a scalar for the Latin letters that it stands for: compatibility forms and accents, without
/// tables of them, since the standard library holds the names and no compatibility mapping.
enum LetterName {
    /// The letters from a to z, or a base letter of Greek or Cyrillic; nil where the name says nothing of the kind.
    static func letters(of name: String) -> String? {
        var words = name.split(separator: " ")
        if let with = words.firstIndex(of: "WITH") { words.removeSubrange(with...) }
        if let ligature = words.firstIndex(of: "LIGATURE"), words.first == "LATIN" {
            return words[(ligature + 1)...].filter { $0 != "LONG" }.joined().lowercased()
        }
        if let numeral = words.firstIndex(of: "NUMERAL"), words.contains("ROMAN"), numeral + 1 < words.count {
            return numerals[words[(numeral + 1)...].joined(separator: " ")]
        }
        let isStyled = ["MATHEMATICAL", "DOUBLE-STRUCK", "BLACK-LETTER", "SCRIPT", "MODIFIER"].contains(
            words.first ?? "")
        guard isStyled || words.contains("LETTER") else { return nil }
        if words.contains("GREEK") || words.contains("CYRILLIC") { return nil }
        guard words.contains("LATIN") || words.contains("SYMBOL") || isStyled || isEnclosed(words) else { return nil }
        words.removeAll { adjectives.contains(String($0)) }
        guard words.count == 1 else { return words.isEmpty ? nil : special[words.joined(separator: " ")] }
        let letter = words[0].lowercased()
        if letter.utf8.count == 1, letter.utf8.allSatisfy({ (97...122).contains($0) }) { return letter }
        return special[String(words[0])]
    }

    private static func isEnclosed(_ words: [Substring]) -> Bool {
        !Set(words).isDisjoint(with: ["CIRCLED", "PARENTHESIZED", "SQUARED"])
    }

    private static let adjectives: Set<String> = [
        "LATIN", "FULLWIDTH", "CAPITAL", "SMALL", "LETTER", "MATHEMATICAL", "BOLD", "ITALIC", "SCRIPT", "FRAKTUR",
        "DOUBLE-STRUCK", "BLACK-LETTER", "SANS-SERIF", "MONOSPACE", "CIRCLED", "PARENTHESIZED", "SQUARED", "NEGATIVE",
        "CROSSED", "REGIONAL", "INDICATOR", "SYMBOL", "MODIFIER", "SUPERSCRIPT", "SUBSCRIPT", "DOTLESS", "LONG",
        "TURNED", "REVERSED", "OPEN", "BARRED", "INSULAR", "SIDEWAYS", "TORTOISE", "SHELL", "BRACKETED",
    ]

    private static let special = [
        "SHARP S": "ss", "AE": "ae", "OE": "oe", "AA": "aa", "AO": "ao", "AU": "au", "AV": "av", "AY": "ay",
        "OO": "oo", "VY": "vy", "DZ": "dz", "LJ": "lj", "NJ": "nj", "ALPHA": "a", "IOTA": "i", "UPSILON": "u",
        "EPSILON": "e", "ENG": "n", "ETH": "d",
    ]

    private static let numerals = [
        "ONE": "i", "TWO": "ii", "THREE": "iii", "FOUR": "iv", "FIVE": "v", "SIX": "vi", "SEVEN": "vii",
        "EIGHT": "viii", "NINE": "ix", "TEN": "x", "ELEVEN": "xi", "TWELVE": "xii", "FIFTY": "l",
        "ONE HUNDRED": "c", "FIVE HUNDRED": "d", "ONE THOUSAND": "m",
    ]

    /// The scalar without its accents, for Greek and Cyrillic: "GREEK SMALL LETTER ALPHA WITH TONOS" is an alpha.
    static func base(of name: String, among bases: [String: Unicode.Scalar]) -> Unicode.Scalar? {
        guard let end = name.range(ofWord: "WITH") else { return nil }
        return bases[String(name[..<end])]
    }
}

extension String {
    /// Where " word " begins, space included.
    fileprivate func range(ofWord word: String) -> String.Index? {
        var index = startIndex
        while let space = self[index...].firstIndex(of: " ") {
            if self[self.index(after: space)...].hasPrefix(word + " ") { return space }
            index = self.index(after: space)
        }
        return nil
    }
}
