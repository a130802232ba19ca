import Synchronization
import TestRandomness
import Testing

@testable import CompanionCore

@Suite("Macros")
struct MacrosTests {
    private let macros = Macros(character: "Luna", user: "Ada", values: ["time": "noon"], random: CountingSource())

    @Test(
        "Names are put in, in any case of letters",
        arguments: [
            ("{{char}} and {{USER}}", "Luna and Ada"), ("<BOT><bot><Char> <uSeR>", "LunaLunaLuna Ada"),
            ("{{ user }}", "Ada"), ("{{bot}}", "Luna"), ("{{Time}}", "noon"), ("{{{char}}}", "{Luna}"),
            ("{{char}}{{user}}", "LunaAda"), ("no macros", "no macros"), ("", ""),
        ])
    func names(text: String, wanted: String) {
        #expect(macros.expand(text) == wanted)
    }

    @Test(
        "What is not known stays as it is",
        arguments: [
            "{{unknown}}", "{{unknown:a}}", "{{", "}}", "{{char", "char}}", "{{}}", "<START>", "<user", "{char}",
            "{{original}}",
            "{{roll:0}}", "{{roll:x}}", "{{roll:}}", "{{roll:-1}}", "a < b > c {}",
            "{{\(String(repeating: "x", count: 99))}}",
        ])
    func unknown(text: String) {
        #expect(macros.expand(text) == text)
    }

    @Test(
        "Comments, hidden keys and reversal follow the purpose",
        arguments: [
            ("a{{// x {{user}} }}b", "ab", "ab", "ab"), ("a{{comment: x }}b", "ab", "axb", "ab"),
            ("a{{hidden_key:x}}b", "ab", "ab", "axb"),
            ("{{reverse:e\u{301}to}}", "ote\u{301}", "ote\u{301}", "ote\u{301}"),
            ("{{reverse:{{user}}}}", "adA", "adA", "adA"),
        ])
    func purposes(text: String, prompt: String, display: String, lore: String) {
        #expect(macros.expand(text) == prompt)
        #expect(macros.expand(text, for: .display) == display)
        #expect(macros.expand(text, for: .loreMatching) == lore)
    }

    @Test("The host's own prompt is put in where there is one")
    func original() {
        #expect(
            Macros(character: "", user: "", original: "Be kind.").expand("{{original}} Be brief.")
                == "Be kind. Be brief.")
    }

    @Test(
        "Lists are split at commas or double colons; a backslash keeps a comma",
        arguments: [
            ("{{random:a}}", ["a"]), ("{{random: a , b }}", ["a", "b"]), (#"{{random:a\,b,c}}"#, ["a,b", "c"]),
            ("{{random::a,b::c}}", ["a,b", "c"]), ("{{pick::a,b,c}}", ["a", "b", "c"]), ("{{random:}}", [""]),
            ("{{random:{{char}},{{user}}}}", ["Luna", "Ada"]), ("{{random:a,}}", ["a", ""]),
        ])
    func lists(text: String, wanted: [String]) {
        var seen: Set<String> = []
        for seed in 0..<100 {
            seen.insert(
                Macros(character: "Luna", user: "Ada", seed: UInt64(seed), random: SystemRandomSource()).expand(text))
        }
        #expect(seen == Set(wanted))
    }

    @Test("A pick is the same for the same seed, and independent of random ones")
    func pickIsStable() {
        let text = "{{pick:a,b,c,d,e,f,g}}{{pick:a,b,c,d,e,f,g}}{{pick:a,b,c,d,e,f,g}}"
        let first = Macros(character: "", user: "", seed: 5, random: CountingSource()).expand(text)
        #expect(Macros(character: "X", user: "Y", seed: 5).expand(text) == first)
        #expect((0..<20).contains { Macros(character: "", user: "", seed: $0).expand(text) != first })
    }

    @Test("Dice are fair and within their range", arguments: ["{{roll:6}}", "{{roll:d6}}", "{{roll: D6 }}"])
    func dice(text: String) {
        var counts: [String: Int] = [:]
        let macros = Macros(character: "", user: "", random: CountingSource())
        for _ in 0..<6_000 { counts[macros.expand(text), default: 0] += 1 }
        #expect(Set(counts.keys) == ["1", "2", "3", "4", "5", "6"])
        #expect(counts.values.allSatisfy { (850...1_150).contains($0) })
    }

    @Test("What a value brings in is not expanded again")
    func noRecursion() {
        let macros = Macros(character: "{{user}}", user: "{{char}}<BOT>")
        #expect(macros.expand("{{char}}/{{user}}") == "{{user}}/{{char}}<BOT>")
    }

    @Test("Nesting beyond eight stays as it is")
    func nesting() {
        func nested(_ depth: Int) -> String {
            String(repeating: "{{reverse:", count: depth) + "ab" + String(repeating: "}}", count: depth)
        }
        #expect(macros.expand(nested(8)) == "ab")
        #expect(macros.expand(nested(9)) == "{{reverse:ab}}")
    }

    @Test("Hostile texts take linear time and can't grow without end")
    func bounded() {
        let long = String(repeating: "x", count: 10_000)
        let many = String(repeating: "{{user}}<bot>", count: 20_000)
        let macros = Macros(character: long, user: long)
        let expanded = macros.expand(many)
        #expect(expanded.utf8.count <= many.utf8.count + Macros.growthLimit)
        #expect(expanded.hasPrefix(long))
        #expect(expanded.hasSuffix("{{user}}<bot>"))
        for text in ["{{", "{{reverse:", "<", "{{random:", "}}", "{", "{{a"] {
            let hostile = String(repeating: text, count: 20_000)
            #expect(macros.expand(hostile) == hostile)
            #expect(macros.expand(hostile + String(repeating: "}}", count: 20_000)).utf8.count <= 300_000)
        }
    }

    @Test("Any text is expanded without harm, and without braces comes back as it was")
    func anyText() {
        var random = SeededGenerator.announced()
        let pieces = [
            "{{", "}}", "{", "}", "char", "user", ":", "random", ",", "\\", "//", "reverse", "<", "bot>", "é", " ",
        ]
        for _ in 0..<2_000 {
            let text = (0..<30).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            let expanded = macros.expand(text)
            #expect(expanded.utf8.count <= text.utf8.count * 5, "seed \(random.seed)")
            let plain = text.replacing("{", with: "").replacing("<", with: "")
            #expect(macros.expand(plain) == plain, "seed \(random.seed)")
        }
    }
}

/// Numbers that spread evenly, in the same order each time.
private final class CountingSource: RandomSource {
    private let state = Mutex<UInt64>(0)

    func next() -> UInt64 {
        state.withLock { state in
            state &+= 0x9E37_79B9_7F4A_7C15
            return state
        }
    }
}
