import CompanionCore
import CompanionTesting
import TestRandomness
import Testing

@Suite("Estimating token counter")
struct EstimatingTokenCounterTests {
    static let vocabularies: [TokenVocabulary] = [.o200k, .cl100k]

    @Test("It keeps the port's contract", arguments: TokenCounterConformance.checks)
    func conforms(_ check: TokenCounterConformance.Check) async throws {
        for vocabulary in Self.vocabularies {
            try await check.run(on: EstimatingTokenCounter(vocabulary: vocabulary))
        }
    }

    @Test("On prose in ten languages the mean error is at most 7 %", arguments: vocabularies)
    func meanError(_ vocabulary: TokenVocabulary) {
        let errors = TokenSample.prose.map { abs(Self.error(of: $0, vocabulary)) }
        #expect(errors.count == 40)
        #expect(errors.reduce(0, +) / Double(errors.count) <= 0.07)
    }

    @Test(
        "On prose in ten languages at most one text in twenty is undercounted by more than 10 %",
        arguments: vocabularies)
    func undercounts(_ vocabulary: TokenVocabulary) {
        let undercounted = TokenSample.prose.filter { Self.error(of: $0, vocabulary) < -0.1 }
        #expect(undercounted.count * 20 <= TokenSample.prose.count)
    }

    @Test("Code, tables and emoji are within a sixth", arguments: vocabularies)
    func markup(_ vocabulary: TokenVocabulary) {
        for sample in TokenSample.markup { #expect(abs(Self.error(of: sample, vocabulary)) < 1 / 6.0, "\(sample)") }
    }

    /// Sums of the weights, rounded up, worked out by hand.
    @Test(
        "Each feature costs its weight",
        arguments: [
            ("", 0, 0), ("cat", 1, 1), ("cat cat", 2, 2), ("the elephants", 3, 3), ("der Elefanten", 3, 4),
            // 18 letters past the fourth, in English and in other text.
            ("the antidisestablishmentar", 3, 4), ("die antidisestablishmentar", 5, 7),
            ("123", 2, 2), ("1234", 3, 3), ("1234567", 4, 4), ("a 1", 3, 3), ("a  b", 3, 3), ("a b", 2, 2),
            ("a ", 2, 2),
            ("a\nb", 3, 3), ("a\n\n  b", 3, 3), ("a, b", 3, 3), ("?!", 1, 1), ("?!…", 2, 2),
            ("née", 2, 2), ("мир", 2, 3), ("λόγος", 3, 6), ("سلام", 2, 4), ("שלום", 2, 5), ("नमस्ते", 3, 8),
            ("สวัสดี", 3, 6), ("안녕", 2, 3), ("かな", 2, 2), ("漢字", 2, 3), ("漢字 漢字", 4, 6), ("😀", 2, 3), ("❤️", 3, 4),
            ("Հայ", 2, 7), ("မြန်", 3, 8), ("e\u{301}", 3, 3), ("\u{0}", 1, 1), ("𐌰", 4, 4),
        ])
    func weights(text: String, o200k: Int, cl100k: Int) {
        #expect(EstimatingTokenCounter(vocabulary: .o200k).count(text) == o200k)
        #expect(EstimatingTokenCounter(vocabulary: .cl100k).count(text) == cl100k)
    }

    @Test("A text is English from 8 % of the commonest words on")
    func english() {
        // Beside the words, six letters of each long one cost 0.05 or 0.15.
        func count(common: Int) -> Int {
            let words = Array(repeating: "The", count: common) + Array(repeating: "abcdefghij", count: 25 - common)
            return EstimatingTokenCounter().count(words.joined(separator: " "))
        }
        #expect(count(common: 2) == 25 + 7)
        #expect(count(common: 1) == 25 + 22)
    }

    @Test("Long runs cost for their length, whatever they are made of")
    func longRuns() {
        let alphabets = [
            "a", "Q", "ж", "!", "!?", "“”", " ", " \t", "\n", "\n ", "\r\n", "7", "\u{301}", "é", "漢", "\u{1}",
        ]
        for alphabet in alphabets {
            let run = String(repeating: alphabet, count: 10_000)
            for vocabulary in Self.vocabularies {
                #expect(
                    EstimatingTokenCounter(vocabulary: vocabulary).count(run) >= 600, "\(alphabet.debugDescription)")
            }
        }
    }

    @Test("Every character counts for something, alone and among letters")
    func everyCharacter() {
        var random = SeededGenerator.announced()
        let counter = EstimatingTokenCounter()
        let scalars = (0..<20_000).compactMap { _ in Unicode.Scalar(UInt32.random(in: 0...0x10FFFF, using: &random)) }
        let free = scalars.filter { counter.count(String($0)) < 1 || counter.count("ab\($0)cd") < 1 }
        #expect(free.isEmpty, "seed \(random.seed)")
    }

    @Test("The identifier tells the vocabularies apart, and o200k is the default")
    func identifier() {
        #expect(EstimatingTokenCounter(vocabulary: .cl100k).identifier == "estimate-1:cl100k")
        #expect(EstimatingTokenCounter().identifier == "estimate-1:o200k")
    }

    private static func error(of sample: TokenSample, _ vocabulary: TokenVocabulary) -> Double {
        let exact = Double(vocabulary == .o200k ? sample.o200k : sample.cl100k)
        return Double(EstimatingTokenCounter(vocabulary: vocabulary).count(sample.text)) / exact - 1
    }
}
