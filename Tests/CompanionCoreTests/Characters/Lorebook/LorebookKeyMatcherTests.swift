import TestRandomness
import Testing

@testable import CompanionCore

struct LorebookKeyMatcherTests {
    private func found(
        _ keys: [String], in text: String, isCaseSensitive: Bool = false, isWholeWord: Bool = false
    ) -> Set<String> {
        var matcher = LorebookKeyMatcher()
        // Keys that differ by what does not count are one.
        var names: [Int: Set<String>] = [:]
        for key in keys {
            let inserted = matcher.insert(.init(key, isCaseSensitive: isCaseSensitive, isWholeWord: isWholeWord))
            if let inserted { names[inserted, default: []].insert(key) }
        }
        matcher.finish()
        var found: Set<String> = []
        matcher.scan(text) { found.formUnion(names[$0] ?? []) }
        return found
    }

    @Test("Keys are found in any case, within each other and across each other")
    func overlapping() {
        #expect(found(["he", "she", "his", "hers"], in: "uSHErs") == ["she", "he", "hers"])
        #expect(found(["aa", "aaa"], in: "aaaa") == ["aa", "aaa"])
        #expect(found(["ÉTÉ", "straße", "ПРИВЕТ"], in: "l'été, Straße, привет") == ["ÉTÉ", "straße", "ПРИВЕТ"])
        #expect(found(["魔法"], in: "這是魔法。") == ["魔法"])
        #expect(found([""], in: "a").isEmpty)
    }

    @Test("Case counts where it is asked to")
    func caseSensitive() {
        #expect(found(["May", "may"], in: "In may", isCaseSensitive: true) == ["may"])
        #expect(found(["ÉTÉ"], in: "été", isCaseSensitive: true).isEmpty)
        // The sign of the Kelvin is longer than the letter that it folds to.
        #expect(found(["K"], in: "\u{212A}K", isCaseSensitive: true) == ["K"])
        #expect(found(["\u{212A}"], in: "k", isCaseSensitive: true).isEmpty)
    }

    @Test("A whole word has no letter beside it; several words need not be whole, nor words of scripts without spaces")
    func wholeWords() {
        #expect(found(["cat"], in: "concat cats", isWholeWord: true).isEmpty)
        #expect(found(["cat"], in: "a (cat).", isWholeWord: true) == ["cat"])
        #expect(found(["cat"], in: "écat", isWholeWord: true).isEmpty)
        #expect(found(["red cat"], in: "a red cats", isWholeWord: true) == ["red cat"])
        #expect(found(["魔法"], in: "這是魔法。", isWholeWord: true) == ["魔法"])
    }

    @Test("It finds what a plain search finds")
    func agrees() {
        var random = SeededGenerator.announced()
        for round in 0..<300 {
            func word(_ most: Int) -> String {
                (0..<Int.random(in: 1...most, using: &random)).map { _ in
                    ["a", "b", "B", "é", "É", " "].randomElement(using: &random) ?? ""
                }.joined()
            }
            let keys = Set((0..<20).map { _ in word(4) })
            let text = word(30)
            for isCaseSensitive in [false, true] {
                let expected = keys.filter { key in
                    isCaseSensitive ? text.contains(key) : text.lowercased().contains(key.lowercased())
                }
                #expect(
                    found(Array(keys), in: text, isCaseSensitive: isCaseSensitive) == expected,
                    "seed \(random.seed), round \(round): \(keys) in '\(text)'")
            }
        }
    }
}
