import CompanionCore
import TestRandomness
import Testing

/// The pieces are separated by `|` and worked out by hand from the published split patterns.
@Suite("Splitting before byte pairs are merged")
struct TokenSplitterTests {
    @Test(
        "Letters, numbers, symbols and spaces part in both patterns",
        arguments: [
            "", "Hello| world|!", "a| b| c", "12|,|345|678|9", "x|=|1", "(foo|(bar|)", "foo|(|1|)", "a|  | b",
            "a|  | |7",
            "a| |7", "tab|\tnext", "\t|\t|7", "end|.\n\n|Next", "a|\n\n|b", "a| \n \n|  | b", "a|\r\n|b", "…漢字かな|。",
            "é|—è",
            "Привет|,| мир", "٣٤|:|½²Ⅳ", "👍🏽", "?!?", " ?!", "   ", "a|  ", "a|\u{A0}b", "\u{3000}漢",
            "a|\u{2028}|\u{2028}b",
            "name|@example|.com", "don|’t", "http|://|a|.b|/c", "\u{0}\u{7F}|1", "x|'zz",
        ])
    func both(_ marked: String) throws {
        for vocabulary in [TokenVocabulary.o200k, .cl100k] {
            #expect(try Self.split(marked, vocabulary) == marked, "\(vocabulary)")
        }
    }

    @Test(
        "o200k parts words before capitals, keeps contractions and marks in them, and adds slashes to symbols",
        arguments: [
            "camel|Case", "HTTPServer|X", "ABcd|Ef", "don't", "DON'T| WE'LL|'| X", "I'm|'m", "we're|st", "it'ſ|s",
            "e\u{301}te\u{301}", "\u{301}Abc", "\u{301}|AB", "\u{301}bc", "\u{301}'s", "ʰ|AB", "Aʰ|B", "漢ʰ|A", "ǅa|ǅ",
            " \u{301}a", "!\u{301}", "!!\u{301}", ".\n/\n//|x", "a|\n|  ",
        ])
    func o200k(_ marked: String) throws {
        #expect(try Self.split(marked, .o200k) == marked)
    }

    @Test(
        "cl100k parts words at contractions and marks only, and keeps the last spaces together",
        arguments: [
            "camelCase", "ABcdEf", "don|'t", "DON|'T| WE|'LL|'| X", "'s|up", "we|'re|st", "''|s", "it|'ſ|s",
            "e|\u{301}te|\u{301}", "\u{301}AB", "ʰAB", "!\u{301}", ".\n|/\n", "a|\n  ", "a|\n|  | b",
        ])
    func cl100k(_ marked: String) throws {
        #expect(try Self.split(marked, .cl100k) == marked)
    }

    @Test("The pieces of any text are the text, none of them empty", arguments: [TokenVocabulary.o200k, .cl100k])
    func whole(_ vocabulary: TokenVocabulary) throws {
        var random = SeededGenerator.announced()
        let counter = try SyntheticRanks().counter(vocabulary)
        for _ in 0..<1_000 {
            let text = random.text(upTo: 40)
            let pieces = counter.pieces(of: text)
            #expect(Array(pieces.joined().utf8) == Array(text.utf8), "seed \(random.seed)")
            #expect(!pieces.contains(""), "seed \(random.seed)")
        }
    }

    private static func split(_ marked: String, _ vocabulary: TokenVocabulary) throws -> String {
        let text = String(String.UnicodeScalarView(marked.unicodeScalars.filter { $0 != "|" }))
        return try SyntheticRanks().counter(vocabulary).pieces(of: text).joined(separator: "|")
    }
}
