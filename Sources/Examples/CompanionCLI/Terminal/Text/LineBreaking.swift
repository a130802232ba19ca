/// Where a line may be broken within text that has no space: a small part of UAX #14.
enum LineBreaking {
    /// What a character is to the breaking of lines.
    enum Class: Sendable, Hashable {
        case letter
        /// Wide, and not Hangul, whose words are set apart by spaces: such characters may be parted anywhere.
        case ideograph
        /// Begins a phrase; no line ends with it.
        case opening
        /// Ends a phrase; no line begins with it.
        case closing
        case hyphen
        case dash
        case other
    }

    static func `class`(of character: Character, width: Int) -> Class {
        let scalar = character.unicodeScalars.first!
        switch scalar {
        case "a"..."z", "A"..."Z": return .letter
        case "-": return .hyphen
        case "–", "—": return .dash
        case "(", "[", "{", "‘", "“", "«", "‹": return .opening
        case "!", ")", ",", ".", ":", ";", "?", "]", "}", "%", "’", "”", "»", "›", "…", "‥": return .closing
        default:
            if scalar.isASCII { return .other }
            if width < 2 || isHangul(scalar.value) { return scalar.properties.isAlphabetic ? .letter : .other }
            if openingIdeographs.contains(scalar) { return .opening }
            return closingIdeographs.contains(scalar) ? .closing : .ideograph
        }
    }

    /// Whether a line may end with `last`, and the next begin with `next`, where no space is between them.
    static func isAllowed(between last: Class, and next: Class, beforeLast: Class?) -> Bool {
        switch (last, next) {
        case (.opening, _), (_, .closing), (_, .hyphen), (_, .dash): false
        case (.dash, _), (.ideograph, _), (_, .ideograph): true
        case (.hyphen, .letter): beforeLast == .letter
        case (.closing, .opening): true
        default: false
        }
    }

    private static func isHangul(_ value: UInt32) -> Bool {
        switch value {
        case 0x1100...0x11FF, 0xA960...0xA97C, 0xAC00...0xD7FB: true
        default: false
        }
    }

    private static let openingIdeographs = Set("「『（［｛〔〈《【〘〖〝".unicodeScalars)
    private static let closingIdeographs = Set(
        "、。，．・：；？！」』）］｝〕〉》】〙〗〟ー々ゝゞぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ".unicodeScalars)
}
