import Testing

@testable import CompanionCLI

struct StyleTests {
    @Test("Every style can be read on black and on white", arguments: Style.allCases)
    func contrast(style: Style) {
        let luminance = luminance(ofPaletteEntry: style.color)
        #expect((luminance + 0.05) / 0.05 >= 3.8)
        #expect(1.05 / (luminance + 0.05) >= 3.8)
    }

    @Test("Styled text ends with the normal style, and disabled or empty text is as it was")
    func sequences() {
        let palette = Palette(isEnabled: true)
        #expect(palette(.error, "no") == "\u{1B}[1;38;5;160mno\u{1B}[0m")
        #expect(palette(.dim, "") == "")
        #expect(palette(nil, "text") == "text")
        #expect(Palette.plain(.error, "no") == "no")
    }

    /// Relative luminance by WCAG 2 of an entry of xterm's 256 colours: a cube of six steps, then grey.
    private func luminance(ofPaletteEntry entry: Int) -> Double {
        let steps = [0, 95, 135, 175, 215, 255]
        let cube = entry - 16
        let grey = 8 + 10 * (entry - 232)
        let channels =
            entry < 232 ? [steps[cube / 36], steps[cube / 6 % 6], steps[cube % 6]] : [grey, grey, grey]
        let light = channels.map { linear(Double($0) / 255) }
        return 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2]
    }

    /// The sRGB curve; its power is taken by Newton's method, for want of a mathematics library.
    private func linear(_ value: Double) -> Double {
        if value <= 0.03928 { return value / 12.92 }
        let base = (value + 0.055) / 1.055
        // base^2.4 = (base^12)^(1/5)
        let target = (0..<12).reduce(1.0) { product, _ in product * base }
        var root = 1.0
        for _ in 0..<60 { root -= (root * root * root * root * root - target) / (5 * root * root * root * root) }
        return root
    }
}
