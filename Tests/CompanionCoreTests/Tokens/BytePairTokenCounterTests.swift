import CompanionCore
import CompanionTesting
import TestRandomness
import Testing

@Suite("Byte-pair token counter")
struct BytePairTokenCounterTests {
    @Test("It keeps the port's contract", arguments: TokenCounterConformance.checks)
    func conforms(_ check: TokenCounterConformance.Check) async throws {
        try await check.run(on: SyntheticRanks(["th", "the", " the", "aa", "aaaa"]).counter())
    }

    @Test("The pair of the lowest rank is merged first, wherever it stands")
    func lowestFirst() throws {
        #expect(try SyntheticRanks(["ab", "bc"]).counter().encode("zabc") == [122, 256, 99])
        #expect(try SyntheticRanks(["bc", "ab"]).counter().encode("zabc") == [122, 97, 256])
        #expect(try SyntheticRanks(["bc", "ab", "abc"]).counter().encode("zabc") == [122, 258])
    }

    @Test("Of equal pairs the leftmost is merged first")
    func leftmostFirst() throws {
        #expect(try SyntheticRanks(["aa"]).counter().encode("aaa") == [256, 97])
        #expect(try SyntheticRanks(["aa", "aaa"]).counter().encode("baaa") == [98, 257])
    }

    @Test("A piece that is a token stays whole, even where no merges lead to it")
    func wholePiece() throws {
        let counter = try SyntheticRanks(["xyz"]).counter()
        #expect(counter.encode("xyz") == [256])
        #expect(counter.encode("wxyz") == [119, 120, 121, 122])
    }

    @Test("Pieces of any length are merged as the definition says")
    func definition() throws {
        var random = SeededGenerator.announced()
        for _ in 0..<60 {
            // Letters and marks only, which make one piece; long ones take the way over the queue.
            let letters = ["a", "b", "c", "é", "漢"].prefix(Int.random(in: 1...5, using: &random))
            func word(_ lengths: ClosedRange<Int>) -> String {
                (0..<Int.random(in: lengths, using: &random)).map { _ in letters.randomElement(using: &random) ?? "" }
                    .joined()
            }
            let merged = Set((0..<Int.random(in: 0...40, using: &random)).map { _ in word(2...6) })
            let ranks = SyntheticRanks(merged.filter { $0.utf8.count > 1 }.shuffled(using: &random))
            let counter = try ranks.counter()
            for piece in [word(1...20), word(20...150)] {
                #expect(counter.encode(piece) == ranks.merge(piece), "seed \(random.seed)")
            }
        }
    }

    @Test(
        "The count is the number of tokens, and the tokens spell the text", arguments: [TokenVocabulary.o200k, .cl100k])
    func countsAndSpells(_ vocabulary: TokenVocabulary) throws {
        var random = SeededGenerator.announced()
        let ranks = SyntheticRanks(["th", "the", " the", "\n\n", "漢", "字", "漢字", "é", "  ", "    ", "12"])
        let counter = try ranks.counter(vocabulary)
        for _ in 0..<500 {
            let text = random.text(upTo: 60)
            let tokens = counter.encode(text)
            #expect(ranks.decode(tokens) == text, "seed \(random.seed)")
            #expect(counter.count(text) == tokens.count, "seed \(random.seed)")
        }
    }

    @Test("A long run of one letter is no work without end", .timeLimit(.minutes(1)))
    func hostileRun() throws {
        let counter = try SyntheticRanks(["aa", "aaaa", "aaaaaaaa"]).counter()
        #expect(counter.count(String(repeating: "a", count: 300_000)) == 300_000 / 8)
    }

    @Test("Names of special tokens are plain text")
    func specialTokens() throws {
        #expect(try SyntheticRanks().counter().count("<|endoftext|>") == 13)
    }

    @Test("The identifier names the vocabulary and tells ranks apart")
    func identifier() throws {
        let identifiers = [
            try SyntheticRanks().counter().identifier, try SyntheticRanks().counter(.cl100k).identifier,
            try SyntheticRanks(["ab"]).counter().identifier, try SyntheticRanks(["ba"]).counter().identifier,
        ]
        #expect(Set(identifiers).count == 4)
        #expect(identifiers[0].hasPrefix("byte-pair:o200k:"))
        #expect(try SyntheticRanks().counter().identifier == identifiers[0])
    }
}
