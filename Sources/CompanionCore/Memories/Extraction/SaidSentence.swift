/// A sentence of what a person wrote.
struct SaidSentence: Sendable, Hashable {
    /// Without the mark at its end.
    var text: String
    var isQuestion: Bool

    /// The sentences of a text. A mark ends a sentence only where white space, a quotation mark or the end follows it.
    static func all(in text: String) -> [SaidSentence] {
        var sentences: [SaidSentence] = []
        var start = text.startIndex
        func end(at index: String.Index, isQuestion: Bool) {
            let sentence = String(text[start..<index]).trimmed
            if sentence.contains(where: { $0.isLetter || $0.isNumber }) {
                sentences.append(SaidSentence(text: sentence, isQuestion: isQuestion))
            }
        }
        var index = text.startIndex
        while index < text.endIndex {
            let character = text[index]
            let next = text.index(after: index)
            let isEnd =
                character.isNewline || "。！？".contains(character)
                || ".!?…".contains(character)
                    && (next == text.endIndex || text[next].isWhitespace || "\"”'’*)".contains(text[next]))
            if isEnd {
                end(at: index, isQuestion: character == "?" || character == "？")
                start = next
            }
            index = next
        }
        end(at: text.endIndex, isQuestion: false)
        return sentences
    }
}
