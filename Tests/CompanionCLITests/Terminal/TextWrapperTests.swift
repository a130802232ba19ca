import Testing

@testable import CompanionCLI

struct TextWrapperTests {
    private func wrap(_ pieces: [String], columns: Int?, column: Int = 0) -> String {
        var wrapper = TextWrapper(columns: columns, column: column)
        return pieces.map { wrapper.feed($0) }.joined() + wrapper.finish()
    }

    private func visible(_ text: String) -> [Unicode.Scalar] {
        text.unicodeScalars.filter { !" \n\t".unicodeScalars.contains($0) }
    }

    @Test("What is printed does not depend on how the text was cut", arguments: SeededRandom.seeds(30))
    func splits(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let text = random.hardText(pieces: 200)
        let columns = Int.random(in: 1...60, using: &random)
        let whole = wrap([text], columns: columns)
        for _ in 0..<4 {
            let pieces = random.cut(text)
            #expect(Array(wrap(pieces, columns: columns).utf8) == Array(whole.utf8))
            #expect(wrap(pieces, columns: nil) == wrap([text], columns: nil))
        }
    }

    @Test("No line is wider than the terminal, and nothing but white space is lost", arguments: SeededRandom.seeds(30))
    func bounds(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let text = random.hardText(pieces: 300)
        let columns = Int.random(in: 4...60, using: &random)
        let output = wrap([text], columns: columns)
        for line in output.split(separator: "\n") {
            let widest = line.map { DisplayWidth.of($0) }.max() ?? 0
            #expect(DisplayWidth.of(line) <= max(columns, widest))
        }
        #expect(visible(output) == visible(text.harmless))
        #expect(output.unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control })
    }

    @Test("Plain words are wrapped as a simple loop over all of them would", arguments: SeededRandom.seeds(40))
    func matchesModel(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let words = (0..<200).map { _ in String(repeating: "x", count: .random(in: 1...12, using: &random)) }
        let columns = Int.random(in: 12...50, using: &random)
        let start = Int.random(in: 0...12, using: &random)
        var lines = [""]
        for (index, word) in words.enumerated() {
            let offset = lines.count == 1 ? start : 0
            let gap = index == 0 ? 0 : 1
            if offset + lines[lines.count - 1].count + gap + word.count <= columns {
                lines[lines.count - 1] += (gap == 0 ? "" : " ") + word
            } else {
                lines.append(word)
            }
        }
        let text = words.joined(separator: " ")
        #expect(wrap([text], columns: columns, column: start) == lines.joined(separator: "\n"))
    }

    @Test("Nothing before the word that is being written is held back", arguments: SeededRandom.seeds(10))
    func prompt(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var wrapper = TextWrapper(columns: 40)
        var printed = ""
        var text = ""
        for _ in 0..<200 {
            let piece = String(["a", "b", "c", " ", "\n", ".", "中"].randomElement(using: &random)!)
            text += piece
            printed += wrapper.feed(piece)
            let held = visible(text).count - visible(printed).count
            let lastWord = text.reversed().prefix { !$0.isWhitespace }
            #expect(held <= lastWord.count)
            // Each is a word, and the last may still get an accent.
            if text.hasSuffix("中中中") { #expect(held == 2) }
        }
    }

    @Test("A paragraph is wrapped at words, its indentation and blank lines kept")
    func paragraphs() {
        let text = "A quiet evening.\n\n  - one two three\nend"
        #expect(wrap([text], columns: 12) == "A quiet\nevening.\n\n  - one two\nthree\nend")
    }

    @Test("A word longer than the line is broken, and begins on a line of its own")
    func longWords() {
        #expect(wrap(["see 1234567890123 ok"], columns: 5) == "see\n12345\n67890\n123\nok")
    }

    @Test("Chinese and Japanese break between any two characters, but not before closing marks")
    func ideographs() {
        #expect(wrap(["你好世界。再见"], columns: 8) == "你好世\n界。再见")
        #expect(wrap(["こんにちは「世界」"], columns: 12) == "こんにちは\n「世界」")
        #expect(wrap(["「一二」「三四」"], columns: 10) == "「一二」\n「三四」")
        #expect(wrap(["한국어 문장입니다"], columns: 10) == "한국어\n문장입니다")
    }

    @Test("Dashes may end a line, hyphens between letters too")
    func dashes() {
        #expect(wrap(["wait—what well-known"], columns: 10) == "wait—what\nwell-known")
        #expect(wrap(["wait—what well-known"], columns: 7) == "wait—\nwhat\nwell-\nknown")
        #expect(wrap(["minus -5 and 3-4"], columns: 7) == "minus\n-5 and\n3-4")
    }

    @Test("A character with hundreds of marks keeps the first of them")
    func marks() {
        let text = "a" + String(repeating: "\u{301}", count: 1000) + "b"
        #expect(wrap([text], columns: 10).unicodeScalars.count == ClusterAssembler.maximumScalars + 1)
    }

    @Test("Invisible characters without end are not held back without end")
    func invisible() {
        var wrapper = TextWrapper(columns: 10)
        let output = wrapper.feed(String(repeating: "\u{200E}", count: 1000))
        #expect(output.unicodeScalars.count > 900)
    }
}
