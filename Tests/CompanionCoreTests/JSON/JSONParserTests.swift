import TestRandomness
import Testing

@testable import CompanionCore

@Suite("JSON parser")
struct JSONParserTests {
    static let valid: [(String, JSONValue)] = [
        ("null", nil), (" true ", true), ("\t\r\nfalse", false), ("0", 0), ("-12", -12), (#""""#, ""),
        ("[]", []), ("{ }", [:]), ("[1 , 2]", [1, 2]), (#"{"a" : {"b":[null]}}"#, ["a": ["b": [nil]]]),
        (#""\u0041\u00e9\u20AC\/\b\f\n\r\t\"\\""#, "Aé€/\u{8}\u{c}\n\r\t\"\\"), (#""\ud834\uDD1E""#, "𝄞"),
        ("\u{FEFF}[1]", [1]), (#"{"": 1}"#, ["": 1]),
    ]

    @Test("RFC 8259's forms are read", arguments: valid)
    func reads(text: String, value: JSONValue) throws {
        #expect(try JSONValue(parsing: text) == value)
    }

    static let invalid = [
        "", " ", "nul", "nulll", "True", "[1,]", "[,1]", "[1 2]", "{,}", #"{"a":1,}"#, #"{"a" 1}"#, #"{"a":}"#, "{1:2}",
        "{'a':1}", "[1}", "[", "{", #"{"a"#, #"""#, #""\x""#, #""\u12g4""#, #""\u12"#, "\"a\nb\"", "\"\u{0}\"", "01",
        "-", "+1", "1.", ".5", "1e", "1e+", "0x10", "NaN", "Infinity", "-Infinity", "1 2", "[1]]", "// x\n1", "\u{A0}1",
        "[1]\u{0}", "\u{FEFF}", "1_000", "--1", "1.e3",
    ]

    @Test("What RFC 8259 does not allow is refused", arguments: invalid)
    func refuses(text: String) {
        #expect(code { try JSONValue(parsing: text) } == .invalidInput)
    }

    @Test(
        "Invalid UTF-8 is refused in keys and values",
        arguments: [
            [0xFF], [0xC0, 0x80], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80],
        ] as [[UInt8]])
    func refusesInvalidUTF8(bytes: [UInt8]) {
        let quoted = [UInt8(ascii: "\"")] + bytes + [UInt8(ascii: "\"")]
        #expect(code { try JSONValue(parsing: quoted) } == .invalidInput)
        let padded = Array(#"{"padding padding":"\n"#.utf8) + bytes + Array(#" padding"}"#.utf8)
        #expect(code { try JSONValue(parsing: padded) } == .invalidInput)
        #expect(code { try JSONValue(parsing: Array("{".utf8) + quoted + Array(":1}".utf8)) } == .invalidInput)
    }

    @Test(
        "A surrogate without its other half becomes U+FFFD",
        arguments: [
            (#""\ud800""#, "\u{FFFD}"), (#""\udc00x""#, "\u{FFFD}x"), (#""\ud800\u0041""#, "\u{FFFD}A"),
            (#""\ud800\ud834\udd1e""#, "\u{FFFD}𝄞"), (#""\ud800\n""#, "\u{FFFD}\n"),
        ])
    func loneSurrogates(text: String, wanted: String) throws {
        #expect(try JSONValue(parsing: text) == .string(wanted))
    }

    @Test("Of a repeated key the last value counts, at the first one's place")
    func repeatedKey() throws {
        let object = try #require(try JSONValue(parsing: #"{"a":1,"b":2,"a":3}"#).object)
        #expect(object.keys == ["a", "b"])
        #expect(object["a"] == 3)
    }

    @Test("A text cut at any byte is refused")
    func truncated() throws {
        let text = #"{"name":"Lu\u006e\ud834\udd1eé","list":[1.5e-3,true,false,null,{"x":"y"}],"n":-0}"#
        let bytes = Array(text.utf8)
        _ = try JSONValue(parsing: bytes)
        for length in 0..<bytes.count {
            #expect(code { try JSONValue(parsing: bytes[..<length]) } == .invalidInput, "cut at \(length)")
        }
    }

    @Test("A text with any byte changed is read or refused, and never quoted in the error")
    func mutated() throws {
        var random = SeededGenerator.announced()
        let secret = "XYZZY"
        let bytes = Array(#"{"XYZZY":"XYZZY\u0041","XYZZY":[1.5e3,"XYZZY",{"k":null}]}"#.utf8)
        for _ in 0..<5_000 {
            var mutated = bytes
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                mutated[Int.random(in: mutated.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            do {
                let value = try JSONValue(parsing: mutated)
                #expect(try JSONValue(parsing: value.serialized()) == value, "seed \(random.seed)")
            } catch {
                #expect(!String(reflecting: error).contains(secret), "seed \(random.seed)")
            }
        }
    }

    @Test("Nesting is bounded, whatever the caller asks for")
    func depth() throws {
        func nested(_ depth: Int, _ open: String = "[", _ close: String = "]") -> String {
            String(repeating: open, count: depth) + String(repeating: close, count: depth)
        }
        _ = try JSONValue(parsing: nested(128))
        #expect(code { try JSONValue(parsing: nested(129)) } == .limitExceeded)
        #expect(code { try JSONValue(parsing: String(repeating: "[", count: 1_000_000)) } == .limitExceeded)
        let objects = String(repeating: #"{"a":"#, count: 100_000)
        #expect(code { try JSONValue(parsing: objects) } == .limitExceeded)

        var deepest = JSONLimits()
        deepest.depth = .max
        let value = try JSONValue(parsing: nested(JSONLimits.deepest), limits: deepest)
        #expect(try JSONValue(parsing: value.serialized(), limits: deepest) == value)
        #expect(code { try JSONValue(parsing: nested(JSONLimits.deepest + 1), limits: deepest) } == .limitExceeded)
    }

    @Test("Bytes, values and the length of numbers are bounded")
    func otherLimits() throws {
        let limits = JSONLimits(bytes: 20, values: 5, numberLength: 4)
        _ = try JSONValue(parsing: "[1,2,3,1234]        ", limits: limits)
        #expect(code { try JSONValue(parsing: "[1,2,3,1234]         ", limits: limits) } == .limitExceeded)
        #expect(code { try JSONValue(parsing: "[1,2,3,4,5]", limits: limits) } == .limitExceeded)
        #expect(code { try JSONValue(parsing: #"{"a":1,"b":2}"#, limits: limits) } == nil)
        #expect(code { try JSONValue(parsing: #"{"a":1,"b":2,"c":3}"#, limits: limits) } == .limitExceeded)
        #expect(code { try JSONValue(parsing: "12345", limits: limits) } == .limitExceeded)
        let endless = repeatElement(UInt8(ascii: " "), count: .max)
        #expect(code { try JSONValue(parsing: endless, limits: limits) } == .limitExceeded)
    }

    @Test("The error names the byte and what was expected")
    func message() throws {
        let error = try #require(throws: CompanionError.self) { try JSONValue(parsing: #"{"a": tru}"#) }
        #expect(error.description == "invalidInput: this is no valid JSON: expected 'true' at byte 9")
    }

    @Test("Reading takes time in proportion to the number of keys")
    func manyKeys() throws {
        // Quadratic work on this many keys would take minutes.
        let text = "{" + (0..<30_000).map { "\"key\($0)\":0" }.joined(separator: ",") + "}"
        var object = try #require(try JSONValue(parsing: text).object)
        #expect(object.count == 30_000)
        for key in object.keys.dropLast() { object[key] = nil }
        #expect(object.keys == ["key29999"])
    }

    private func code(_ body: () throws -> JSONValue) -> CompanionError.Code? {
        do {
            _ = try body()
            return nil
        } catch {
            return (error as? CompanionError)?.code
        }
    }
}
