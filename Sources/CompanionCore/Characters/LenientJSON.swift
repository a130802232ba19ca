/// JSON as people's programs write it: what is no valid JSON is put right where there is no doubt about what was meant.
///
/// Put right are UTF-16, Latin-1, UTF-8 that was encoded twice, `NaN` and `Infinity`, commas before a closing bracket,
/// bare control characters within texts, and zeros at the end. Costs one more pass where the text holds more than ASCII, and
/// two passes more where it is no valid JSON.
struct LenientJSON {
    let value: JSONValue
    /// What was put right.
    let remarks: [String]
    /// The entries of a card's book, where they were read as such: see ``JSONParser/bookEntries``.
    let bookEntries: [LorebookEntry]?

    /// - Throws: ``CompanionError`` as the strict reading of the whole text does, where it can't be put right.
    ///
    /// - Parameter isCard: Whether the entries of a card's book are to be read as such.
    init(parsing bytes: some Collection<UInt8>, limits: JSONLimits, isCard: Bool = false) throws {
        guard bytes.count <= limits.bytes else {
            throw CompanionError(.limitExceeded, "the JSON is larger than the limit of \(limits.bytes) bytes")
        }
        var remarks: [String] = []
        var text = Array(bytes)
        if let utf16 = Self.fromUTF16(text) {
            text = utf16
            remarks.append("was written in UTF-16")
        } else if let once = Self.decodedOnce(text) {
            text = once
            remarks.append("was encoded in UTF-8 twice; read as it was meant")
        }
        var entries: [LorebookEntry]?
        do {
            var parser = JSONParser(limits: limits)
            let read = try parser.parseDocument(text.span, isCard: isCard)
            entries = parser.bookEntries
            value = try parser.isAmbiguous && entries != nil ? JSONValue(parsing: text, limits: limits) : read
            if parser.isAmbiguous { entries = nil }
        } catch let error as CompanionError where error.code == .invalidInput {
            var repaired = text
            if String(validating: text, as: UTF8.self) == nil {
                repaired = Self.fromLatin1(text)
                remarks.append("is no valid UTF-8; read as Latin-1")
            }
            var repair = JSONRepair(repaired)
            repaired = repair.run()
            // The reason for the refusal is that of the text as it came.
            guard repaired != text, let read = try? JSONValue(parsing: repaired, limits: limits) else { throw error }
            value = read
            remarks += repair.remarks
        }
        self.remarks = remarks
        bookEntries = entries
    }

    /// Nil where the text is not UTF-16 with a byte order mark.
    private static func fromUTF16(_ bytes: [UInt8]) -> [UInt8]? {
        let isBig = bytes.starts(with: [0xFE, 0xFF])
        guard isBig || bytes.starts(with: [0xFF, 0xFE]) else { return nil }
        let units = stride(from: 2, to: bytes.count - 1, by: 2).map { index in
            let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
            return isBig ? first << 8 | second : second << 8 | first
        }
        return Array(String(decoding: units, as: UTF16.self).utf8)
    }

    /// The text, where each of its characters is one of Latin-1, and as bytes they are UTF-8 again; nil else. Prose that
    /// is so by chance is not known.
    private static func decodedOnce(_ bytes: [UInt8]) -> [UInt8]? {
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        guard let first = firstHighByte(bytes, from: start) else { return nil }
        var once = Array(bytes[start..<first])
        once.reserveCapacity(bytes.count)
        var index = first
        while index < bytes.count {
            let byte = bytes[index]
            if byte < 0x80 {
                once.append(byte)
                index += 1
                continue
            }
            guard byte == 0xC2 || byte == 0xC3, index + 1 < bytes.count, bytes[index + 1] & 0xC0 == 0x80 else {
                return nil
            }
            once.append(byte << 6 | bytes[index + 1] & 0x3F)
            index += 2
        }
        return String(validating: once, as: UTF8.self) == nil ? nil : once
    }

    /// Where the first byte is that is no ASCII; most texts have none.
    private static func firstHighByte(_ bytes: [UInt8], from start: Int) -> Int? {
        bytes.withUnsafeBytes { bytes in
            var index = start
            while index + 8 <= bytes.count {
                let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                if word & 0x8080_8080_8080_8080 != 0 { break }
                index += 8
            }
            while index < bytes.count, bytes[index] < 0x80 { index += 1 }
            return index < bytes.count ? index : nil
        }
    }

    /// Each byte is a character.
    private static func fromLatin1(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count + bytes.count / 8)
        for byte in bytes {
            if byte >= 0x80 { text.append(0xC0 | byte >> 6) }
            text.append(byte < 0x80 ? byte : 0x80 | byte & 0x3F)
        }
        return text
    }
}

/// One pass that puts right what stands in the way of a strict parser.
private struct JSONRepair {
    private let bytes: [UInt8]
    private var output: [UInt8] = []
    private var index = 0
    private(set) var remarks: [String] = []

    init(_ bytes: [UInt8]) {
        let end = bytes.lastIndex { $0 != 0 } ?? -1
        self.bytes = Array(bytes[..<(end + 1)])
        if end + 1 < bytes.count { remarks.append("has zeros at its end; left out") }
        output.reserveCapacity(bytes.count)
    }

    mutating func run() -> [UInt8] {
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""): copyText()
            case UInt8(ascii: ","): copyComma()
            case UInt8(ascii: "N"), UInt8(ascii: "I"), UInt8(ascii: "-"): copyNumber()
            default:
                output.append(bytes[index])
                index += 1
            }
        }
        return output
    }

    private mutating func remark(_ text: String) {
        if !remarks.contains(text) { remarks.append(text) }
    }

    private mutating func copyText() {
        output.append(bytes[index])
        index += 1
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte < 0x20 {
                remark("holds bare control characters in texts; kept")
                let digits = Array("0123456789abcdef".utf8)
                output += "\\u00".utf8 + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
                continue
            }
            output.append(byte)
            if byte == UInt8(ascii: "\"") { return }
            if byte == UInt8(ascii: "\\"), index < bytes.count, bytes[index] >= 0x20 {
                output.append(bytes[index])
                index += 1
            }
        }
    }

    private mutating func copyComma() {
        let next = bytes[(index + 1)...].first { ![0x20, 0x0A, 0x0D, 0x09].contains($0) }
        if next == UInt8(ascii: "]") || next == UInt8(ascii: "}") {
            remark("has commas before closing brackets; left out")
        } else {
            output.append(bytes[index])
        }
        index += 1
    }

    private mutating func copyNumber() {
        for word in ["NaN", "Infinity", "-Infinity", "-NaN"] where bytes[index...].starts(with: word.utf8) {
            remark("holds NaN or Infinity; read as nothing")
            output += "null".utf8
            index += word.utf8.count
            return
        }
        output.append(bytes[index])
        index += 1
    }
}
