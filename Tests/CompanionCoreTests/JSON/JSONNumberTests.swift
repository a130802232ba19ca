import TestRandomness
import Testing

@testable import CompanionCore

@Suite("JSON number")
struct JSONNumberTests {
    @Test(
        "The integer is exact, or nil",
        arguments: [
            ("0", 0), ("-0", 0), ("-0.0", 0), ("12", 12), ("1.0", 1), ("1.50e2", 150), ("1.5", nil), ("1e3", 1000),
            ("-2.5E+1", -25), ("1000e-3", 1), ("1001e-3", nil), ("9007199254740993.0", 9_007_199_254_740_993),
            ("9223372036854775807", .max), ("-9223372036854775808", .min), ("9223372036854775808", nil), ("1e19", nil),
            ("1e18", 1_000_000_000_000_000_000), ("1e999999999999", nil), ("1e-99999999999999999999", nil), ("0e5", 0),
        ] as [(String, Int?)])
    func integer(lexeme: String, wanted: Int?) {
        #expect(JSONNumber(validated: lexeme).integer == wanted)
    }

    @Test("The double is the nearest one")
    func double() {
        #expect(JSONNumber(validated: "1.10").double == 1.1)
        #expect(JSONNumber(validated: "1e999").double == .infinity)
        #expect(JSONNumber(0.1).lexeme == "0.1")
        #expect(JSONNumber(.infinity).lexeme == "0")
    }

    @Test("Every double is written as valid JSON and read back the same")
    func doublesRoundTrip() throws {
        var random = SeededGenerator.announced()
        for _ in 0..<2_000 {
            let value = Double(bitPattern: random.next())
            guard value.isFinite else { continue }
            let back = try JSONValue(parsing: JSONValue.number(JSONNumber(value)).serialized())
            #expect(back.double == value, "seed \(random.seed)")
        }
    }
}
