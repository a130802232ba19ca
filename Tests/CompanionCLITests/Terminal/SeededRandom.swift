/// A generator whose run can be repeated: the tests print its seed as their argument.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// SplitMix64 (Steele, Lea and Flood, 2014).
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// New seeds for each run.
    static func seeds(_ count: Int) -> [UInt64] {
        (0..<count).map { _ in .random(in: .min ... .max) }
    }
}

extension SeededRandom {
    /// Pieces of text that are hard for a terminal: all kinds of widths, clusters that join, control characters.
    static let hardPieces = [
        "a", "b", "word", "longer-word", " ", " ", " ", "  ", "\n", "\t", "é", "e", "\u{301}", "\u{200D}", "中", "文字",
        "「", "」", "。", "한국", "ᄒ", "ᅡ", "ᆫ", "👩", "💻", "👩‍💻", "👨‍👩‍👧‍👦", "🏽", "🇩", "🇪", "🇫🇷", "❤", "\u{FE0F}",
        "1", "\u{20E3}", "नि", "ไทย", "שלום", "\u{200B}", "\u{200E}", "\u{202E}", "\u{A0}", "—", "-", ".", ",", "ﾊﾟ",
        "\u{1B}[31m", "\u{1B}]0;t\u{07}", "\u{9B}2J", "\r", "\r\n", "\u{08}", "\u{7F}", "\u{0}", "\u{2028}",
    ]

    mutating func hardText(pieces count: Int) -> String {
        (0..<count).map { _ in Self.hardPieces.randomElement(using: &self)! }.joined()
    }

    /// Cuts into pieces between scalars, at random places.
    mutating func cut(_ text: String) -> [String] {
        var pieces: [String] = [""]
        for scalar in text.unicodeScalars {
            if Int.random(in: 0..<3, using: &self) == 0 { pieces.append("") }
            pieces[pieces.count - 1].unicodeScalars.append(scalar)
        }
        return pieces
    }

    mutating func cut(_ bytes: [UInt8]) -> [[UInt8]] {
        var pieces: [[UInt8]] = [[]]
        for byte in bytes {
            if Int.random(in: 0..<3, using: &self) == 0 { pieces.append([]) }
            pieces[pieces.count - 1].append(byte)
        }
        return pieces
    }
}
