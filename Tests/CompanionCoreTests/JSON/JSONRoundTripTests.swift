import TestRandomness
import Testing

@testable import CompanionCore

@Suite("JSON round trips")
struct JSONRoundTripTests {
    @Test("What is written is read back equal, byte for byte", arguments: [false, true])
    func writtenIsReadBack(pretty: Bool) throws {
        var random = SeededGenerator.announced()
        for _ in 0..<300 {
            let value = random.jsonValue(depth: 5)
            let text = value.serialized(pretty: pretty)
            let back = try JSONValue(parsing: text)
            #expect(back == value, "seed \(random.seed)")
            #expect(Array(back.serialized(pretty: pretty).utf8) == Array(text.utf8), "seed \(random.seed)")
        }
    }

    @Test("All ways to hand over the bytes give the same value")
    func overloadsAgree() throws {
        let text = #"{"a": [1, 2.50, "é\n"], "b": null}"#
        let wanted: JSONValue = ["a": [1, .number(JSONNumber(validated: "2.50")), "é\n"], "b": nil]
        let bytes = Array(text.utf8)
        #expect(try JSONValue(parsing: text) == wanted)
        #expect(try JSONValue(parsing: text.dropFirst(0)) == wanted)
        #expect(try JSONValue(parsing: bytes) == wanted)
        #expect(try JSONValue(parsing: bytes[...]) == wanted)
        #expect(try JSONValue(parsing: bytes.span) == wanted)
        #expect(try JSONValue(parsing: Array(bytes.reversed()).reversed()) == wanted)
        #expect(try bytes.withUnsafeBytes { try JSONValue(parsing: $0) } == wanted)
    }

    @Test("Pretty text has one member a line")
    func prettyForm() {
        let value: JSONValue = ["a": [1, 2], "b": [:], "c": [], "d": ["e": true]]
        #expect(
            value.serialized(pretty: true) == """
                {
                  "a": [
                    1,
                    2
                  ],
                  "b": {},
                  "c": [],
                  "d": {
                    "e": true
                  }
                }
                """)
    }

    @Test("Control characters, quotes and backslashes are escaped, all else is written as it is")
    func escapes() {
        let value: JSONValue = "\"\\/\u{8}\u{c}\n\r\t\u{1}\u{1f}\u{7f}é👍"
        #expect(value.serialized() == #""\"\\/\b\f\n\r\t\u0001\u001f"# + "\u{7f}é👍\"")
    }
}

extension SeededGenerator {
    mutating func jsonValue(depth: Int) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 5), using: &self) {
        case 0: return .null
        case 1: return .bool(chance(1, in: 2))
        case 2: return .number(jsonNumber())
        case 3, 4: return .string(text(upTo: 12))
        case 5:
            return .array((0..<Int.random(in: 0...6, using: &self)).map { _ in jsonValue(depth: depth - 1) })
        default:
            var object = JSONObject()
            for _ in 0..<Int.random(in: 0...(chance(1, in: 10) ? 60 : 6), using: &self) {
                object[text(upTo: 4)] = jsonValue(depth: depth - 1)
            }
            return .object(object)
        }
    }

    private mutating func jsonNumber() -> JSONNumber {
        let lexemes = ["0", "-0", "1.10", "1e3", "-1E+30", "123456789012345678901234567890", "0.1e-7", "1e999"]
        switch Int.random(in: 0..<3, using: &self) {
        case 0: return JSONNumber(Int.random(in: Int.min...Int.max, using: &self))
        case 1: return JSONNumber(Double.random(in: -1e9...1e9, using: &self))
        default: return JSONNumber(validated: lexemes.randomElement(using: &self) ?? "0")
        }
    }
}
