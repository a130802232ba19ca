/// Where a line may be broken within text that has no space: a small part of UAX #14.
enum LineBreaking {
    /// Whether a line may end with `word`, which holds no space, and the next begin with `next`.
    static func isAllowed(after word: [Character], before next: Character) -> Bool {
        guard let last = word.last, !endsPhrase(next), !beginsPhrase(last) else { return false }
        if last == "-" { return word.count > 1 && word[word.count - 2].isLetter && next.isLetter }
        return last == "—" || last == "–" || isIdeographic(last) || isIdeographic(next)
    }

    /// Wide, and not Hangul, whose words are set apart by spaces: such characters may be parted anywhere.
    private static func isIdeographic(_ character: Character) -> Bool {
        if character.isASCII { return false }
        switch character.unicodeScalars.first!.value {
        case 0x1100...0x11FF, 0xA960...0xA97C, 0xAC00...0xD7FB: return false
        default: return DisplayWidth.of(character) > 1
        }
    }

    private static func endsPhrase(_ character: Character) -> Bool {
        closing.contains(character)
    }

    private static func beginsPhrase(_ character: Character) -> Bool {
        opening.contains(character)
    }

    private static let closing = Set<Character>(
        "!),.:;?]}%’”»›…、。，．・：；？！」』）］｝〕〉》】〙〗〟‥ー々ゝゞぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ—–-")
    private static let opening = Set<Character>("([{‘“«‹「『（［｛〔〈《【〘〖〝")
}
