internal import CompanionCore

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// What a server's headers say about coming back.
package enum RetryHeaders {
    /// The longest wait that is believed; a longer one is cut to it.
    package static let longestWait = Duration.seconds(24 * 60 * 60)

    /// How long to wait, from `retry-after-ms`, `Retry-After` (seconds or a date), or, where those are missing, the
    /// later of those `x-ratelimit-reset-*` whose limit has run out; nil where none says anything.
    package static func wait(in headers: HTTPHeaderFields, now: Date) -> Duration? {
        if let value = headers["retry-after-ms"], let milliseconds = Double(value),
            let wait = seconds(milliseconds / 1000)
        {
            return wait
        }
        if let value = headers["retry-after"] {
            if let wait = Double(value).flatMap(seconds) { return wait }
            if let date = HTTPDate.parse(value) { return seconds(max(0, date.timeIntervalSince(now))) }
        }
        return ["requests", "tokens"].compactMap { limit in
            guard headers["x-ratelimit-remaining-\(limit)"] == "0" else { return nil }
            return headers["x-ratelimit-reset-\(limit)"].flatMap(interval)
        }.max()
    }

    /// Whether the server forbids (false) or asks for (true) a repetition, whatever the status.
    package static func shouldRetry(in headers: HTTPHeaderFields) -> Bool? {
        headers["x-should-retry"].flatMap { Bool($0.lowercased()) }
    }

    private static func seconds(_ value: Double) -> Duration? {
        guard value.isFinite, value >= 0 else { return nil }
        return value >= 86_400 ? longestWait : .seconds(value)
    }

    /// An interval as rate limits write it: `1s`, `6m0s`, `1h2m3.5s`, `20ms`; plain digits are seconds.
    static func interval(_ text: String) -> Duration? {
        var total = 0.0
        var rest = text[...]
        while !rest.isEmpty {
            let number = rest.prefix { ("0"..."9").contains($0) || $0 == "." }
            rest = rest.dropFirst(number.count)
            let unit = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let value = Double(number) else { return nil }
            switch unit {
            case "ms": total += value / 1000
            case "s", "": total += value
            case "m": total += value * 60
            case "h": total += value * 3600
            case "d": total += value * 86_400
            default: return nil
            }
        }
        return text.isEmpty ? nil : seconds(total)
    }
}
