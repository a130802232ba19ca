import TestRandomness
import Testing

@testable import CompanionPinecone

@Suite struct ShortestFloatTests {
    /// Of all sizes, of embeddings' size, and next to powers of two and ten.
    private static func samples(_ count: Int, _ random: inout SeededGenerator) -> [Float] {
        var values: [Float] = [
            0, -0.0, 1, -1, 0.5, 0.1, 10, 100, 1e9, 1e10, 1e16, 1e17, 123_456.78, 16_777_216, .leastNonzeroMagnitude,
            .leastNormalMagnitude, .leastNormalMagnitude.nextDown, .greatestFiniteMagnitude, 1e-6, 1e-5, 9.5e-7, 3.4e38,
            8.589973e9, 4.7019774e-38, 2.68435456e8, 7.038531e-26,
        ]
        for exponent in 1...254 {
            let power = Float(bitPattern: UInt32(exponent) << 23)
            values += [power, power.nextUp, power.nextDown]
        }
        for _ in 0..<count {
            let any = Float(bitPattern: UInt32.random(in: 0...UInt32.max, using: &random))
            if any.isFinite { values.append(any) }
            values.append(Float.random(in: -0.1...0.1, using: &random))
            values.append(Float(Int.random(in: -99_999...99_999, using: &random)) / 1_000)
        }
        return values
    }

    @Test("A number's text reads back as the same number, and none has fewer digits or lies nearer")
    func roundTrip() throws {
        var random = SeededGenerator.announced()
        for value in Self.samples(100_000, &random) {
            let text = ShortestFloat.text(value)
            try #require(Float(text) == value, "\(value.bitPattern) as \(text)")
            // The standard library also finds the shortest text, and of several the nearest.
            try #require(Double(text) == Double(value.description), "\(text) for \(value)")
            #expect(text.utf8.count <= ShortestFloat.maximumLength)
        }
    }

    @Test("A number's text is a number in JSON")
    func json() throws {
        var random = SeededGenerator.announced()
        for value in Self.samples(2_000, &random) {
            let text = ShortestFloat.text(value)
            try #require(text.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?(e[-+][0-9]+)?/) != nil, "\(text)")
        }
    }

    @Test("Texts are plain where people would write them so")
    func forms() {
        for (value, text) in [
            (0, "0"), (1, "1"), (-2.5, "-2.5"), (0.1, "0.1"), (0.0123, "0.0123"), (1_000, "1000"), (1e-7, "1e-07"),
            (1.5e20, "1.5e+20"), (123.25, "123.25"), (0.000001, "0.000001"), (3.4028235e38, "3.4028235e+38"),
        ] as [(Float, String)] { #expect(ShortestFloat.text(value) == text) }
    }
}
