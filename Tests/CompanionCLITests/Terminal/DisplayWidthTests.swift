import Testing

@testable import CompanionCLI

struct DisplayWidthTests {
    @Test(
        "A character takes the columns that most terminals give it",
        arguments: [
            ("a", 1), ("é", 1), ("e\u{301}", 1), ("\u{AD}", 1), ("中", 2), ("あ", 2), ("ﾊ", 1), ("Ａ", 2), ("　", 2),
            ("한", 2), ("ᄒ", 2), ("ᄒ\u{1161}\u{11AB}", 2), ("€", 1), ("…", 1), ("─", 1), ("😀", 2), ("❤", 1),
            ("❤\u{FE0F}", 2), ("⌚", 2), ("1\u{FE0F}\u{20E3}", 2), ("1\u{20E3}", 1), ("🇩🇪", 2), ("🇩", 1), ("👩🏽", 2),
            ("👩‍💻", 2), ("👨‍👩‍👧‍👦", 2), ("🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}", 2), ("नि", 2),
            ("\u{200B}", 0), ("\u{200D}", 0), ("\u{FEFF}", 0), ("\u{301}", 0), ("\u{302A}", 0), ("𠀀", 2), ("䷀", 2),
            ("\u{600}1", 2),
        ])
    func width(of text: String, is expected: Int) {
        #expect(text.count == 1)
        #expect(DisplayWidth.of(text) == expected)
    }

    @Test("A text is as wide as its characters together, and no character is of negative or absurd width")
    func sums() {
        let scalars = (UInt32(0)...0x1F_FFF).compactMap { Unicode.Scalar($0) }
        #expect(scalars.filter { !(0...2).contains(DisplayWidth.of($0)) } == [])
        #expect(DisplayWidth.of("a中😀\u{301}") == 5)
    }

    @Test("A prefix takes as many whole characters as fit")
    func prefixes() {
        #expect("a中b".prefix(fitting: 2) == "a")
        #expect("a中b".prefix(fitting: 3) == "a中")
        #expect("e\u{301}\u{200E}".prefix(fitting: 1) == "e\u{301}\u{200E}")
        #expect("中".prefix(fitting: 0) == "")
    }
}
