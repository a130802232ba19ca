import TestRandomness
import Testing

@testable import CompanionCore

struct WordScanTests {
    private func words(_ text: String) -> [String] {
        var found: [String] = []
        var text = text
        text.withUTF8 { bytes in
            WordScan.words(of: bytes) { word, buffer in
                found.append(String(decoding: buffer[..<word.count], as: UTF8.self))
            }
        }
        return found
    }

    @Test(
        "Case and accents are folded away",
        arguments: [
            ("Café Ünïcode", ["cafe", "unicode"]), ("Straße œuvre Æsir", ["strasse", "oeuvre", "aesir"]),
            ("ŁÓDŹ Đorđe İzmir", ["lodz", "dorde", "izmir"]), ("e\u{301}te\u{301} Việt Nam", ["ete", "viet", "nam"]),
            ("Ёлка ЁЖ", ["елка", "еж"]), ("Αθήνα ΚΌΣΜΟΣ", ["αθηνα", "κοσμοσ"]), ("ＡＢＣ１２", ["abc12"]),
            ("مُحَمَّد أحمد", ["محمد", "احمد"]), ("שָׁלוֹם", ["שלום"]),
        ])
    func folding(_ text: String, _ expected: [String]) {
        #expect(words(text) == expected)
    }

    @Test(
        "Words end where the text separates them",
        arguments: [
            ("It's Ada’s, isn't it?", ["it", "s", "ada", "s", "isn", "t", "it"]),
            ("part-time e_mail a.b", ["part", "time", "e", "mail", "a", "b"]),
            ("10:30 on 3rd May, 22nd; 4th", ["10", "30", "on", "3", "may", "22", "4"]),
            ("mp3 2nds 3thx", ["mp3", "2nds", "3thx"]), ("", []), (" … 👩‍👩‍👧 !", []), ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),
            ("٣٤", ["34"]),
        ])
    func separation(_ text: String, _ expected: [String]) {
        #expect(words(text) == expected)
    }

    @Test(
        "Where no spaces are written, each pair of neighbours is a word, and a character alone",
        arguments: [
            ("生日派对", ["生日", "日派", "派对"]), ("我 爱", ["我", "爱"]), ("看Netflix吗", ["看", "netflix", "吗"]),
            ("カフェ、東京", ["カフ", "フェ", "東京"]), ("안녕 나", ["안녕", "나"]), ("ไทย", ["ไท", "ทย"]), ("𠮷野", ["𠮷野"]),
        ])
    func pairs(_ text: String, _ expected: [String]) {
        #expect(words(text) == expected)
    }

    @Test("A word longer than 64 bytes is known by its beginning")
    func longWords() {
        let long = String(repeating: "a", count: 64)
        #expect(words(long + "bc") == [long])
    }

    @Test("Any text has words, and the same ones each time")
    func anyText() {
        var random = SeededGenerator.announced()
        for _ in 0..<2_000 {
            let text = random.text(upTo: 40)
            #expect(words(text) == words(text))
            #expect(words(text).allSatisfy { !$0.isEmpty })
        }
    }

    @Test("Only words of a to z are given to the English stemmer")
    func stemmable() {
        var found: [Bool] = []
        var text = "running café б 3 mp3 東京"
        text.withUTF8 { bytes in WordScan.words(of: bytes) { word, _ in found.append(word.isASCIILetters) } }
        #expect(found == [true, true, false, false, false, false])
    }
}
