import TestRandomness
import Testing

@testable import CompanionCore

struct BoundedRegexTests {
    private func isMatch(_ pattern: String, _ flags: String = "", _ text: String) throws -> Bool? {
        var steps = 1_000_000
        return try BoundedRegex(pattern, flags: BoundedRegex.Flags(flags)).isMatch(in: text, steps: &steps)
    }

    @Test(
        "The syntax means what it means in JavaScript",
        arguments: [
            ("luna", "", "hello luna", true), ("luna", "", "Luna", false), ("luna", "i", "LUNA", true),
            ("^a", "", "ba", false), ("^a", "m", "b\na", true), ("a$", "", "a\n", false), ("a$", "m", "a\nb", true),
            ("a.c", "", "a\nc", false), ("a.c", "s", "a\nc", true), ("a.c", "", "a👩c", true),
            (#"\bcat\b"#, "", "a cat!", true), (#"\bcat\b"#, "", "concat", false), (#"\Bcat"#, "", "concat", true),
            (#"\d{3}"#, "", "12", false), (#"\d{3}"#, "", "123", true), (#"^\d{2,3}$"#, "", "1234", false),
            ("^a{2,}$", "", "aaaa", true), ("^a{2,}$", "", "a", false), ("^a{0}$", "", "", true),
            ("a{,3}", "", "a{,3}", true),
            ("colou?r", "", "color", true), ("^(ab)+$", "", "ababa", false), ("^(?:ab)*?c", "", "ababc", true),
            ("cat|dog", "", "a dog", true), ("^(cat|dog|)$", "", "", true), ("[a-c]x", "", "bx", true),
            ("[^a-c]x", "", "bx", false), ("[]x", "", "x", false), ("[^]x", "", "\nx", true),
            (#"[\w-]+@"#, "", "a-b@", true),
            (#"[\]]"#, "", "]", true), (#"[a\-z]"#, "", "m", false), ("[A-Z]", "i", "q", true), ("É", "i", "é", true),
            (#"\u00e9"#, "", "é", true), (#"\x41"#, "", "A", true), (#"\u{1F469}"#, "u", "👩", true),
            (#"\ud83d\udc69"#, "", "👩", true), (#"\p{L}+\d"#, "u", "жизнь1", true), (#"\P{Lu}"#, "u", "A", false),
            (#"\p{Script=Greek}"#, "u", "α", nil), (#"\s"#, "", "\u{A0}", true), (#"\S"#, "", " \t\n", false),
            ("a(?=b)", "", "ab", true), ("a(?=b)", "", "ac", false), ("a(?!b)", "", "ab", false),
            ("a(?!b)", "", "ac", true),
            ("(?<=a)b", "", "ab", true), ("(?<=a)b", "", "cb", false), ("(?<!a)b", "", "cb", true),
            ("(?<!a)b", "", "ab", false),
            ("a(?=b(?!c))", "", "abc", false), ("a(?=b(?!c))", "", "abd", true),
            ("^(?=.*x)(?=.*y).+$", "", "..y.x", true),
            ("^(?=.*x)(?=.*y).+$", "", "..y..", false), ("(?<=a.*)c", "", "abbc", true),
            ("(?<=^a.*)c", "", "babc", false),
            ("(?<name>a)b", "", "ab", true), (#"(a)\1"#, "", "aa", nil), (#"(?<n>a)\k<n>"#, "", "aa", nil),
            ("(", "", "(", nil), (")", "", ")", nil), ("*a", "", "a", nil), ("a**", "", "a", nil),
            ("[b-a]", "", "a", nil),
            ("a{2,1}", "", "aa", nil), ("(?i)a", "", "A", nil), ("a", "x", "a", nil), (#"\"#, "", "a", nil),
            ("[a", "", "a", nil),
            ("a{", "", "a{", true), ("", "", "anything", true), ("x*", "", "", true), (#"\/"#, "", "/", true),
            (#"(?=a)*b"#, "", "b", true), (#"\cJ"#, "", "\n", true), ("[\\b]", "", "\u{8}", true),
            ("日本", "", "東日本", true),
        ] as [(String, String, String, Bool?)])
    func syntax(pattern: String, flags: String, text: String, expected: Bool?) throws {
        guard let expected else {
            #expect(throws: BoundedRegex.Failure.self) { try isMatch(pattern, flags, text) }
            return
        }
        #expect(try isMatch(pattern, flags, text) == expected)
    }

    @Test(
        "What makes others take for ever ends here",
        arguments: [
            "(a+)+$", "(a|a)*b", "(a*)*b", "^(([a-z])+.)+[A-Z]([a-z])+$", "(.*)*(.*)*x", "(a?){30}a{30}b", "((a+)+)+c",
            "(?=(a+)+$)(a+)+b", "(a+a+)+y", "(?<=(a+)+)b", "(((((a*)*)*)*)*)*b",
        ])
    func catastrophic(pattern: String) throws {
        let text = RegexText(String(repeating: "a", count: 2_000) + "!")
        var steps = 5_000_000
        let regex = try BoundedRegex(pattern)
        #expect(regex.isMatch(in: text, steps: &steps) == false)
        #expect(steps > 0, "in time that grows with the text")
        var few = 1_000
        #expect(regex.isMatch(in: text, steps: &few) == nil, "and the bound holds")
        #expect(few > -1_000)
    }

    @Test(
        "What would become too large is refused",
        arguments: [
            "(((a{99}){99}){99}){99}", "a{100000}", "(a{0,1000}){0,1000}", String(repeating: "(", count: 100),
            String(repeating: "a", count: 3_000),
        ])
    func size(pattern: String) {
        #expect(throws: BoundedRegex.Failure.tooLarge) { try BoundedRegex(pattern) }
    }

    @Test("It agrees with another engine on random expressions and texts")
    func agrees() throws {
        var random = SeededGenerator.announced()
        func piece(_ depth: Int) -> String {
            let atoms = ["a", "b", "c", ".", "[ab]", "[^a]", #"\b"#, "^", "$", #"\w"#]
            switch Int.random(in: 0..<(depth > 0 ? 9 : 4), using: &random) {
            case 0..<4: return atoms.randomElement(using: &random) ?? "a"
            case 4: return "(?:" + piece(depth - 1) + "|" + piece(depth - 1) + ")"
            case 5:
                return "(?:" + piece(depth - 1) + ")"
                    + (["*", "+", "?", "{2}", "{1,2}", "*?"].randomElement(using: &random) ?? "")
            case 6: return (["(?=", "(?!"].randomElement(using: &random) ?? "") + piece(depth - 1) + ")"
            default: return piece(depth - 1) + piece(depth - 1)
            }
        }
        for round in 0..<400 {
            let pattern = piece(3)
            let theirs = try Regex(pattern).matchingSemantics(.unicodeScalar).wordBoundaryKind(.simple)
            let ours = try BoundedRegex(pattern)
            for _ in 0..<6 {
                let text = (0..<Int.random(in: 0...7, using: &random)).map { _ in
                    ["a", "b", "c", " "].randomElement(using: &random) ?? ""
                }.joined()
                var steps = 1_000_000
                #expect(
                    ours.isMatch(in: text, steps: &steps) == text.contains(theirs),
                    "seed \(random.seed), round \(round): /\(pattern)/ in '\(text)'")
            }
        }
    }

    @Test("Any text is an expression or is refused, in bounded time")
    func fuzz() {
        var random = SeededGenerator.announced()
        let pieces = [
            "a", "b", "(", ")", "[", "]", "{", "}", "2", ",", "*", "+", "?", "|", "\\", "^", "$", ".", "-", "(?=",
            "(?<!", "\\u", "\\p{L}", "é", "👩",
        ]
        for _ in 0..<3_000 {
            let pattern = (0..<Int.random(in: 0...25, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }.joined()
            guard let regex = try? BoundedRegex(pattern) else { continue }
            var steps = 20_000
            _ = regex.isMatch(in: "abba é (a) [b] {2,2} aaaaaaaaaaaa", steps: &steps)
            #expect(steps > -10_000)
        }
    }

    @Test(
        "A key between slashes is an expression",
        arguments: [
            ("/a/", "a", ""), ("/a/gi", "a", "gi"), ("/a\\/b/", "a\\/b", ""), ("/a/b/i", "a/b", "i"),
        ])
    func delimited(key: String, pattern: String, flags: String) throws {
        let found = try #require(BoundedRegex.delimited(key))
        #expect(found == (pattern, flags))
    }

    @Test("Others are none", arguments: ["", "/", "//", "a/b", "/a", "/a/1", "/path/to/file.txt", "/a/é"])
    func notDelimited(key: String) { #expect(BoundedRegex.delimited(key) == nil) }
}
