import CompanionCore
import Testing

struct KeywordListTests {
    @Test("A list has a term in each line, with score, placement and innocents")
    func list() throws {
        let terms = try KeywordList.terms(
            in: """
                # Words of the house.

                [harassment]
                idiot
                  total loser = 0.6
                *crap* - scrap, crape
                [ gambling ]
                *bet* = 0.5 - better, alphabet
                """)
        #expect(
            terms == [
                KeywordTerm("idiot", category: .harassment),
                KeywordTerm("total loser", category: .harassment, score: 0.6),
                KeywordTerm("crap", category: .harassment, placement: .substring, allowed: ["scrap", "crape"]),
                KeywordTerm(
                    "bet", category: ModerationCategory("gambling"), score: 0.5, placement: .substring,
                    allowed: ["better", "alphabet"]),
            ])
        #expect(try KeywordMatcher(terms).matches(in: "A scrap of crap").count == 1)
    }

    @Test(
        "A line that can't be read is named, and not quoted",
        arguments: ["word", "[a]\nword = 2", "[a]\nword = x", "[a]\n w - ,"])
    func unreadable(_ list: String) throws {
        do {
            let terms = try KeywordList.terms(in: list)
            _ = try KeywordMatcher(terms)
            #expect(list.hasSuffix(","), "It must throw.")
        } catch {
            #expect(error.code == .invalidInput && !error.message.contains("word\n") && error.message.contains("Line "))
        }
        #expect(throws: CompanionError.self) { try KeywordList.terms(in: "[a]\nb\nc", maximumTerms: 1) }
    }
}
