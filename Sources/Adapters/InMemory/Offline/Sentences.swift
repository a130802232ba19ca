/// A sentence of a text, without the mark at its end.
struct Sentence: Sendable, Hashable {
    var text: String
    var isQuestion: Bool

    /// The sentences of a text. A mark ends a sentence only where a space, a quotation mark or the end follows it.
    static func all(in text: String) -> [Sentence] {
        var sentences: [Sentence] = []
        var current = ""
        func end(isQuestion: Bool) {
            let trimmed = current.trimmed
            if trimmed.contains(where: { $0.isLetter || $0.isNumber }) {
                sentences.append(Sentence(text: trimmed, isQuestion: isQuestion))
            }
            current = ""
        }
        let characters = Array(text)
        for (index, character) in characters.enumerated() {
            let next = index + 1 < characters.count ? characters[index + 1] : " "
            let isWide = "。！？".contains(character)
            if character.isNewline {
                end(isQuestion: false)
            } else if isWide || (".!?…".contains(character) && (next.isWhitespace || "\"”'’*)".contains(next))) {
                end(isQuestion: character == "?" || character == "？")
            } else {
                current.append(character)
            }
        }
        end(isQuestion: false)
        return sentences
    }
}

extension StringProtocol {
    /// Without blanks at both ends.
    var trimmed: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text = text.dropFirst() }
        while text.last?.isWhitespace == true { text = text.dropLast() }
        return String(text)
    }

    /// With a capital at the beginning.
    var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
