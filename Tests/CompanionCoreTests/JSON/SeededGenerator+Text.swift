import TestRandomness

extension SeededGenerator {
    /// A text of letters, quotes, control characters, other scripts and emoji, in no sensible order.
    mutating func text(upTo length: Int) -> String {
        let pieces = [
            "a", "Luna", " ", "\"", "\\", "/", "\n", "\t", "\u{0}", "\u{1F}", "\u{7F}", "é", "e\u{301}", "ß", "漢字",
            "👩‍👩‍👧", "\u{FFFF}", "\u{2028}", "{{user}}", "𝄞", "عر", ",", "@@depth 4\n",
        ]
        var text = ""
        for _ in 0..<Int.random(in: 0...length, using: &self) { text += pieces.randomElement(using: &self) ?? "" }
        return text
    }
}
