/// Decodes UTF-8 byte by byte. What is not UTF-8 becomes U+FFFD, once for each maximal ill-formed part, as the Unicode
/// Standard (3.9) advises and `String(decoding:as:)` does.
struct UTF8Decoder: Sendable {
    enum Step: Sendable, Hashable {
        /// The scalar is not complete.
        case more
        case scalar(Unicode.Scalar)
        /// What came before was cut short, and is U+FFFD. The byte itself is to be fed again.
        case cutShort
    }

    private var value: UInt32 = 0
    private var missing = 0
    /// What the next byte may be; narrower than 0x80...0xBF behind some lead bytes.
    private var allowed: ClosedRange<UInt8> = 0x80...0xBF

    /// Whether a scalar has begun.
    var isInsideScalar: Bool { missing > 0 }

    mutating func feed(_ byte: UInt8) -> Step {
        if missing == 0 { return begin(byte) }
        guard allowed.contains(byte) else {
            missing = 0
            return .cutShort
        }
        allowed = 0x80...0xBF
        value = value << 6 | UInt32(byte & 0x3F)
        missing -= 1
        return missing > 0 ? .more : .scalar(Unicode.Scalar(value) ?? "\u{FFFD}")
    }

    private mutating func begin(_ byte: UInt8) -> Step {
        allowed = 0x80...0xBF
        switch byte {
        case 0x00...0x7F: return .scalar(Unicode.Scalar(byte))
        case 0xC2...0xDF: (value, missing) = (UInt32(byte & 0x1F), 1)
        case 0xE0...0xEF:
            (value, missing) = (UInt32(byte & 0x0F), 2)
            if byte == 0xE0 { allowed = 0xA0...0xBF }
            if byte == 0xED { allowed = 0x80...0x9F }
        case 0xF0...0xF4:
            (value, missing) = (UInt32(byte & 0x07), 3)
            if byte == 0xF0 { allowed = 0x90...0xBF }
            if byte == 0xF4 { allowed = 0x80...0x8F }
        default: return .scalar("\u{FFFD}")
        }
        return .more
    }
}
