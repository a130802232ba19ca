extension JSONParser {
    /// An entry that is not as the specification has it, or that has what is seldom: it is read as a value, and then as
    /// leniently as everything else in a card.
    private struct Unusual: Error {}

    /// Reads the entries of a lorebook without making values of them first: a book of some hundred entries is most of a
    /// card, and values take several times as long. What this reads is what reading the values would give.
    mutating func parseEntries(_ bytes: Span<UInt8>) throws -> [LorebookEntry] {
        // The array itself.
        try countValue()
        guard skipIf("[", bytes) else { throw Unusual() }
        var entries: [LorebookEntry] = []
        skipSpace(bytes)
        if skipIf("]", bytes) { return entries }
        while true {
            try countValue()
            entries.append(try nested { parser in try parser.parseEntry(bytes) })
            guard entries.count <= CharacterCard.Limits.entries else { throw Unusual() }
            skipSpace(bytes)
            if skipIf("]", bytes) { return entries }
            guard skipIf(",", bytes) else { throw Unusual() }
            skipSpace(bytes)
        }
    }

    private mutating func parseEntry(_ bytes: Span<UInt8>) throws -> LorebookEntry {
        guard skipIf("{", bytes) else { throw Unusual() }
        var entry = LorebookEntry(keys: [], content: "")
        var seen: UInt32 = 0
        skipSpace(bytes)
        if skipIf("}", bytes) { return entry }
        while true {
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { throw Unusual() }
            try countValue()
            let start = position
            let field = EntryField(at: &position, in: bytes)
            let key = field == nil ? try parseString(bytes) : ""
            // It may be written with escapes.
            guard field != nil || !EntryField.isKey(key) else { throw Unusual() }
            skipSpace(bytes)
            guard skipIf(":", bytes) else { throw Unusual() }
            skipSpace(bytes)
            if let field {
                // What is said twice, or null, is for the lenient reading.
                let bit: UInt32 = 1 << UInt32(field.rawValue)
                guard seen & bit == 0, position < bytes.count else { throw Unusual() }
                seen |= bit
                if bytes[position] == UInt8(ascii: "n") {
                    let value = position
                    position = start
                    let name = try parseString(bytes)
                    position = value
                    entry.unknownFields[name] = try parseValue(bytes)
                } else {
                    try parse(field, of: &entry, bytes)
                }
            } else {
                entry.unknownFields[key] = try parseValue(bytes)
            }
            skipSpace(bytes)
            if skipIf("}", bytes) { return entry }
            guard skipIf(",", bytes) else { throw Unusual() }
            skipSpace(bytes)
        }
    }

    private mutating func parse(
        _ field: EntryField, of entry: inout LorebookEntry, _ bytes: Span<UInt8>
    ) throws {
        switch field {
        case .keys: entry.keys = try parseTexts(bytes)
        case .content: entry.content = try parseText(bytes)
        case .extensions: entry.extensions = try parseMembers(bytes)
        case .enabled: entry.enabled = try parseFlag(bytes)
        case .insertionOrder: entry.insertionOrder = try parseInteger(bytes)
        case .caseSensitive: entry.caseSensitive = try parseFlag(bytes)
        case .constant: entry.constant = try parseFlag(bytes)
        case .name: entry.name = try parseText(bytes)
        case .priority: entry.priority = try parseInteger(bytes)
        case .id:
            let isText = bytes[position] == UInt8(ascii: "\"")
            // An identifier is of any length.
            try countValue()
            entry.id = isText ? .text(try parseString(bytes)) : .number(try parseNumber(bytes))
        case .comment: entry.comment = try parseText(bytes)
        case .selective: entry.selective = try parseFlag(bytes)
        case .secondaryKeys: entry.secondaryKeys = try parseTexts(bytes)
        case .position: entry.position = .init(rawValue: try parseAnyText(bytes))
        case .useRegex: entry.useRegex = try parseFlag(bytes)
        }
    }

    private mutating func parseAnyText(_ bytes: Span<UInt8>) throws -> String {
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { throw Unusual() }
        try countValue()
        return try parseString(bytes)
    }

    private mutating func parseText(_ bytes: Span<UInt8>) throws -> String {
        let text = try parseAnyText(bytes)
        guard text.utf8.count <= CharacterCard.Limits.textBytes else { throw Unusual() }
        return text
    }

    private mutating func parseTexts(_ bytes: Span<UInt8>) throws -> [String] {
        try countValue()
        return try nested { parser in
            guard parser.skipIf("[", bytes) else { throw Unusual() }
            var texts: [String] = []
            parser.skipSpace(bytes)
            if parser.skipIf("]", bytes) { return texts }
            texts.reserveCapacity(4)
            while true {
                texts.append(try parser.parseText(bytes))
                guard texts.count <= CharacterCard.Limits.listElements else { throw Unusual() }
                parser.skipSpace(bytes)
                if parser.skipIf("]", bytes) { return texts }
                guard parser.skipIf(",", bytes) else { throw Unusual() }
                parser.skipSpace(bytes)
            }
        }
    }

    private mutating func parseMembers(_ bytes: Span<UInt8>) throws -> JSONObject {
        guard bytes[position] == UInt8(ascii: "{") else { throw Unusual() }
        try countValue()
        return try nested { parser in try parser.parseObject(bytes) }
    }

    private mutating func parseFlag(_ bytes: Span<UInt8>) throws -> Bool {
        try countValue()
        switch bytes[position] {
        case UInt8(ascii: "t"):
            try skip("true", bytes)
            return true
        case UInt8(ascii: "f"):
            try skip("false", bytes)
            return false
        default: throw Unusual()
        }
    }

    private mutating func parseInteger(_ bytes: Span<UInt8>) throws -> Int {
        try countValue()
        guard let integer = try parseNumber(bytes).integer else { throw Unusual() }
        return integer
    }
}

