/// A JSON value that loses nothing: objects keep the order of their keys, numbers keep the digits they were
/// written with. Used where other people's JSON passes through us (character cards, schemas, structured output).
public enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

/// A number as it was written: `1.10`, `1e3` and integers of any size survive a round trip.
public struct JSONNumber: Sendable, Hashable {
    /// The number's own characters, valid by RFC 8259.
    public let lexeme: String

    /// Takes a lexeme that the parser has checked.
    init(validated lexeme: String) { self.lexeme = lexeme }
    public init(_ value: Int) { lexeme = String(value) }
    /// JSON has no infinities and no NaN: those become 0.
    public init(_ value: Double) { lexeme = value.isFinite ? "\(value)" : "0" }

    /// The value as an integer; nil where it has a fraction or does not fit.
    public var integer: Int? { Int(lexeme) ?? Double(lexeme).flatMap { Int(exactly: $0) } }
    /// The nearest double.
    public var double: Double { Double(lexeme) ?? 0 }
}

/// A JSON object: unique keys in the order in which they came; of a repeated key the last value counts.
public struct JSONObject: Sendable {
    public private(set) var keys: [String]
    private var values: [String: JSONValue]

    public init() {
        keys = []
        values = [:]
    }

    public subscript(key: String) -> JSONValue? {
        get { values[key] }
        set {
            if let newValue {
                if values.updateValue(newValue, forKey: key) == nil { keys.append(key) }
            } else if values.removeValue(forKey: key) != nil {
                keys.removeAll { $0 == key }
            }
        }
    }

    public var count: Int { keys.count }
    public var isEmpty: Bool { keys.isEmpty }
}

extension JSONObject: Hashable {
    /// Two objects are equal where they have the same members, in whatever order.
    public static func == (left: JSONObject, right: JSONObject) -> Bool { left.values == right.values }
    public func hash(into hasher: inout Hasher) { hasher.combine(values) }
}

extension JSONObject: Sequence {
    public func makeIterator() -> AnyIterator<(key: String, value: JSONValue)> {
        var index = 0
        return AnyIterator {
            guard index < keys.count else { return nil }
            defer { index += 1 }
            return (keys[index], values[keys[index]] ?? .null)
        }
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init()
        for (key, value) in elements { self[key] = value }
    }
}

extension JSONValue {
    public var string: String? { if case .string(let value) = self { value } else { nil } }
    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    public var number: JSONNumber? { if case .number(let value) = self { value } else { nil } }
    public var integer: Int? { number?.integer }
    public var double: Double? { number?.double }
    public var array: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
    public var object: JSONObject? { if case .object(let value) = self { value } else { nil } }
    public var isNull: Bool { self == .null }

    /// A member of an object; nil where this is no object or has no such member.
    public subscript(key: String) -> JSONValue? { object?[key] }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int) { self = .number(JSONNumber(value)) }
    public init(floatLiteral value: Double) { self = .number(JSONNumber(value)) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    public init(nilLiteral: ()) { self = .null }
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        var object = JSONObject()
        for (key, value) in elements { object[key] = value }
        self = .object(object)
    }
}
