#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Turns the dates that English texts speak of ("yesterday", "next Friday", "in March", "on 5 May 2024") into days of the
/// calendar, seen from the time at which they were said.
///
/// What could be one date or another is left alone rather than guessed: "on Friday" in a sentence that does not tell
/// whether it was or will be, dates in figures only, seasons. "Next Friday" is the Friday of the week after, weeks
/// beginning on Monday; "last Friday" is the latest before today.
struct DateResolver: Sendable {
    /// Where the person's day begins; 0 is UTC.
    var secondsFromUTC = 0

    /// A place in a text that speaks of a date.
    struct Finding: Sendable {
        var range: Range<String.Index>
        var period: CivilPeriod
        /// Whether it meant another date if it were said at another time.
        var isRelative: Bool
        /// Whether a preposition stands before it that stays: "since March".
        var followsPreposition: Bool
    }

    /// The dates of the text, from its start to its end.
    func findings(in text: String, saidAt: Date) -> [Finding] {
        let words = DateWord.all(in: text)
        let scan = DateScan(words: words, today: CivilDate(saidAt, secondsFromUTC: secondsFromUTC))
        var findings: [Finding] = []
        var place = 0
        while place < words.count {
            guard let match = scan.match(at: place) else {
                place += 1
                continue
            }
            var first = place
            var followsPreposition = false
            if first > 0 {
                let before = words[first - 1].lower
                if ["every", "each", "most", "some", "any"].contains(before) {
                    place += match.count
                    continue
                }
                if ["on", "in", "during"].contains(before) {
                    first -= 1
                } else {
                    followsPreposition = ["since", "until", "till", "by", "from", "before", "after", "for", "to"]
                        .contains(before)
                }
            }
            let last = place + match.count - 1
            findings.append(
                Finding(
                    range: words[first].range.lowerBound..<words[last].range.upperBound, period: match.period,
                    isRelative: match.isRelative, followsPreposition: followsPreposition))
            place = last + 1
        }
        return findings
    }

    /// The text with its relative dates written out: "Ada met Mia yesterday" as "Ada met Mia on 31 May 2025".
    func writingOut(_ text: String, saidAt: Date) -> String {
        var result = ""
        var end = text.startIndex
        for finding in findings(in: text, saidAt: saidAt) where finding.isRelative {
            result += text[end..<finding.range.lowerBound]
            let date = finding.period.text(withPreposition: !finding.followsPreposition)
            result +=
                finding.range.lowerBound == text.startIndex ? date.prefix(1).uppercased() + date.dropFirst() : date
            end = finding.range.upperBound
        }
        return result + text[end...]
    }

    /// The instant at which the period begins.
    func start(of period: CivilPeriod) -> Date { period.first.start(secondsFromUTC: secondsFromUTC) }
}
