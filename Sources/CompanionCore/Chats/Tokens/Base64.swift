/// Base64 (RFC 4648) of many short strings, which costs less by hand than a `Data` for each.
enum Base64 {
    /// Decodes padded groups of four digits up to the first other character, and appends the bytes to `bytes`.
    ///
    /// - Returns: The index of that character or the end; nil where there is no group or a group is malformed.
    static func decode(_ text: Slice<UnsafeBufferPointer<UInt8>>, into bytes: inout [UInt8]) -> Int? {
        var group: UInt32 = 0
        var bits = 0
        var index = text.startIndex
        while index < text.endIndex, let digit = digit(text[index]) {
            group = group << 6 | digit
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: group >> UInt32(bits)))
            }
            index += 1
        }
        // The bits left over are zeros, and `=` stands for each two of them.
        guard bits < 6, group & ((1 << UInt32(bits)) - 1) == 0 else { return nil }
        for _ in 0..<bits / 2 {
            guard index < text.endIndex, text[index] == UInt8(ascii: "=") else { return nil }
            index += 1
        }
        let length = index - text.startIndex
        return length > 0 && length.isMultiple(of: 4) ? index : nil
    }

    private static func digit(_ character: UInt8) -> UInt32? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
