extension JSONValue {
    /// Reads one JSON text (RFC 8259) in UTF-8.
    ///
    /// Strict, except that a byte order mark at the start is skipped and that an escaped surrogate without its other
    /// half becomes U+FFFD. Time is linear in the length.
    ///
    /// - Throws: ``CompanionError`` with `invalidInput`, or `limitExceeded` where a limit was reached. The message
    ///   names the byte offset and what was expected there, never the content.
    public init(parsing bytes: Span<UInt8>, limits: JSONLimits = .init()) throws {
        var parser = JSONParser(limits: limits)
        self = try parser.parseDocument(bytes)
    }

    /// Reads one JSON text from bytes of any kind (`[UInt8]`, `Data`, a slice, a buffer pointer).
    public init(parsing bytes: some Collection<UInt8>, limits: JSONLimits = .init()) throws {
        let value = try bytes.withContiguousStorageIfAvailable { try JSONValue(parsing: $0.span, limits: limits) }
        if let value {
            self = value
        } else {
            // One byte too many is enough for the refusal.
            self = try JSONValue(parsing: Array(bytes.prefix(limits.bytes + 1)).span, limits: limits)
        }
    }

    /// Reads one JSON text.
    public init(parsing text: some StringProtocol, limits: JSONLimits = .init()) throws {
        var text = String(text)
        self = try text.withUTF8 { try JSONValue(parsing: $0.span, limits: limits) }
    }
}

/// A recursive-descent parser. The bytes are passed along rather than stored, so that they need not be copied.
struct JSONParser {
    private var limits: JSONLimits
    var position = 0
    private var depth = 0
    private var values = 0
    /// The text of a string with escapes, while it is put together.
    private var unescaped: [UInt8] = []
    /// Whether the current string may hold more than ASCII, which is the costly case to check.
    private var hasHighBit = false
    /// The entries of a card's book, where they were read as such: an empty array stands for them in the value.
    private(set) var bookEntries: [LorebookEntry]?
    /// Whether a key on the way to them came twice: then they may be another book's.
    private(set) var isAmbiguous = false

    init(limits: JSONLimits) {
        self.limits = limits
        self.limits.depth = min(limits.depth, JSONLimits.deepest)
    }

    /// What an object or an array is in a card: only what leads to its book is of interest.
    enum Place {
        case elsewhere, card, data, book, entries

        func inside(_ key: String) -> Place {
            switch self {
            case .card where key == "data": .data
            case .data where key == "character_book": .book
            case .book where key == "entries": .entries
            default: .elsewhere
            }
        }
    }

    /// - Parameter isCard: Whether the entries of a card's book, most of what a card is, are to be read as such rather than
    ///   as values: ``bookEntries``.
    mutating func parseDocument(_ bytes: Span<UInt8>, isCard: Bool = false) throws -> JSONValue {
        guard bytes.count <= limits.bytes else {
            throw CompanionError(.limitExceeded, "the JSON is larger than the limit of \(limits.bytes) bytes")
        }
        if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { position = 3 }
        skipSpace(bytes)
        let value = try parseValue(bytes, at: isCard ? .card : .elsewhere)
        skipSpace(bytes)
        guard position == bytes.count else { throw expected("the end of the text") }
        return value
    }

