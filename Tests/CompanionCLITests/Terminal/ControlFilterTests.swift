import Testing

@testable import CompanionCLI

struct ControlFilterTests {
    @Test("No control character gets through, but newline and tab")
    func neutralises() {
        let scalars = (UInt32(0)..<0x3000).compactMap { Unicode.Scalar($0) }
        let shown = scalars.flatMap { Array(String($0).harmless.unicodeScalars) }
        let bad = shown.filter { scalar in
            scalar != "\n" && scalar != "\t" && scalar.properties.generalCategory == .control
                || (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
        }
        #expect(bad == [])
        #expect(shown.count == scalars.count - 9)
    }

    @Test("An escape sequence becomes visible text")
    func escapes() {
        #expect("\u{1B}[2Jx\u{1B}]0;title\u{07}".harmless == "␛[2Jx␛]0;title␇")
    }

    @Test("Each kind of line end is one newline")
    func lineEnds() {
        #expect("a\r\nb\rc\nd\u{2028}e\u{85}f".harmless.split(separator: "\n") == ["a", "b", "c", "d", "e", "f"])
        #expect("\r\n".harmless == "\n")
        #expect("\r\r\n\n".harmless == "\n\n\n")
    }

    @Test("A name stays on one line")
    func singleLine() {
        #expect(ControlFilter.singleLine("Lu\nna\t\u{1B}[1m") == "Lu na ␛[1m")
    }
}
