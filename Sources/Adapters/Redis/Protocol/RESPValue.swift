/// A value of the protocol, of either version.
enum RESPValue: Sendable, Hashable {
    /// RESP3's null, and the null strings and arrays of RESP2.
    case null
    case simple(String)
    case error(RedisError)
    case integer(Int64)
    case double(Double)
    case boolean(Bool)
    /// Digits, as many as there are.
    case bigNumber(String)
    /// A bulk or a verbatim string, the latter without its format.
    case bytes([UInt8])
    /// An array or a set.
    case array([RESPValue])
    /// Keys and values in turns.
    case map([RESPValue])
    /// What the server says unasked.
    case push([RESPValue])
}

extension RESPValue {
    /// The value where it is no error.
    func checked() throws(RedisError) -> RESPValue {
        if case .error(let error) = self { throw error }
        return self
    }

    /// The elements of any aggregate; a map's keys and values in turns, as RESP2 has them anyway.
    var elements: [RESPValue]? {
        switch self {
        case .array(let elements), .map(let elements), .push(let elements): elements
        default: nil
        }
    }

    var bytes: [UInt8]? {
        switch self {
        case .bytes(let bytes): bytes
        case .simple(let text): Array(text.utf8)
        default: nil
        }
    }

    var text: String? {
        switch self {
        case .bytes(let bytes): String(validating: bytes, as: UTF8.self)
        case .simple(let text): text
        default: nil
        }
    }

    /// A number, as such or in digits.
    var integer: Int64? {
        switch self {
        case .integer(let number): number
        case .bytes, .simple: text.flatMap { Int64($0) }
        default: nil
        }
    }
}
