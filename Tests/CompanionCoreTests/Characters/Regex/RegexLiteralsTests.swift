import TestRandomness
import Testing

@testable import CompanionCore

@Suite("Literals that an expression needs")
struct RegexLiteralsTests {
    @Test(
        "They are the longest part that each match holds",
        arguments: [
            ("dragon", ["dragon"]), (#"\bdragons?\b"#, ["dragon"]), ("(?:red|blue) dragon", [" dragon"]),
            ("(?:amber|copper)s?", ["amber", "copper"]), ("a.bc", ["bc"]), ("(?:xyz)+q", ["xyz"]),
            ("(?!never)ever", ["ever"]), (#"\d+ boats"#, [" boats"]),
            ("a", nil), ("(?:abc)?", nil), ("abc|", nil), ("abc|d", nil), ("[abc]+", nil), (#"\w*"#, nil),
        ] as [(String, [String]?)])
    func literals(pattern: String, wanted: [String]?) throws {
        #expect(try BoundedRegex(pattern).requiredLiterals == wanted)
    }

    @Test("No text without one of them matches")
    func neverHides() throws {
        var random = SeededGenerator.announced()
        let atoms = [
            "ab", "b", "Ab", "é", "ß", "ſ", "K", "i", "[ab]", ".", "(?:ab|Ba)", "(?:bé)?", "(?:ab)+", "\\b", "(?=b)",
        ]
        let letters = ["a", "b", "A", "B", "é", "É", "ß", "ſ", "s", "S", "K", "k", "i", "İ", " "]
        var matches = 0
        for round in 0..<10_000 {
            func pick(_ list: [String]) -> String { list.randomElement(using: &random) ?? "" }
            var pattern = (0..<Int.random(in: 1...5, using: &random)).map { _ in pick(atoms) }.joined()
            if Bool.random(using: &random) { pattern += "|" + pick(atoms) + pick(atoms) }
            let regex = try BoundedRegex(pattern, flags: .init(ignoresCase: Bool.random(using: &random)))
            guard let literals = regex.requiredLiterals else { continue }
            let text = (0..<12).map { _ in pick(letters) }.joined()
            var steps = 1_000_000
            guard regex.isMatch(in: text, steps: &steps) == true else { continue }
            matches += 1
            var matcher = LorebookKeyMatcher()
            for literal in literals {
                _ = matcher.insert(.init(literal, isCaseSensitive: false, isWholeWord: false))
            }
            matcher.finish()
            var isFound = false
            matcher.scan(text) { _ in isFound = true }
            #expect(isFound, "seed \(random.seed), round \(round): \(pattern) in \(text)")
        }
        #expect(matches > 50)
    }
}