    mutating func parseValue(_ bytes: Span<UInt8>, at place: Place = .elsewhere) throws -> JSONValue {
        try countValue()
        guard position < bytes.count else { throw expected("a value") }
        switch bytes[position] {
        case UInt8(ascii: "\""): return .string(try parseString(bytes))
        case UInt8(ascii: "{"): return .object(try nested { parser in try parser.parseObject(bytes, at: place) })
        case UInt8(ascii: "["): return .array(try nested { parser in try parser.parseArray(bytes) })
        case UInt8(ascii: "t"):
            try skip("true", bytes)
            return .bool(true)
        case UInt8(ascii: "f"):
            try skip("false", bytes)
            return .bool(false)
        case UInt8(ascii: "n"):
            try skip("null", bytes)
            return .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try parseNumber(bytes))
        default: throw expected("a value")
        }
    }

    mutating func parseObject(_ bytes: Span<UInt8>, at place: Place = .elsewhere) throws -> JSONObject {
        position += 1
        var object = JSONObject()
        skipSpace(bytes)
        if skipIf("}", bytes) { return object }
        while true {
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { throw expected("a key") }
            try countValue()
            let key = try parseString(bytes)
            skipSpace(bytes)
            guard skipIf(":", bytes) else { throw expected("':'") }
            skipSpace(bytes)
            let inner = place.inside(key)
            if inner != .elsewhere, object[key] != nil { isAmbiguous = true }
            if inner == .entries, bookEntries == nil, let entries = entries(bytes) {
                bookEntries = entries
                object[key] = .array([])
            } else {
                object[key] = try parseValue(bytes, at: inner)
            }
            skipSpace(bytes)
            if skipIf("}", bytes) { return object }
            guard skipIf(",", bytes) else { throw expected("',' or '}'") }
            skipSpace(bytes)
        }
    }

    private mutating func parseArray(_ bytes: Span<UInt8>) throws -> [JSONValue] {
        position += 1
        var array: [JSONValue] = []
        skipSpace(bytes)
        if skipIf("]", bytes) { return array }
        while true {
            array.append(try parseValue(bytes))
            skipSpace(bytes)
            if skipIf("]", bytes) { return array }
            guard skipIf(",", bytes) else { throw expected("',' or ']'") }
            skipSpace(bytes)
        }
    }

    /// The entries that begin here; nil, and nothing is read, where one of them is not as the specification has it.
    private mutating func entries(_ bytes: Span<UInt8>) -> [LorebookEntry]? {
        let start = (position, depth, values)
        if let entries = try? nested({ parser in try parser.parseEntries(bytes) }) { return entries }
        (position, depth, values) = start
        return nil
    }

    mutating func nested<Value>(_ parse: (inout Self) throws -> Value) throws -> Value {
        guard depth < limits.depth else {
            throw CompanionError(
                .limitExceeded, "the JSON nests deeper than the limit of \(limits.depth) at byte \(position)")
        }
        depth += 1
        defer { depth -= 1 }
        return try parse(&self)
    }

    mutating func countValue() throws {
        values += 1
        guard values <= limits.values else {
            throw CompanionError(
                .limitExceeded, "the JSON holds more than the limit of \(limits.values) values at byte \(position)")
        }
    }
}

// MARK: Numbers

extension JSONParser {
    mutating func parseNumber(_ bytes: Span<UInt8>) throws -> JSONNumber {
        let start = position
        _ = skipIf("-", bytes)
        if !skipIf("0", bytes) { try skipDigits(bytes) }
        if skipIf(".", bytes) { try skipDigits(bytes) }
        if skipIf("e", bytes) || skipIf("E", bytes) {
            if !skipIf("-", bytes) { _ = skipIf("+", bytes) }
            try skipDigits(bytes)
        }
        guard position - start <= limits.numberLength else {
            throw CompanionError(
                .limitExceeded, "the number at byte \(start) is longer than the limit of \(limits.numberLength)")
        }
        let lexeme = bytes.extracting(start..<position).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
        return JSONNumber(validated: lexeme)
    }

    private mutating func skipDigits(_ bytes: Span<UInt8>) throws {
        let start = position
        while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) {
            position += 1
        }
        if position == start { throw expected("a digit") }
    }
}

// MARK: Strings

