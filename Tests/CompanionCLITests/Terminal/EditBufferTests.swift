import Testing

@testable import CompanionCLI

struct EditBufferTests {
    @Test("Any edits give what the same edits of a string give", arguments: SeededRandom.seeds(100))
    func matchesString(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var buffer = EditBuffer()
        for _ in 0..<100 {
            let bounds = [0, 1].map { _ in Int.random(in: 0...buffer.clusters.count, using: &random) }.sorted()
            let range = bounds[0]..<(Bool.random(using: &random) ? bounds[1] : bounds[0])
            let text = EditBuffer(random.hardText(pieces: .random(in: 0...4, using: &random))).text
            let before = String(buffer.clusters[..<range.lowerBound]) + text
            let model = before + String(buffer.clusters[range.upperBound...])

            let isWhole = buffer.replace(range, with: text)

            #expect(isWhole)
            #expect(Array(buffer.text.unicodeScalars) == Array(model.unicodeScalars))
            #expect(buffer.clusters.map { Array($0.utf8) } == Array(model).map { Array($0.utf8) })
            #expect(buffer.byteCount == model.utf8.count)
            // The cursor is behind the new text, at the next boundary.
            let scalars = buffer.clusters[..<buffer.cursor].reduce(0) { $0 + $1.unicodeScalars.count }
            #expect(scalars >= before.unicodeScalars.count)
            if buffer.cursor > 0 {
                let last = buffer.clusters[buffer.cursor - 1].unicodeScalars.count
                #expect(scalars - last < before.unicodeScalars.count)
            }
        }
    }

    @Test("An accent joins the letter before the cursor")
    func joins() {
        var buffer = EditBuffer("ab")
        buffer.moveCursor(to: 1)
        buffer.insert("\u{301}")
        #expect(buffer.clusters == ["a\u{301}", "b"])
        #expect(buffer.cursor == 1)
    }

    @Test("Text beyond the limit is cut between scalars, and that is told")
    func limit() {
        var buffer = EditBuffer(String(repeating: "x", count: EditBuffer.maximumBytes - 2))
        func insert(_ text: String) -> Bool { buffer.insert(text) }
        #expect(!insert("中"))
        #expect(buffer.byteCount == EditBuffer.maximumBytes - 2)
        #expect(insert("é"))
        #expect(!insert("!"))
        buffer.moveCursor(to: 0)
        buffer.replace(0..<1, with: "")
        #expect(insert("y"))
    }

    @Test("Control characters are left out, and each kind of line end is a newline")
    func plain() {
        #expect(EditBuffer("a\u{1B}b\u{0}\tc\r\nd\re\u{2029}f").text == "ab\tc\nd\ne\nf")
    }
}
