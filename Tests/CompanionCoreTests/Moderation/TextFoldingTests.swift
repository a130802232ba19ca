import CompanionCore
import TestRandomness
import Testing

struct TextFoldingTests {
    func folded(_ text: String) -> String {
        String(String.UnicodeScalarView(TextFolding.letters(of: text).map(\.value)))
    }

    @Test(
        "Case, accents, compatibility forms and look-alikes of other scripts fold to the Latin letter",
        arguments: [
            ("BadWord", "badword"), ("bàdẇörd", "badword"), ("ba\u{301}\u{302}\u{303}d", "bad"), ("ｂａｄ", "bad"),
            ("𝐛𝖆𝒹", "bad"), ("𝔹𝕒𝕕", "bad"), ("ⓑⓐⓓ", "bad"), ("🅱🅐🄳", "bad"), ("🇧🇦🇩", "bad"), ("ᵇᵃᵈ", "bad"),
            ("ʙᴀᴅ", "bad"), ("Ьаԁ", "bad"), ("вαd", "bad"), ("βад", "baд"), ("ＢÃＤ", "bad"), ("ﬁne ﬀ", "fineff"),
            ("ß æ œ ǆ", "ssaeoedz"), ("ⅷ Ⅼ", "viiil"), ("ℓ ℎ ℂ ℯ", "lhce"), ("đøłŧħ", "dolth"), ("ı ſ", "is"),
            ("ά έ ή", "aen"), ("Ѐ ё", "ee"), ("ᎪᏞᏞ", "all"), ("ꓐꓮꓓ", "bad"), ("Å K", "ak"),
        ])
    func folds(_ text: String, _ expected: String) { #expect(folded(text) == expected) }

    @Test(
        "Digits are letters; symbols are letters only where they stand with some",
        arguments: [
            ("0123456789", "oizeasgtbg"), ("５³④", "sea"), ("sh!t", "shit"), ("Hi! You!", "hiyou"),
            ("$hit a$$", "shitass"),
            ("$100", "ioo"), ("me@home", "meahome"), ("@ 5", "s"), ("he||o", "heo"), ("ki|l", "kiil"), ("ｓ！ｔ", "sit"),
            ("a!", "a"), ("!a", "a"), ("€asy", "easy"),
        ])
    func signs(_ text: String, _ expected: String) { #expect(folded(text) == expected) }

    @Test("What can't be seen leaves no gap; punctuation leaves a soft one, white space and apostrophes a hard one")
    func gaps() {
        let gaps = TextFolding.letters(of: "a\u{200B}\u{301}b.c d'e.. f\u{AD}\u{FE0F}g").map(\.gap)
        #expect(gaps == [.end, .none, .soft, .hard, .hard, .hard, .none])
        let far = "a" + String(repeating: "-", count: TextFolding.longestGap + 1) + "b"
        #expect(TextFolding.letters(of: far).map(\.gap) == [.end, .end])
        let near = "a" + String(repeating: "-", count: TextFolding.longestGap) + "b"
        #expect(TextFolding.letters(of: near).map(\.gap) == [.end, .soft])
        let zalgo = "a" + String(repeating: "\u{301}", count: TextFolding.longestInvisible + 1) + "b"
        #expect(TextFolding.letters(of: zalgo).map(\.gap) == [.end, .end])
    }

    @Test("Each letter keeps its place in the original")
    func places() {
        let letters = TextFolding.letters(of: "é ß𝐛!t")
        #expect(letters.map(\.range) == [0..<2, 3..<5, 3..<5, 5..<9, 9..<10, 10..<11])
        #expect(letters.map(\.sign) == [.letter, .letter, .letter, .letter, .symbol, .letter])
        #expect(TextFolding.letters(of: "1|a").map(\.mayBeL) == [true, true, false])
    }

    @Test("Other scripts stay themselves, in small letters, with the marks that are vowels")
    func otherScripts() {
        #expect(folded("ЖУК") == "жyk")
        #expect(folded("漢字 かな") == "漢字かな")
        #expect(folded("कि हिन्दी") == "किहिन्दी")
        #expect(folded("שָׁלוֹם") == "שלום")
    }

    @Test("Any text gives the same letters however it is cut, with places in order and within it")
    func cuts() {
        var random = SeededGenerator.announced()
        let pieces = [
            "a", "B", "!", "$", "1", "|", " ", ".", "'", "\u{301}", "\u{200B}", "ß", "漢", "𝐛", "é", "@", "🙂", "٣",
        ]
        for _ in 0..<500 {
            let scalars = (0..<Int.random(in: 0...12, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }
            let whole = TextFolding.letters(of: scalars.joined())
            var folding = TextFolding()
            var cut: [FoldedLetter] = []
            for piece in scalars { cut += folding.feed(piece) }
            #expect(cut == whole, "\(scalars)")
            #expect(zip(whole, whole.dropFirst()).allSatisfy { $0.range.lowerBound <= $1.range.lowerBound })
            #expect((whole.last?.range.upperBound ?? 0) <= scalars.joined().utf8.count)
        }
    }

    @Test("What a scalar folds to folds to itself")
    func everyScalar() {
        for value in [0..<0x600, 0x1E00..<0x2200, 0xFF00..<0xFFFF, 0x1_D400..<0x1_D800].joined() {
            guard let scalar = Unicode.Scalar(UInt32(value)) else { continue }
            for letter in TextFolding.letters(of: "a\(scalar)a").dropFirst() where letter.value != "a" {
                let again = TextFolding.letters(of: String(letter.value)).map(\.value)
                #expect(again == [letter.value], "\(scalar.debugDescription)")
            }
        }
    }
}
