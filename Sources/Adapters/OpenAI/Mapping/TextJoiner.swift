/// Makes whole characters of pieces of text that may end inside one.
///
/// A piece may end in the middle of a character's UTF-8, or after the first of the two surrogates that JSON's escapes
/// make of a character. What is incomplete waits for the next piece; what can't become a character is U+FFFD.
struct TextJoiner {
    /// At most three bytes: the beginning of a character, or a high surrogate in the form of ``JSONText/append(to:)``.
    private var held: [UInt8] = []

    /// The text that is complete with this piece; nil if that is none.
    mutating func take(_ piece: JSONText) -> String? {
        // The usual piece: nothing is held, and it ends with a whole character.
        if held.isEmpty, !piece.hasEscapes, Self.lengthOfComplete(piece.bytes) == piece.bytes.count {
            return piece.bytes.isEmpty ? nil : String(decoding: piece.bytes, as: UTF8.self)
        }
        var bytes = held
        held.removeAll(keepingCapacity: true)
        piece.append(to: &bytes)
        let complete = bytes.withUnsafeBytes { Self.lengthOfComplete($0) }
        held.append(contentsOf: bytes[complete...])
        return Self.string(bytes[..<complete])
    }

    /// What was held, when no more comes; nil if that is nothing.
    mutating func finish() -> String? {
        defer { held = [] }
        return Self.string(held[...])
    }

    /// How many bytes there are before an incomplete character at the end.
    private static func lengthOfComplete(_ bytes: UnsafeRawBufferPointer) -> Int {
        if bytes.last ?? 0 < 0x80 { return bytes.count }
        guard let lead = bytes.lastIndex(where: { $0 & 0xC0 != 0x80 }), lead + 4 > bytes.count else {
            return bytes.count
        }
        let length = bytes.count - lead
        switch bytes[lead] {
        case 0xED where length == 3 && (0xA0...0xAF).contains(bytes[lead + 1]): return lead
        case 0xC2...0xDF: return length < 2 ? lead : bytes.count
        case 0xE0...0xEF: return length < 3 ? lead : bytes.count
        case 0xF0...0xF4: return length < 4 ? lead : bytes.count
        default: return bytes.count
        }
    }

    private static func string(_ bytes: ArraySlice<UInt8>) -> String? {
        guard !bytes.isEmpty else { return nil }
        // Only a surrogate begins like this; everything else is UTF-8, which String repairs where it must.
        guard bytes.contains(0xED) else { return String(decoding: bytes, as: UTF8.self) }
        return String(decoding: joiningSurrogates(bytes), as: UTF8.self)
    }

    /// Makes one character of each two surrogates, and U+FFFD of each single one.
    private static func joiningSurrogates(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var rest = bytes
        while let first = rest.first {
            guard let unit = surrogate(rest) else {
                output.append(first)
                rest.removeFirst()
                continue
            }
            rest.removeFirst(3)
            if unit < 0xDC00, let low = surrogate(rest), low >= 0xDC00,
                let scalar = UnicodeScalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
            {
                rest.removeFirst(3)
                output.append(contentsOf: UTF8.encode(scalar)!)
            } else {
                output.append(contentsOf: "\u{FFFD}".utf8)
            }
        }
        return output
    }

    private static func surrogate(_ bytes: ArraySlice<UInt8>) -> UInt32? {
        let start = bytes.startIndex
        guard bytes.count >= 3, bytes[start] == 0xED, (0xA0...0xBF).contains(bytes[start + 1]),
            bytes[start + 2] & 0xC0 == 0x80
        else { return nil }
        return 0xD000 | UInt32(bytes[start + 1] & 0x3F) << 6 | UInt32(bytes[start + 2] & 0x3F)
    }
}
