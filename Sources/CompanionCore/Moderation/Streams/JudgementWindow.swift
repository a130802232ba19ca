/// Gathers a reply's text into parts for a model to judge: whole sentences, neither so short that each costs a call of its
/// own, nor so long that the judgement comes late. A pure state machine.
struct JudgementWindow: Sendable {
    /// The text that no judgement covers yet.
    private(set) var text = ""
    /// The end of the last whole sentence in it, in bytes.
    private var sentenceEnd = 0
    private let least: Int
    private let most: Int
    private var hasEnded = false
    private var last: UInt8 = 0

    /// - Parameters:
    ///   - least: No part is shorter, except the last, in bytes.
    ///   - most: A part that long is judged without waiting for the end of its sentence.
    init(least: Int, most: Int) {
        precondition(0 < least && least <= most, "A part has a length.")
        self.least = least
        self.most = most
    }

    mutating func add(_ piece: String) {
        var offset = text.utf8.count
        for byte in piece.utf8 {
            // A sentence ends where white space follows its mark, or with its line.
            if Self.isMark(last), byte == 32 || byte == 10 { sentenceEnd = offset }
            if byte == 10 { sentenceEnd = offset + 1 }
            last = byte
            offset += 1
        }
        text += piece
    }

    mutating func end() { hasEnded = true }

    /// Whether a part is to be judged now.
    var isDue: Bool {
        hasEnded ? !text.isEmpty : sentenceEnd >= least || text.utf8.count >= most
    }

    /// The part that is due, which counts as judged from now on.
    mutating func take() -> String {
        let length = hasEnded || sentenceEnd < least ? text.utf8.count : sentenceEnd
        let cut = text.utf8.index(text.startIndex, offsetBy: length)
        let part = String(text[..<cut])
        text.removeSubrange(..<cut)
        sentenceEnd = 0
        return part
    }

    private static func isMark(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "?"), UInt8(ascii: "\""), UInt8(ascii: "*"): true
        // The last byte of 。！？… and closing quotes; others end with it, too, which costs nothing before a space.
        default: byte >= 0x80
        }
    }
}
