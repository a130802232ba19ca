/// A JSON string as it is written, between its quotation marks. Valid as long as the bytes that it was found in.
struct JSONText {
    let bytes: UnsafeRawBufferPointer
    let hasEscapes: Bool

    /// Whether this is the string `other`, which holds no escapes.
    @inline(__always)
    func equals(_ other: StaticString) -> Bool {
        if hasEscapes { return string == other.description }
        guard bytes.count == other.utf8CodeUnitCount else { return false }
        let start = other.utf8Start
        for index in 0..<bytes.count where bytes[index] != start[index] { return false }
        return true
    }

    /// The string itself; halves of characters become U+FFFD.
    var string: String {
        guard hasEscapes else { return String(decoding: bytes, as: UTF8.self) }
        var decoded: [UInt8] = []
        append(to: &decoded)
        return String(decoding: decoded, as: UTF8.self)
    }

    /// Appends the string's UTF-8. A surrogate that was written as an escape and stands alone becomes three bytes
    /// as if it were a scalar (that is no valid UTF-8): its other half may be in another string.
    func append(to output: inout [UInt8]) {
        guard hasEscapes else { return output.append(contentsOf: bytes) }
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            guard byte == UInt8(ascii: "\\"), index < bytes.count else {
                output.append(byte)
                continue
            }
            let escape = bytes[index]
            index += 1
            switch escape {
            case UInt8(ascii: "n"): output.append(0x0A)
            case UInt8(ascii: "t"): output.append(0x09)
            case UInt8(ascii: "r"): output.append(0x0D)
            case UInt8(ascii: "b"): output.append(0x08)
            case UInt8(ascii: "f"): output.append(0x0C)
            case UInt8(ascii: "u"): appendUnit(at: &index, to: &output)
            default: output.append(escape)
            }
        }
    }

    private func appendUnit(at index: inout Int, to output: inout [UInt8]) {
        guard let unit = hexadecimal(at: index) else { return output.append(contentsOf: "\u{FFFD}".utf8) }
        index += 4
        var scalar = unit
        if (0xD800..<0xDC00).contains(unit), index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\"),
            bytes[index + 1] == UInt8(ascii: "u"), let low = hexadecimal(at: index + 2), (0xDC00..<0xE000).contains(low)
        {
            index += 6
            scalar = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
        }
        Self.append(scalar, to: &output)
    }

    private func hexadecimal(at index: Int) -> UInt32? {
        guard index + 4 <= bytes.count else { return nil }
        var value: UInt32 = 0
        for byte in bytes[index..<index + 4] {
            switch byte {
            case 0x30...0x39: value = value << 4 | UInt32(byte - 0x30)
            case 0x41...0x46: value = value << 4 | UInt32(byte - 0x37)
            case 0x61...0x66: value = value << 4 | UInt32(byte - 0x57)
            default: return nil
            }
        }
        return value
    }

    /// The bytes of UTF-8's scheme for any number below 0x110000, surrogates included.
    private static func append(_ scalar: UInt32, to output: inout [UInt8]) {
        func tail(_ shift: UInt32) -> UInt8 { 0x80 | UInt8(scalar >> shift & 0x3F) }
        switch scalar {
        case ..<0x80: output.append(UInt8(scalar))
        case ..<0x800: output += [0xC0 | UInt8(scalar >> 6), tail(0)]
        case ..<0x10000: output += [0xE0 | UInt8(scalar >> 12), tail(6), tail(0)]
        default: output += [0xF0 | UInt8(scalar >> 18), tail(12), tail(6), tail(0)]
        }
    }
}
