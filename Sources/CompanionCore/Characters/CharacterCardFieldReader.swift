/// Takes the members of one object of a card, leniently; what it can't take stays in `rest`.
struct CharacterCardFieldReader {
    private(set) var rest: JSONObject
    private(set) var warnings: CardWarnings
    private let path: String

    init(_ object: JSONObject, at path: String, warnings: CardWarnings) {
        rest = object
        self.path = path
        self.warnings = warnings
    }

    /// A text; numbers, booleans and lists of them are taken as their text. `isBounded` is false for what may hold a
    /// whole file.
    mutating func text(_ key: String, isBounded: Bool = true) throws -> String? {
        guard let value = present(key) else { return nil }
        let text: String
        if case .string(let string) = value {
            text = string
        } else if let scalar = Self.text(of: value) {
            text = scalar
            warn(key, "is no text; taken as one")
        } else if let lines = value.array, !lines.isEmpty, lines.allSatisfy({ Self.text(of: $0) != nil }) {
            text = lines.compactMap(Self.text(of:)).joined(separator: "\n")
            warn(key, "is a list; joined to one text")
        } else {
            warn(key, "is no text; left aside")
            return nil
        }
        if isBounded { try checkLength(of: text, at: key) }
        rest[key] = nil
        return text
    }

    /// A list of texts. A bare text is a list of one, or is split at commas where `isSplit` says so.
    mutating func texts(_ key: String, isSplit: Bool = false) throws -> [String]? {
        guard let value = present(key) else { return nil }
        var texts: [String]
        if let elements = value.array {
            guard elements.allSatisfy({ $0.isNull || Self.text(of: $0) != nil }) else {
                warn(key, "holds more than texts; left aside")
                return nil
            }
            texts = elements.compactMap(Self.text(of:))
            if texts.count < elements.count { warn(key, "holds empty places; dropped") }
        } else if let text = Self.text(of: value) {
            texts = isSplit ? Self.split(text) : text.isEmpty ? [] : [text]
            warn(key, "is no list; taken as one")
        } else {
            warn(key, "is no list of texts; left aside")
            return nil
        }
        try checkCount(texts.count, at: key)
        for text in texts { try checkLength(of: text, at: key) }
        rest[key] = nil
        return texts
    }

    /// An object whose values are texts.
    mutating func textsByKey(_ key: String) throws -> [String: String]? {
        guard let value = present(key) else { return nil }
        guard let object = value.object, object.allSatisfy({ $0.value.string != nil }) else {
            warn(key, "is no object of texts; left aside")
            return nil
        }
        try checkCount(object.count, at: key)
        var texts: [String: String] = [:]
        for (name, value) in object { texts[name] = value.string }
        for text in texts.values { try checkLength(of: text, at: key) }
        rest[key] = nil
        return texts
    }

    mutating func flag(_ key: String) -> Bool? {
        guard let value = present(key) else { return nil }
        if case .bool(let flag) = value {
            rest[key] = nil
            return flag
        }
        switch Self.text(of: value)?.lowercased() {
        case "true", "1", "yes":
            warn(key, "is no boolean; taken as true")
            rest[key] = nil
            return true
        case "false", "0", "no", "":
            warn(key, "is no boolean; taken as false")
            rest[key] = nil
            return false
        default:
            warn(key, "is no boolean; left aside")
            return nil
        }
    }

    mutating func integer(_ key: String) -> Int? {
        guard let value = present(key) else { return nil }
        if let integer = value.integer {
            rest[key] = nil
            return integer
        }
        guard let number = Self.number(of: value), let rounded = Int(exactly: number.rounded()) else {
            warn(key, "is no whole number; left aside")
            return nil
        }
        warn(key, "is no whole number; taken as one")
        rest[key] = nil
        return rounded
    }

    mutating func number(_ key: String) -> Double? {
        guard let value = present(key) else { return nil }
        guard let number = Self.number(of: value) else {
            warn(key, "is no number; left aside")
            return nil
        }
        rest[key] = nil
        return number
    }

