/// What can be said of a text that is written for the eye: without marks of Markdown, code, emoji and, if wanted, actions.
///
/// Remembers from one sentence to the next whether an action or code goes on.
struct SpeakableText: Sendable {
    let skipsActions: Bool
    private var isInAction = false
    private var isInCode = false
    private var isAtLineStart = true

    init(skipsActions: Bool) { self.skipsActions = skipsActions }

    /// The spoken form of the next sentence; empty where it has no letter and no digit.
    mutating func read(_ source: ArraySlice<Unicode.Scalar>) -> String {
        let text = Array(source)
        var spoken = String.UnicodeScalarView()
        var index = 0
        while index < text.count { step(text, &index, &spoken) }
        guard spoken.contains(where: { $0.properties.isAlphabetic || $0.properties.numericType != nil }) else {
            return ""
        }
        return String(spoken).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    private mutating func step(
        _ text: [Unicode.Scalar], _ index: inout Int, _ spoken: inout String.UnicodeScalarView
    ) {
        let scalar = text[index]
        let run = text[index...].prefix { $0 == scalar }.count
        if scalar == "`" {
            if run >= 3 { isInCode.toggle() }
            isAtLineStart = false
            index += run
            return
        }
        if scalar == "\n" {
            isAtLineStart = true
            isInAction = false
            spoken.append(" ")
            index += 1
            return
        }
        guard !isInCode else {
            index += 1
            return
        }
        if isAtLineStart, !scalar.properties.isWhitespace {
            isAtLineStart = false
            let isFollowedBySpace = index + run < text.count && text[index + run].properties.isWhitespace
            let isMark = scalar == "#" || scalar == ">" || (["-", "+", "*"].contains(scalar) && run == 1)
            if isMark, isFollowedBySpace || scalar == ">" {
                index += run
                return
            }
        }
        switch scalar {
        case "*":
            if !run.isMultiple(of: 2), !isBetweenSpaces(text, index, run) {
                isInAction.toggle()
            }
            index += run
        case "_", "~", "|":
            let isInWord = index > 0 && isWord(text[index - 1]) && index + run < text.count && isWord(text[index + run])
            if isInWord || scalar == "|" { say(" ", &spoken) }
            index += run
        case "!" where index + 1 < text.count && text[index + 1] == "[" && link(text, index + 1) != nil:
            index += 1
        case "[" where link(text, index) != nil:
            index += 1
        case "]" where index + 1 < text.count && text[index + 1] == "(" && text[index...].contains(")"):
            index = (text[index...].firstIndex(of: ")") ?? index) + 1
        case "<":
            let isTag = index + 1 < text.count && (text[index + 1] == "/" || text[index + 1].properties.isAlphabetic)
            let end = isTag ? text[index...].prefix(80).firstIndex(of: ">") : nil
            if end == nil { say(scalar, &spoken) } else { say(" ", &spoken) }
            index = (end ?? index) + 1
        default:
            if !isPicture(scalar) { say(scalar, &spoken) }
            index += 1
        }
    }

    private func say(_ scalar: Unicode.Scalar, _ spoken: inout String.UnicodeScalarView) {
        if !(isInAction && skipsActions) { spoken.append(scalar) }
    }

    /// The index of the parenthesis that ends the link whose text begins here.
    private func link(_ text: [Unicode.Scalar], _ index: Int) -> Int? {
        guard let close = text[index...].firstIndex(of: "]"), close + 1 < text.count, text[close + 1] == "(" else {
            return nil
        }
        return text[close...].firstIndex(of: ")")
    }

    private func isBetweenSpaces(_ text: [Unicode.Scalar], _ index: Int, _ run: Int) -> Bool {
        let before = index == 0 || text[index - 1].properties.isWhitespace
        let after = index + run >= text.count || text[index + run].properties.isWhitespace
        return before && after && !isInAction
    }

    private func isWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }

    private func isPicture(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isEmojiPresentation || scalar.properties.isEmojiModifier || scalar == "\u{FE0F}"
            || scalar == "\u{20E3}"
    }
}
