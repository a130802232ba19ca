import CompanionCore
import TestRandomness
import Testing

struct HoldBackScreenTests {
    static let policy: ModerationPolicy = {
        var policy = ModerationPolicy.standard
        policy[.harassment] = .init(block: 0.5)
        policy[.violence] = .init(flag: 0.1)
        return policy
    }()

    static let terms = [
        KeywordTerm("idiot", category: .harassment), KeywordTerm("shut up", category: .harassment),
        KeywordTerm("ass", category: .harassment, placement: .substring, allowed: ["assist", "class"]),
        KeywordTerm("knife", category: .violence), KeywordTerm("坏词", category: .harassment, placement: .substring),
    ]

    let matcher: KeywordMatcher
    init() throws { matcher = try KeywordMatcher(Self.terms) }

    /// Of a reply that is blocked, the beginning that was delivered; where it is not, the whole.
    struct Outcome: Hashable {
        var text: String
        var isBlocked: Bool
    }

    /// Feeds pieces as a turn does.
    func outcome(_ pieces: [String], strict: Bool = false) -> Outcome {
        var screen = HoldBackScreen(matcher, policy: Self.policy)
        var text = ""
        for piece in pieces {
            let screened = screen.feed(piece)
            text += screened.text
            if screened.verdict != .allow { return Outcome(text: text, isBlocked: true) }
        }
        let rest = screen.finish()
        return Outcome(text: text + rest.text, isBlocked: rest.verdict != .allow)
    }

    /// A block may come while what is before it is still undecided: then less is delivered.
    func isRight(_ outcome: Outcome, _ expected: Outcome) -> Bool {
        outcome.isBlocked == expected.isBlocked
            && (outcome.isBlocked ? expected.text.utf8.starts(with: outcome.text.utf8) : outcome.text == expected.text)
    }

    /// What must come out: all before the first blocked span, or everything.
    func expected(_ text: String) -> Outcome {
        let blocked = NaiveMatcher(terms: Self.terms).matches(in: text).filter {
            Self.terms[$0.term].category == .harassment
        }
        guard let start = blocked.map(\.range.lowerBound).min() else { return Outcome(text: text, isBlocked: false) }
        return Outcome(text: String(decoding: text.utf8.prefix(start), as: UTF8.self), isBlocked: true)
    }

    @Test(
        "Cut in every possible way, no character of a blocked span is delivered, and what is not blocked is whole",
        arguments: [
            "an id1ot!", "assist ass", "i.d.i.o.t", "class", "a class", "shut  up", "sh up idi", "assis", "a 坏词 b",
            "i d i o t",
            "id\u{301}iot", "knife ass", "as", "iidiot idi", "shut u",
        ])
    func everyCut(_ text: String) {
        let scalars = Array(text.unicodeScalars)
        let expected = expected(text)
        for cuts in 0..<1 << (scalars.count - 1) {
            var pieces = [""]
            for (index, scalar) in scalars.enumerated() {
                pieces[pieces.count - 1].unicodeScalars.append(scalar)
                if cuts & 1 << index != 0 { pieces.append("") }
            }
            let outcome = outcome(pieces)
            if !isRight(outcome, expected) { Issue.record("\(pieces): \(outcome), not \(expected)") }
        }
    }

    @Test("Cut at random, with random words and disguises, the same")
    func randomCuts() {
        var random = SeededGenerator.announced()
        let parts = [
            "idiot", "id", "iot", "1", "shut", "up", " ", " ", ". ", ".", "!", "ass", "a", "s", "ist", "cl", "knife",
            "moon", "坏", "词",
            "\u{200B}", "\u{301}", "'", "é", "🙂",
        ]
        for _ in 0..<400 {
            let text = (0..<Int.random(in: 0...14, using: &random)).map { _ in parts.randomElement(using: &random) ?? ""
            }
            .joined()
            let expected = expected(text)
            for _ in 0..<3 {
                var pieces = [""]
                for scalar in text.unicodeScalars {
                    if random.chance(1, in: 3) { pieces.append("") }
                    pieces[pieces.count - 1].unicodeScalars.append(scalar)
                }
                let outcome = outcome(pieces)
                #expect(isRight(outcome, expected), "\(pieces)")
            }
        }
    }

    @Test("Only what may still become a term is held back, and how much is told")
    func delay() {
        var screen = HoldBackScreen(matcher, policy: Self.policy)
        var texts: [String] = []
        var delays: [Int] = []
        for piece in ["The moon over", " the id", "ea: shut", " ", "the door"] {
            texts.append(screen.feed(piece).text)
            delays.append(screen.longestDelay)
        }
        texts.append(screen.finish().text)
        #expect(texts == ["The moon over", " the ", "idea: ", "", "shut the door", ""])
        #expect(delays == [0, 2, 4, 5, 5])
    }

    @Test("What holds the window open is bounded, whatever comes")
    func bound() {
        for filler in ["i", ".", " ", "\u{301}", "\u{200B}", "d", "i ", "i."] {
            var screen = HoldBackScreen(matcher, policy: Self.policy)
            _ = screen.feed("i")
            for _ in 0..<1_000 { _ = screen.feed(filler) }
            #expect(screen.longestDelay <= 600, "\(filler.debugDescription)")
        }
    }

    @Test("After a block nothing more is let through")
    func blocked() {
        var screen = HoldBackScreen(matcher, policy: Self.policy)
        let outcomes = [screen.feed("you idiot, "), screen.feed("more"), screen.finish()]
        let block = ScreeningVerdict.block(reason: "It goes against the rules here (harassment).")
        #expect(outcomes == [ScreenedText("you ", verdict: block), ScreenedText(""), ScreenedText("")])
    }
}
