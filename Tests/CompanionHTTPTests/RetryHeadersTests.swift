import Foundation
import Testing

@testable import _CompanionHTTP

@Suite("What headers say about coming back")
struct RetryHeadersTests {
    static let now = Date(timeIntervalSince1970: 784_111_777)  // Sun, 06 Nov 1994 08:49:37 GMT

    static func wait(_ headers: [(String, String)]) -> Duration? {
        RetryHeaders.wait(in: HTTPHeaderFields(headers), now: now)
    }

    @Test(
        "Seconds, fractions of them, milliseconds and dates",
        arguments: [
            ("Retry-After", "7", 7.0), ("retry-after", "0.25", 0.25), ("Retry-After-Ms", "1500", 1.5),
            ("Retry-After", "Sun, 06 Nov 1994 08:50:00 GMT", 23), ("Retry-After", "Sun, 06 Nov 1994 08:00:00 GMT", 0),
            ("Retry-After", "99999999", 86_400),
        ])
    func forms(name: String, value: String, seconds: Double) {
        #expect(Self.wait([(name, value)]) == .seconds(seconds))
    }

    @Test("Nonsense says nothing", arguments: ["", "soon", "-5", "nan", "inf", "Sun, 99 Nov 1994 08:50:00 GMT"])
    func nonsense(value: String) { #expect(Self.wait([("Retry-After", value)]) == nil) }

    @Test(
        "Milliseconds come before seconds; the reset of a limit counts only when it has run out and nothing else is said"
    )
    func order() {
        #expect(Self.wait([("retry-after", "5"), ("retry-after-ms", "20")]) == .milliseconds(20))
        let resets = [("x-ratelimit-reset-requests", "1s"), ("x-ratelimit-reset-tokens", "6m0s")]
        #expect(Self.wait(resets) == nil)
        #expect(Self.wait(resets + [("x-ratelimit-remaining-requests", "0")]) == .seconds(1))
        #expect(
            Self.wait(resets + [("x-ratelimit-remaining-requests", "0"), ("x-ratelimit-remaining-tokens", "0")])
                == .seconds(360))
        #expect(Self.wait(resets + [("x-ratelimit-remaining-tokens", "0"), ("Retry-After", "2")]) == .seconds(2))
    }

    @Test(
        "Intervals as rate limits write them",
        arguments: [
            ("20ms", 0.02), ("1s", 1), ("6m0s", 360), ("1h2m3.5s", 3723.5), ("90", 90), ("2d", 86_400),
        ])
    func intervals(text: String, seconds: Double) { #expect(RetryHeaders.interval(text) == .seconds(seconds)) }

    @Test("No interval", arguments: ["", "s", "1x", "1.2.3s", "--", "1s!"])
    func noInterval(text: String) { #expect(RetryHeaders.interval(text) == nil) }

    @Test("The three forms of a date")
    func dates() {
        #expect(HTTPDate.parse("Sun, 06 Nov 1994 08:49:37 GMT") == Self.now)
        #expect(HTTPDate.parse("Sunday, 06-Nov-94 08:49:37 GMT") == Self.now)
        #expect(HTTPDate.parse("Sun Nov  6 08:49:37 1994") == Self.now)
        #expect(HTTPDate.parse("Sat, 29 Feb 2048 23:59:59 GMT") == Date(timeIntervalSince1970: 2_466_633_599))
        #expect(HTTPDate.parse("yesterday") == nil)
    }

    @Test("Every day of two centuries agrees with the calendar")
    func calendar() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        for day in stride(from: -20_000, to: 60_000, by: 7) {
            let date = Date(timeIntervalSince1970: Double(day) * 86_400 + 3723)
            let parts = calendar.dateComponents([.year, .month, .day], from: date)
            let text = "Xxx, \(parts.day!) \(months[parts.month! - 1]) \(parts.year!) 01:02:03 GMT"
            #expect(HTTPDate.parse(text) == date, "\(text)")
        }
    }
}
