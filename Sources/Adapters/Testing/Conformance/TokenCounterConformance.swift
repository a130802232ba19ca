public import CompanionCore

/// The contract of `TokenCounter` as checks.
///
/// ```swift
/// @Test(arguments: TokenCounterConformance.checks)
/// func conforms(_ check: TokenCounterConformance.Check) async throws {
///     try await check.run(on: EstimatingTokenCounter())
/// }
/// ```
public enum TokenCounterConformance {
    public typealias Check = ConformanceCheck<any TokenCounter>

    public static let checks: [Check] = [
        Check("A counter has an identifier, the same whenever it is asked") { counter, _ in
            try expect(!counter.identifier.isEmpty, "an identifier that is not empty", seen: "an empty one")
            try expect(counter.identifier, equals: counter.identifier, "the identifier")
        },
        Check("The empty text has no tokens") { counter, _ in
            try expect(counter.count(""), equals: 0, "the count of the empty text")
        },
        Check("A count is never negative, and above 0 where there is a word") { counter, random in
            for text in texts + (0..<200).map({ _ in sentence(random) }) {
                let count = counter.count(text)
                try expect(count >= 0, "a count of 0 or more for \(excerpt(text))", seen: "\(count)")
                if text.contains(where: \.isLetter) {
                    try expect(count > 0, "a count above 0 for \(excerpt(text))", seen: "\(count)")
                }
            }
        },
        Check("The same text has the same count, whoever asks and how many at a time") { counter, random in
            let samples = texts.filter { $0.utf8.count < 10_000 } + (0..<50).map { _ in sentence(random) }
            let counts = samples.map(counter.count)
            try await withThrowingTaskGroup { group in
                for _ in 0..<4 {
                    group.addTask { try expect(samples.map(counter.count), equals: counts, "the counts, again") }
                }
                try await group.waitForAll()
            }
        },
        Check("Two texts together have about as many tokens as apart") { counter, random in
            for _ in 0..<300 {
                let (left, right) = (sentence(random), sentence(random))
                let (a, b, both) = (counter.count(left), counter.count(right), counter.count(left + right))
                // Tokens merge or split at the seam; an estimate may also take the whole for another language.
                let upper = a + b + 3 + (a + b) / 4
                let lower = max(a, b) * 6 / 10 - 2
                try expect(
                    (lower...max(lower, upper)).contains(both),
                    "\(lower) to \(upper) tokens for two texts of \(a) and \(b)", seen: "\(both)")
            }
        },
        Check("The time for a text grows with its length, not with its square") { counter, _ in
            for piece in ["a", "words and ", "漢"] {
                let (short, long) = (String(repeating: piece, count: 1 << 15), String(repeating: piece, count: 1 << 18))
                let clock = ContinuousClock()
                let first = (0..<5).map { _ in clock.measure { _ = counter.count(short) } }.min() ?? .zero
                let second = clock.measure { _ = counter.count(long) }
                // Eight times the text; a second is let pass, so that a busy machine proves nothing.
                try expect(
                    second < .seconds(1) || second < first * 40,
                    "8 times \(excerpt(piece)) within about 8 times \(first)", seen: "\(second)")
            }
        },
    ]

    private static let texts = [
        " ", "\n", "\0", "a", "\u{301}", "e\u{301}", "🧑‍🚀🏳️‍🌈", "漢字かな", "한국어", "Привет", "שלום", "ไทย", "\r\n\r\n",
        "    ", "12345678901234567890", "!!!???…", "\u{10FFFF}", "https://example.org/a?b=c#d", "let x = [1, 2]",
        String(repeating: " ", count: 1_000), String(repeating: "漢", count: 1_000),
    ]

    private static let words = [
        "the", "of", "and", "to", "in", "is", "you", "that", "it", "was", "moon", "tide", "extraordinarily", "Turin",
        "straße", "être", "луна", "море", "月", "海の音", "달", "قمر", "🌙", "42", "3.14", "don't", "—", "(aside)", "e.g.",
    ]

    private static func sentence(_ random: SeededRandomSource) -> String {
        var generator = random
        let separators = [" ", " ", " ", ", ", "\n", ""]
        return (0..<Int.random(in: 1...60, using: &generator)).map { _ in
            (words.randomElement(using: &generator) ?? "") + (separators.randomElement(using: &generator) ?? "")
        }.joined()
    }

    private static func excerpt(_ text: String) -> String { "\"\(text.prefix(30))\"" }
}
