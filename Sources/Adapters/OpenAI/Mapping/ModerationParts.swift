/// Cuts a text into parts that overlap, so that whatever is no longer than the overlap stands whole in one of them.
struct ModerationParts: Sendable {
    let maximumBytes: Int
    /// A part begins so many bytes, or a few more, before the end of the one before it.
    var overlap: Int { maximumBytes / 8 }

    func parts(of text: String) -> [String] {
        let bytes = text.utf8
        guard bytes.count > maximumBytes else { return [text] }
        var parts: [String] = []
        var start = bytes.startIndex
        while true {
            guard let limit = bytes.index(start, offsetBy: maximumBytes, limitedBy: bytes.endIndex),
                limit < bytes.endIndex
            else {
                parts.append(String(text[start...]))
                return parts
            }
            let end = edge(in: text, notAfter: limit, atLeast: bytes.index(start, offsetBy: maximumBytes / 2))
            parts.append(String(text[start..<end]))
            start = edge(
                in: text, notAfter: bytes.index(end, offsetBy: -overlap),
                atLeast: bytes.index(end, offsetBy: -maximumBytes / 4))
        }
    }

    /// The last place behind a blank between the two, or else the last between two scalars.
    private func edge(in text: String, notAfter limit: String.Index, atLeast least: String.Index) -> String.Index {
        let utf8 = text.utf8
        var place = limit
        while place > least {
            let before = utf8.index(before: place)
            if utf8[before] == UInt8(ascii: " ") || utf8[before] == UInt8(ascii: "\n") { return place }
            place = before
        }
        place = limit
        while utf8[place] & 0xC0 == 0x80 { place = utf8.index(before: place) }
        return place
    }
}