extension JSONParser {
    mutating func parseString(_ bytes: Span<UInt8>) throws -> String {
        position += 1
        let start = position
        hasHighBit = false
        skipPlain(bytes)
        if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
            defer { position += 1 }
            return try text(bytes.extracting(start..<position), from: start)
        }
        unescaped.removeAll(keepingCapacity: true)
        var runStart = start
        while true {
            append(bytes, from: runStart)
            guard position < bytes.count else { throw expected("the end of a string") }
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                return try text(unescaped.span, from: start)
            case UInt8(ascii: "\\"): try parseEscape(bytes)
            default: throw expected("no bare control character in a string")
            }
            runStart = position
            skipPlain(bytes)
        }
    }

    private func text(_ bytes: Span<UInt8>, from start: Int) throws -> String {
        let text = bytes.withUnsafeBufferPointer {
            hasHighBit ? String(validating: $0, as: UTF8.self) : String(decoding: $0, as: UTF8.self)
        }
        guard let text else {
            throw CompanionError(.invalidInput, "the JSON string at byte \(start) is not valid UTF-8")
        }
        return text
    }

    private mutating func append(_ bytes: Span<UInt8>, from start: Int) {
        bytes.extracting(start..<position).withUnsafeBufferPointer { unescaped.append(contentsOf: $0) }
    }

    /// Moves to the next quote, backslash or control character, eight bytes at a time.
    private mutating func skipPlain(_ bytes: Span<UInt8>) {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let raw = bytes.bytes
        while position + 8 <= bytes.count {
            let word = UInt64(littleEndian: raw.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self))
            if word & (ones &* 0x80) != 0 { hasHighBit = true }
            let quotes = word ^ (ones &* 0x22)
            let backslashes = word ^ (ones &* 0x5C)
            // The high bit of each byte that is 0, 0 and below 0x20; exact up to the first such byte.
            let stops =
                ((quotes &- ones) & ~quotes | (backslashes &- ones) & ~backslashes | (word &- ones &* 0x20) & ~word)
                & (ones &* 0x80)
            if stops != 0 {
                position += stops.trailingZeroBitCount / 8
                return
            }
            position += 8
        }
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20 { return }
            if byte >= 0x80 { hasHighBit = true }
            position += 1
        }
    }

    private mutating func parseEscape(_ bytes: Span<UInt8>) throws {
        position += 1
        guard position < bytes.count else { throw expected("an escaped character") }
        let plain: UInt8
        switch bytes[position] {
        case UInt8(ascii: "u"):
            position += 1
            return try parseUnicodeEscape(bytes)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): plain = bytes[position]
        case UInt8(ascii: "n"): plain = 0x0A
        case UInt8(ascii: "t"): plain = 0x09
        case UInt8(ascii: "r"): plain = 0x0D
        case UInt8(ascii: "b"): plain = 0x08
        case UInt8(ascii: "f"): plain = 0x0C
        default: throw expected("an escaped character")
        }
        unescaped.append(plain)
        position += 1
    }

    private mutating func parseUnicodeEscape(_ bytes: Span<UInt8>) throws {
        let unit = try parseHexadecimal(bytes)
        if UTF16.isLeadSurrogate(unit), position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
        {
            let afterLead = position
            position += 2
            let trail = try parseHexadecimal(bytes)
            if UTF16.isTrailSurrogate(trail) {
                append(UTF16.decode(UTF16.EncodedScalar([unit, trail])))
                return
            }
            // The second escape stands for itself.
            position = afterLead
        }
        append(Unicode.Scalar(unit) ?? "\u{FFFD}")
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        unescaped.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    private mutating func parseHexadecimal(_ bytes: Span<UInt8>) throws -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard position < bytes.count, let digit = Self.hexadecimalDigit(bytes[position]) else {
                throw expected("a hexadecimal digit")
            }
            unit = unit << 4 | digit
            position += 1
        }
        return unit
    }

    private static func hexadecimalDigit(_ byte: UInt8) -> UInt16? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt16(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt16(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt16(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}

// MARK: Bytes

extension JSONParser {
    mutating func skipSpace(_ bytes: Span<UInt8>) {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    mutating func skipIf(_ character: Unicode.Scalar, _ bytes: Span<UInt8>) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    mutating func skip(_ word: StaticString, _ bytes: Span<UInt8>) throws {
        for offset in 0..<word.utf8CodeUnitCount {
            guard position < bytes.count, bytes[position] == word.utf8Start[offset] else {
                throw expected("'\(word)'")
            }
            position += 1
        }
    }

    func expected(_ what: String) -> CompanionError {
        CompanionError(.invalidInput, "this is no valid JSON: expected \(what) at byte \(position)")
    }
}
