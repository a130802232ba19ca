import TestRandomness
import Testing

@testable import CompanionCore

struct TextPiecesTests {
    private func pieces(_ text: String) -> [String] {
        var text = text
        return text.withUTF8 { bytes in
            TextPieces.ranges(in: bytes).map { String(decoding: bytes[$0], as: UTF8.self) }
        }
    }

    @Test("A short text is one piece")
    func short() {
        #expect(pieces("") == [""])
        #expect(pieces("One. Two. Three.") == ["One. Two. Three."])
        #expect(pieces(String(repeating: "Word. ", count: 80)).count == 1)
    }

    @Test("A long text is cut at the ends of sentences")
    func long() {
        let sentence = "This is a sentence of some words, and it has an end. "
        let found = pieces(String(repeating: sentence, count: 30))
        #expect(found.count == 5)
        #expect(found.allSatisfy { $0.hasSuffix("end. ") && $0.utf8.count <= 400 })
        #expect(pieces(String(repeating: "他昨天去了公园，看见了很多花。", count: 40)).count > 2)
    }

    @Test("The pieces of any text are the text, are whole characters, and none is long where there are words")
    func covering() {
        var random = SeededGenerator.announced()
        let parts = ["word ", "a. ", "é", "漢", "。", "？", "\n", "! ", "longerword ", "👩‍👩‍👧 ", "  "]
        for _ in 0..<300 {
            var text = ""
            for _ in 0..<Int.random(in: 0...900, using: &random) { text += parts.randomElement(using: &random) ?? "" }
            let found = pieces(text)
            #expect(found.joined() == text)
            #expect(found.allSatisfy { !$0.contains("\u{FFFD}") })
            #expect(found.allSatisfy { $0.unicodeScalars.count <= 2_000 })
        }
    }
}