/// The members of an entry that the specification has.
private enum EntryField: Int, CaseIterable {
    case keys, content, extensions, enabled, insertionOrder, caseSensitive, constant, name, priority, id, comment
    case selective, secondaryKeys, position, useRegex

    private var key: StaticString {
        switch self {
        case .keys: "keys"
        case .content: "content"
        case .extensions: "extensions"
        case .enabled: "enabled"
        case .insertionOrder: "insertion_order"
        case .caseSensitive: "case_sensitive"
        case .constant: "constant"
        case .name: "name"
        case .priority: "priority"
        case .id: "id"
        case .comment: "comment"
        case .selective: "selective"
        case .secondaryKeys: "secondary_keys"
        case .position: "position"
        case .useRegex: "use_regex"
        }
    }

    /// The bytes of a key of at most 15 bytes, its length with them.
    private struct Packed: Equatable {
        var low: UInt64 = 0
        var high: UInt64 = 0

        mutating func append(_ byte: UInt8, at place: Int) {
            if place < 8 {
                low |= UInt64(byte) << UInt64(place * 8)
            } else {
                high |= UInt64(byte) << UInt64((place - 8) * 8)
            }
        }

        mutating func finish(_ count: Int) { high |= UInt64(count) << 56 }
    }

    private static let table: [(key: Packed, field: EntryField)] = allCases.map { field in
        var packed = Packed()
        for place in 0..<field.key.utf8CodeUnitCount { packed.append(field.key.utf8Start[place], at: place) }
        packed.finish(field.key.utf8CodeUnitCount)
        return (packed, field)
    }

    static func isKey(_ text: String) -> Bool {
        guard text.utf8.count <= 15 else { return false }
        var packed = Packed()
        for (place, byte) in text.utf8.enumerated() { packed.append(byte, at: place) }
        packed.finish(text.utf8.count)
        return table.contains { $0.key == packed }
    }

    /// The member whose key, in quotes, begins there; moves behind it. Nil for another key, and one that is escaped.
    init?(at position: inout Int, in bytes: Span<UInt8>) {
        var packed = Packed()
        var count = 0
        let start = position + 1
        while count < 16, start + count < bytes.count {
            let byte = bytes[start + count]
            if byte == UInt8(ascii: "\"") {
                packed.finish(count)
                guard let match = Self.table.first(where: { $0.key == packed }) else { return nil }
                position = start + count + 1
                self = match.field
                return
            }
            if count == 15 { return nil }
            packed.append(byte, at: count)
            count += 1
        }
        return nil
    }
}
