import Testing

@testable import CompanionCLI

struct UTF8DecoderTests {
    @Test("Any bytes give the same text as the standard library's decoding", arguments: SeededRandom.seeds(200))
    func matchesStandardLibrary(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        // Those at which the rules change.
        let alphabet: [UInt8] = [
            0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC1, 0xC2, 0xE0, 0xED, 0xF0, 0xF1, 0xF4, 0xF5,
        ]
        let bytes = (0..<200).map { _ in
            Bool.random(using: &random) ? alphabet.randomElement(using: &random)! : .random(in: 0...255, using: &random)
        }
        var decoder = UTF8Decoder()
        var text = String.UnicodeScalarView()
        for byte in bytes {
            var step = decoder.feed(byte)
            if step == .cutShort {
                text.append("\u{FFFD}")
                step = decoder.feed(byte)
            }
            if case .scalar(let scalar) = step { text.append(scalar) }
        }
        if decoder.isInsideScalar { text.append("\u{FFFD}") }
        #expect(Array(text) == Array(String(decoding: bytes, as: UTF8.self).unicodeScalars))
    }
}
