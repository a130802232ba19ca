import TestRandomness
import Testing

@testable import CompanionCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

struct ForeignDateTests {
    @Test(
        "Every form in which programs write a time is read",
        arguments: [
            ("2024-06-01T15:05:12.123Z", 1_717_254_312_123), ("2024-06-01T15:05:12Z", 1_717_254_312_000),
            ("2024-06-01T17:05:12.5+02:00", 1_717_254_312_500), ("2024-06-01T10:05:12-0500", 1_717_254_312_000),
            ("2024-06-01 15:05:12.123456", 1_717_254_312_123), ("2024-06-01T15:05", 1_717_254_300_000),
            ("2024-06-01", 1_717_200_000_000), ("1717254312123", 1_717_254_312_123),
            ("1717254312", 1_717_254_312_000), ("1717254312.5", 1_717_254_312_500),
            ("June 1, 2024 3:05pm", 1_717_254_300_000), ("june 1, 2024 3:05 PM", 1_717_254_300_000),
            ("Jun 1, 2024 15:05:12", 1_717_254_312_000), ("1 June 2024, 3:05:12 pm", 1_717_254_312_000),
            ("January 1, 2024 12:00am", 1_704_067_200_000), ("January 1, 2024 12:30pm", 1_704_112_200_000),
            ("February 29, 2024", 1_709_164_800_000),
            ("2024-6-1 @15h 5m 12s 123ms", 1_717_254_312_123), ("2024-6-1@15h5m12s", 1_717_254_312_000),
            ("2024-6-1 @15h 05m", 1_717_254_300_000), ("1969-12-31T23:59:59.001Z", -999),
        ] as [(String, Int64)])
    func forms(text: String, milliseconds: Int64) {
        #expect(ForeignDate.date(text)?.millisecondsSince1970 == milliseconds)
    }

    @Test("Numbers are milliseconds, or seconds where they are small")
    func numbers() {
        #expect(ForeignDate.date(.number(JSONNumber(1_717_254_312_123)))?.millisecondsSince1970 == 1_717_254_312_123)
        #expect(ForeignDate.date(1_717_254_312)?.millisecondsSince1970 == 1_717_254_312_000)
        #expect(ForeignDate.date(1.717254312123e12)?.millisecondsSince1970 == 1_717_254_312_123)
        for value in [0, -5, 1e300, nil, true, [], "0"] as [JSONValue] {
            #expect(ForeignDate.date(value) == nil, "\(value)")
        }
    }

    @Test(
        "What is no time is none",
        arguments: [
            "", " ", "yesterday", "2023-02-29", "2024-13-01", "2024-06-31T10:00Z", "2024-06-01T25:00", "June 31, 2024",
            "June 1, 2024 13:05pm", "June 1, 2024 3:05xm", "2024-06-01T15:05:12Zx", "2024-6-1 @15h", "NaN", "inf",
            "1e400",
            "June", "2024-", "99999-01-01", "0000-01-01", String(repeating: "1", count: 100),
        ])
    func refuses(text: String) {
        #expect(ForeignDate.date(text) == nil)
    }

    @Test("A time is the same after it was written and read, in any year")
    func roundTrip() {
        var random = SeededGenerator.announced()
        for _ in 0..<2_000 {
            let milliseconds = Int64.random(in: -62_135_596_800_000..<253_402_300_800_000, using: &random)
            let date = Date(millisecondsSince1970: milliseconds)
            #expect(CivilTime(date).date == date)
            #expect(ForeignDate.date(CivilTime(date).iso8601)?.millisecondsSince1970 == milliseconds)
        }
    }
}