    mutating func object(_ key: String) -> JSONObject? {
        guard let value = present(key) else { return nil }
        guard let object = value.object else {
            // An empty list is what some languages write for an empty object.
            if value.array?.isEmpty != true { warn(key, "is no object; left aside") }
            return nil
        }
        rest[key] = nil
        return object
    }

    /// The objects of a list, with their paths. An object of objects, as some programs keep them, is taken as a list.
    mutating func objects(_ key: String, limit: Int) throws -> [(path: String, object: JSONObject)]? {
        guard let value = present(key) else { return nil }
        let values: [JSONValue]
        if let array = value.array {
            values = array
        } else if let object = value.object {
            values = object.map(\.value)
            warn(key, "is no list; taken as one")
        } else {
            warn(key, "is no list; left aside")
            return nil
        }
        try checkCount(values.count, at: key, limit: limit)
        rest[key] = nil
        var objects: [(path: String, object: JSONObject)] = []
        for (index, value) in values.enumerated() {
            if let object = value.object {
                objects.append(("\(place(of: key))[\(index)]", object))
            } else {
                warn("\(key)[\(index)]", "is no object; dropped")
            }
        }
        return objects
    }

    /// Any value, taken where `convert` can make something of it.
    mutating func value<Result>(_ key: String, _ convert: (JSONValue) -> Result?) -> Result? {
        guard let value = present(key) else { return nil }
        guard let result = convert(value) else {
            warn(key, "can't be read; left aside")
            return nil
        }
        rest[key] = nil
        return result
    }

    mutating func warn(_ key: String, _ message: String) {
        warnings.append(path: place(of: key), message)
    }

    private func place(of key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    /// Hands the warnings to the reading of a part, and takes them back.
    mutating func withWarnings<Result>(_ body: (inout CardWarnings) throws -> Result) rethrows -> Result {
        try body(&warnings)
    }

    private func present(_ key: String) -> JSONValue? {
        guard let value = rest[key], !value.isNull else { return nil }
        return value
    }

    private static func text(of value: JSONValue) -> String? {
        switch value {
        case .string(let text): text
        case .number(let number): number.lexeme
        case .bool(let flag): String(flag)
        case .null, .array, .object: nil
        }
    }

    private static func number(of value: JSONValue) -> Double? {
        let number = value.double ?? value.string.flatMap(Double.init)
        return number.flatMap { $0.isFinite ? $0 : nil }
    }

    private static func split(_ text: String) -> [String] {
        text.split(separator: ",").compactMap {
            let trimmed = $0.trimmingSpace
            return trimmed.isEmpty ? nil : String(trimmed)
        }
    }

    private func checkLength(of text: String, at key: String) throws {
        if text.utf8.count > CharacterCard.Limits.textBytes {
            throw CompanionError(
                .limitExceeded,
                "the card's '\(place(of: key))' is longer than the limit of \(CharacterCard.Limits.textBytes) bytes")
        }
    }

    private func checkCount(_ count: Int, at key: String, limit: Int = CharacterCard.Limits.listElements) throws {
        if count > limit {
            throw CompanionError(
                .limitExceeded, "the card's '\(place(of: key))' has more than the limit of \(limit) elements")
        }
    }
}

extension JSONObject {
    /// Adds the members of `rest` whose keys are not there yet.
    mutating func fill(from rest: JSONObject) {
        for (key, value) in rest where self[key]?.isEmptyDefault ?? true {
            if self[key] == nil || !value.isNull { self[key] = value }
        }
    }
}

extension JSONValue {
    /// Whether it is what is written for a required member that there is nothing to say about.
    fileprivate var isEmptyDefault: Bool {
        switch self {
        case .string(let text): text.isEmpty
        case .array(let elements): elements.isEmpty
        case .object(let object): object.isEmpty
        default: false
        }
    }
}

extension StringProtocol {
    /// Without white space at both ends.
    var trimmingSpace: SubSequence {
        let start = firstIndex { !$0.isWhitespace } ?? endIndex
        guard let last = lastIndex(where: { !$0.isWhitespace }), start <= last else { return self[endIndex...] }
        return self[start...last]
    }
}
