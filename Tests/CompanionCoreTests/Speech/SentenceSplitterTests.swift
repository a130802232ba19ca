import CompanionCore
import TestRandomness
import Testing

@Suite struct SentenceSplitterTests {
    private static func spoken(_ text: String, _ options: SentenceSplitter.Options = .init(minimumLength: 0))
        -> [String]
    {
        SentenceSplitter.sentences(of: text, options: options).map(\.spoken)
    }

    @Test(
        "Sentences end where they end",
        arguments: [
            ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
            ("Dr. Smith paid 3.14 euros. Then J. Doe left.", ["Dr. Smith paid 3.14 euros.", "Then J. Doe left."]),
            ("Well... maybe. \"Stop!\" she said.", ["Well... maybe.", "\"Stop!\" she said."]),
            ("今日は。元気？はい！", ["今日は。", "元気？", "はい！"]),
            ("1. First\n2. Second", ["1. First", "2. Second"]),
            ("", []),
        ])
    func ends(_ text: String, _ expected: [String]) {
        #expect(Self.spoken(text) == expected)
    }

    @Test(
        "What can't be said is left out",
        arguments: [
            ("**Bold** and `code` and [a link](https://a.b/c?d).", "Bold and code and a link."),
            ("# Title", "Title"), ("- item", "item"), ("> quote", "quote"), ("Hi 🙂 there", "Hi there"),
            ("*waves* Hello", "waves Hello"), ("2 * 3", "2 3"), ("🙂", ""), ("***", ""), ("a<br>b", "a b"),
        ])
    func marks(_ text: String, _ expected: String) {
        #expect(Self.spoken(text).joined(separator: " ") == expected)
    }

    @Test("Actions are left out where that is wanted, over the end of a sentence too")
    func actions() {
        let options = SentenceSplitter.Options(minimumLength: 0, skipsActions: true)
        let spoken = Self.spoken("*She smiles. She waves.* Hello, **you**.", options).filter { !$0.isEmpty }
        #expect(spoken == ["Hello, you."])
    }

    @Test("However a text is cut into pieces, its sentences are the same, and nothing of it is lost")
    func pieces() {
        var generator = SeededGenerator.announced()
        let parts = [
            "a", "word", " ", "  ", "\n", "\n\n", ".", "...", "!", "?", "…", "。", "！", "*", "**", "`", "```", "(", ")",
            "\"",
            "Dr", "3.14", "1", "e\u{301}", "👩‍🚀", "漢字", ",", "I", "#", "[a](b)", "\r\n", "Z",
        ]
        for _ in 0..<600 {
            let text = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
                parts.randomElement(using: &generator) ?? ""
            }.joined()
            let longest = Int.random(in: 16...60, using: &generator)
            let options = SentenceSplitter.Options(
                minimumLength: Int.random(in: 0..<16, using: &generator), maximumLength: longest)
            let whole = SentenceSplitter.sentences(of: text, options: options)
            let scalars = Array(text.unicodeScalars)
            #expect(whole.flatMap { Array($0.source.unicodeScalars) } == scalars)
            #expect(whole.allSatisfy { (1...longest).contains($0.source.unicodeScalars.count) })
            var splitter = SentenceSplitter(options: options)
            var found: [SentenceSplitter.Sentence] = []
            var rest = scalars[...]
            while !rest.isEmpty {
                let count = Int.random(in: 1...7, using: &generator)
                var piece = String.UnicodeScalarView()
                piece.append(contentsOf: rest.prefix(count))
                rest = rest.dropFirst(count)
                found += splitter.append(String(piece))
            }
            found += splitter.finish()
            #expect(found == whole)
        }
    }
}
