import Testing

@testable import CompanionCLI

struct KeyDecoderTests {
    private static let forms: [(String, Key)] = [
        ("\r", .enter), ("\n", .newline), ("\t", .tab), ("\u{7F}", .backspace), ("\u{08}", .backspace),
        ("\u{01}", .control("a")), ("\u{1A}", .control("z")), ("\u{1B}b", .meta("b")), ("\u{1B}\r", .newline),
        ("\u{1B}\n", .newline), ("\u{1B}\u{7F}", .deleteWordBackward), ("\u{1B}[A", .up), ("\u{1B}OA", .up),
        ("\u{1B}[B", .down), ("\u{1B}[C", .right), ("\u{1B}[D", .left), ("\u{1B}OD", .left), ("\u{1B}[H", .home),
        ("\u{1B}OH", .home), ("\u{1B}[1~", .home), ("\u{1B}[7~", .home), ("\u{1B}[F", .end), ("\u{1B}OF", .end),
        ("\u{1B}[4~", .end), ("\u{1B}[8~", .end), ("\u{1B}[3~", .delete), ("\u{1B}[3;5~", .deleteWordForward),
        ("\u{1B}[1;5C", .wordRight), ("\u{1B}[1;3D", .wordLeft), ("\u{1B}[5C", .wordRight), ("\u{1B}Od", .wordLeft),
        ("\u{1B}[1;2C", .right), ("\u{1B}[13;2u", .newline), ("\u{1B}[13;3u", .newline), ("\u{1B}[13u", .enter),
        ("\u{1B}[27;3;13~", .newline), ("\u{1B}\u{1B}[A", .up), ("é", .text("é")), ("👩‍💻", .text("👩‍💻")),
        ("\u{1B}é", .text("é")),
    ]

    @Test("Each common form of a key is known", arguments: forms)
    func form(bytes: String, key: Key) {
        var decoder = KeyDecoder()
        #expect(decoder.feed(bytes.utf8) == [key])
        #expect(decoder.feed("x".utf8) == [.text("x")])
    }

    @Test(
        "What is not known is skipped whole",
        arguments: [
            "\u{1B}[5~", "\u{1B}[I", "\u{1B}[[A", "\u{1B}[?1;2q", "\u{1B}[12345678901234567890123456789012345q",
        ])
    func unknown(bytes: String) {
        var decoder = KeyDecoder()
        #expect(decoder.feed(bytes.utf8) == [])
        #expect(decoder.feed("x".utf8) == [.text("x")])
    }

    @Test("A character that is cut short does not take the key behind it along")
    func cutShort() {
        var decoder = KeyDecoder()
        #expect(decoder.feed([0xE4, 0xB8, 0x0D]) == [.text("\u{FFFD}"), .enter])
        #expect(decoder.feed([0xC3, 0x1B, 0x5B, 0x41]) == [.text("\u{FFFD}"), .up])
    }

    @Test("A paste is text, with its line ends as newlines and no keys in it")
    func paste() {
        var decoder = KeyDecoder()
        let keys = decoder.feed("\u{1B}[200~one\r\ntwo\rthree\n\tfour\u{03}\u{1B}[31m\u{1B}[201~\r".utf8)
        #expect(keys == [.text("one\ntwo\nthree\n\tfour"), .enter])
    }

    @Test("The keys do not depend on how the bytes were cut", arguments: SeededRandom.seeds(60))
    func splits(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var bytes: [UInt8] = []
        for _ in 0..<120 {
            switch Int.random(in: 0..<8, using: &random) {
            case 0: bytes.append(.random(in: 0...255, using: &random))
            case 1: bytes += Array("\u{1B}[200~".utf8)
            case 2: bytes += Array("\u{1B}[201~".utf8)
            case 3...5: bytes += Array(Self.forms.randomElement(using: &random)!.0.utf8)
            default: bytes += Array(SeededRandom.hardPieces.randomElement(using: &random)!.utf8)
            }
        }
        var whole = KeyDecoder()
        let expected = merged(whole.feed(bytes))
        var cut = KeyDecoder()
        let keys = random.cut(bytes).flatMap { cut.feed($0) }
        #expect(merged(keys) == expected)
    }

    private func merged(_ keys: [Key]) -> [Key] {
        keys.reduce(into: []) { result, key in
            if case .text(let more) = key, case .text(let text) = result.last {
                result[result.count - 1] = .text(text + more)
            } else {
                result.append(key)
            }
        }
    }
}
