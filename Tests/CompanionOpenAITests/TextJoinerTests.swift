import TestRandomness
import TestSupport
import Testing

@testable import CompanionOpenAI

@Suite("Text across pieces")
struct TextJoinerTests {
    /// The pieces of text that come out when `literals`, contents of JSON strings, go in.
    static func join(_ literals: [[UInt8]]) -> [String] {
        var joiner = TextJoiner()
        var output: [String] = []
        for literal in literals {
            let piece = literal.withUnsafeBytes { bytes in
                joiner.take(JSONText(bytes: bytes, hasEscapes: bytes.contains(UInt8(ascii: "\\"))))
            }
            if let piece { output.append(piece) }
        }
        if let rest = joiner.finish() { output.append(rest) }
        return output
    }

    static func join(_ literals: String...) -> [String] { join(literals.map { Array($0.utf8) }) }

    @Test("A surrogate waits for its other half")
    func surrogates() {
        #expect(Self.join(#"\ud83d"#, #"\ude00"#) == ["😀"])
        #expect(Self.join(#"a\uD83D"#, #"\uDE00b\ud83c\uddee\ud83c"#, #"\uddf9"#) == ["a", "😀b🇮", "🇹"])
    }

    @Test("Half of a character that stays alone is U+FFFD, and takes nothing with it")
    func alone() {
        #expect(Self.join(#"a\ud83d"#, "b", #"\ude00c"#).joined() == "a\u{FFFD}b\u{FFFD}c")
        #expect(Self.join(#"\ud83d\ud83d\ude00"#).joined() == "\u{FFFD}😀")
        #expect(Self.join(#"x\ud83d"#).joined() == "x\u{FFFD}")
        #expect(Self.join([[0x61, 0xF0, 0x9F]]).joined() == "a\u{FFFD}")
        #expect(Self.join([[0xE2, 0x82], [0x61]]).joined() == "\u{FFFD}a")
        #expect(Self.join([[0x80, 0x80, 0x80, 0x80, 0x61]]).joined().hasSuffix("a"))
    }

    @Test("Empty pieces say nothing")
    func empty() { #expect(Self.join("", "", "a", "") == ["a"]) }

    @Test("However a text is written and cut, the pieces make the text, and none is empty or ends inside a character")
    func splits() async {
        var maker = JSONMaker(random: .announced())
        for round in 0..<1000 {
            await Task.yield()
            let text = maker.text()
            let literal = Array(maker.string(text).utf8.dropFirst().dropLast())
            var pieces: [[UInt8]] = [[]]
            var index = 0
            while index < literal.count {
                // An escape is never cut: it would not be a JSON string any more.
                let length =
                    literal[index] == UInt8(ascii: "\\") ? (literal[index + 1] == UInt8(ascii: "u") ? 6 : 2) : 1
                pieces[pieces.count - 1] += literal[index..<index + length]
                index += length
                if maker.random.chance(1, in: 3) { pieces.append([]) }
            }
            let output = Self.join(pieces)
            #expect(output.joined() == text, "seed \(maker.random.seed), round \(round)")
            #expect(output.allSatisfy { !$0.isEmpty && !$0.unicodeScalars.contains("\u{FFFD}") })
        }
    }
}

@Suite("Stop sequences of our own")
struct StopSequencesTests {
    static func run(_ pieces: [String], _ sequences: [String]) -> (text: String, hasStopped: Bool) {
        guard var stops = StopSequences(sequences) else { return (pieces.joined(), false) }
        var text = ""
        for piece in pieces { text += stops.take(piece) ?? "" }
        text += stops.finish() ?? ""
        return (text, stops.hasStopped)
    }

    @Test("The reply ends before the first stop sequence, wherever the pieces are cut")
    func splits() async {
        var random = SeededGenerator.announced()
        let alphabet = ["a", "b", "é", "\n", "U:"]
        for _ in 0..<1000 {
            await Task.yield()
            let pieces = (0..<Int.random(in: 0...8, using: &random)).map { _ in
                (0..<Int.random(in: 1...3, using: &random)).map { _ in alphabet.randomElement(using: &random)! }
                    .joined()
            }
            // Sequences that neither begin with nor hold one another, so that which comes first is not a question.
            let sequences = [["\nU:"], ["ab", "U:a"], ["éé"], ["aba"], ["b\nb", "a\na"]].randomElement(using: &random)!
            let whole = pieces.joined()
            let ends = sequences.compactMap { whole.utf8.firstRange(of: $0.utf8)?.lowerBound }
            let expected = ends.min().map { String(whole[..<$0]) } ?? whole
            let (text, hasStopped) = Self.run(pieces, sequences)
            #expect(text == expected, "seed \(random.seed): \(pieces) \(sequences)")
            #expect(hasStopped == !ends.isEmpty, "seed \(random.seed)")
        }
    }

    @Test("Empty sequences stop nothing")
    func empty() { #expect(Self.run(["ab", "c"], [""]).text == "abc") }
}
