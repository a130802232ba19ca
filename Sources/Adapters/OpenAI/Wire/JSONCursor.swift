/// Walks over JSON text and takes out the few values that matter, without building anything.
///
/// Lenient: it follows the structure and checks no more than that takes. What it passes over may be malformed; of
/// valid JSON it says the same as a decoder. Of a repeated key each occurrence is visited, so the last one counts.
struct JSONCursor {
    /// The text ended, or a structural character is not where it must be.
    struct Malformed: Error {}

    private let bytes: UnsafeRawBufferPointer
    private var index = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Visits the members of an object; `visit` must take or skip the value. Skips a value that is no object.
    mutating func forEachMember(_ visit: (inout JSONCursor, JSONText) throws -> Void) throws {
        guard try peek() == UInt8(ascii: "{") else { return try skip() }
        index += 1
        if try peek() == UInt8(ascii: "}") {
            index += 1
            return
        }
        while true {
            guard try peek() == UInt8(ascii: "\"") else { throw Malformed() }
            let key = try text()
            guard try peek() == UInt8(ascii: ":") else { throw Malformed() }
            index += 1
            try visit(&self, key)
            let separator = try peek()
            index += 1
            if separator == UInt8(ascii: "}") { return }
            guard separator == UInt8(ascii: ",") else { throw Malformed() }
        }
    }

    /// Visits the elements of an array; `visit` must take or skip the value. Skips a value that is no array.
    mutating func forEachElement(_ visit: (inout JSONCursor, _ position: Int) throws -> Void) throws {
        guard try peek() == UInt8(ascii: "[") else { return try skip() }
        index += 1
        if try peek() == UInt8(ascii: "]") {
            index += 1
            return
        }
        var position = 0
        while true {
            try visit(&self, position)
            position += 1
            let separator = try peek()
            index += 1
            if separator == UInt8(ascii: "]") { return }
            guard separator == UInt8(ascii: ",") else { throw Malformed() }
        }
    }

    /// The value if it is a string; any other value is skipped.
    mutating func string() throws -> JSONText? {
        guard try peek() == UInt8(ascii: "\"") else {
            try skip()
            return nil
        }
        return try text()
    }

    /// The value if it is a number without a fraction; any other value is skipped.
    mutating func integer() throws -> Int? {
        let start = (try peek(), index).1
        try skip()
        let text = String(decoding: UnsafeRawBufferPointer(rebasing: bytes[start..<index]), as: UTF8.self)
        return Int(text) ?? Double(text).flatMap { Int(exactly: $0) }
    }

    /// The value if it is a number; any other value is skipped.
    mutating func float() throws -> Float? {
        let start = (try peek(), index).1
        try skip()
        return Float(String(decoding: UnsafeRawBufferPointer(rebasing: bytes[start..<index]), as: UTF8.self))
    }

    /// Whether the value is a string. It stays where it is.
    mutating func isString() throws -> Bool { try peek() == UInt8(ascii: "\"") }

    /// Whether the value is `null`. It stays where it is.
    mutating func isNull() throws -> Bool { try peek() == UInt8(ascii: "n") }

    /// Passes over one value of any kind.
    mutating func skip() throws {
        switch try peek() {
        case UInt8(ascii: "\""):
            _ = try text()
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            try skipContainer()
        case UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ","), UInt8(ascii: ":"):
            throw Malformed()
        default:
            while index < bytes.count, !Self.endsLiteral(bytes[index]) { index += 1 }
        }
    }

    /// By counting, not by calling itself: depth costs nothing.
    private mutating func skipContainer() throws {
        var depth = 0
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                _ = try text()
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: break
            }
            index += 1
            if depth == 0 { return }
        }
        throw Malformed()
    }

    private static func endsLiteral(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), 0x20, 0x0A, 0x0D, 0x09: true
        default: false
        }
    }

    /// The next byte that is no white space. It stays where it is.
    private mutating func peek() throws -> UInt8 {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x0A, 0x0D, 0x09: index += 1
            case let byte: return byte
            }
        }
        throw Malformed()
    }

    /// The string whose quotation mark is next. Looks at eight bytes at a time.
    private mutating func text() throws -> JSONText {
        let start = index + 1
        var hasEscapes = false
        index = start
        while true {
            while index + 8 <= bytes.count {
                let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
                let hits = word.matches(0x2222_2222_2222_2222) | word.matches(0x5C5C_5C5C_5C5C_5C5C)
                index += hits.trailingZeroBitCount / 8
                if hits != 0 { break }
            }
            while index < bytes.count, bytes[index] != UInt8(ascii: "\""), bytes[index] != UInt8(ascii: "\\") {
                index += 1
            }
            guard index < bytes.count else { throw Malformed() }
            if bytes[index] == UInt8(ascii: "\"") { break }
            hasEscapes = true
            index += 2
        }
        defer { index += 1 }
        return JSONText(bytes: UnsafeRawBufferPointer(rebasing: bytes[start..<index]), hasEscapes: hasEscapes)
    }
}

extension UInt64 {
    /// The top bit of each byte that equals the byte of `pattern`. Bits above the lowest hit may be wrong.
    @inline(__always)
    fileprivate func matches(_ pattern: UInt64) -> UInt64 {
        let difference = self ^ pattern
        return (difference &- 0x0101_0101_0101_0101) & ~difference & 0x8080_8080_8080_8080
    }
}
