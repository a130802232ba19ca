import Testing

@testable import CompanionCLI

struct LineRendererTests {
    private let above = ["earlier output", "more of it"]

    private func screen(columns: Int, height: Int) -> Screen {
        var screen = Screen(columns: columns, height: height)
        screen.write(above.map { String($0.prefix(columns)) + "\r\n" }.joined())
        return screen
    }

    private func layout(_ editor: LineEditor, columns: Int) -> LineLayout {
        LineLayout(prompt: Prompt("you › "), editor: editor, columns: columns)
    }

    private func trimmed(_ text: String) -> String {
        String(text.reversed().drop { $0 == " " }.reversed())
    }

    @Test(
        "After any edits the screen shows the layout, and what stood above it is untouched",
        arguments: SeededRandom.seeds(30))
    func paintsEdits(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let columns = Int.random(in: 8...40, using: &random)
        let height = Int.random(in: 6...12, using: &random)
        var screen = screen(columns: columns, height: height)
        var renderer = LineRenderer()
        var editor = LineEditor(history: History(["short", "a long entry that takes more than one row", "x\ny\nz"])) {
            before in before.isEmpty ? [] : ["/help", "/history", "/quit", "/regenerate"]
        }
        for step in 0..<150 {
            _ = editor.feed(key(&random).utf8)
            let layout = layout(editor, columns: columns)
            screen.write(renderer.paint(layout, height: height, palette: Palette(isEnabled: true)))

            var expected = layout.rows.map { trimmed($0.text) }
            var cursor = layout.cursorRow
            if expected.count > height {
                // Only a part is shown; the rest of the rule is for the test below.
                let shown = Array(screen.rows.suffix(height))
                let start = expected.indices.first { expected[$0...].starts(with: shown) }
                #expect(start != nil, "step \(step)")
                continue
            }
            while expected.last == "" { expected.removeLast() }
            cursor += above.count
            var rows = screen.rows
            while rows.last == "" { rows.removeLast() }
            #expect(rows == above.map { trimmed(String($0.prefix(columns))) } + expected, "step \(step)")
            #expect(screen.cursorRow == cursor)
            #expect(screen.column == layout.cursorColumn)
        }
    }

    private func key(_ random: inout SeededRandom) -> String {
        let keys = [
            "word ", "a", "中文", "👩‍💻", "e\u{301}", "\t", "\n", "\u{01}", "\u{05}", "\u{02}", "\u{06}", "\u{08}", "\u{08}",
            "\u{17}", "\u{0B}", "\u{15}", "\u{19}", "\u{10}", "\u{0E}", "\u{12}", "\u{07}", "\u{14}", "\u{03}",
        ]
        return keys.randomElement(using: &random)!
    }

    @Test(
        "A change of the width leaves one copy of the text, and what stood above it",
        arguments: SeededRandom.seeds(40))
    func resizes(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var columns = Int.random(in: 16...40, using: &random)
        var screen = screen(columns: columns, height: 200)
        var renderer = LineRenderer()
        var editor = LineEditor()
        for _ in 0..<30 {
            let keys = ["word ", "中文字", "longer-word ", "\n", "\u{02}\u{02}\u{02}"]
            _ = editor.feed(keys.randomElement(using: &random)!.utf8)
            if Int.random(in: 0..<3, using: &random) == 0 {
                columns = .random(in: 16...40, using: &random)
                screen.resize(columns: columns)
            }
            let layout = layout(editor, columns: columns)
            screen.write(renderer.paint(layout, height: 200, palette: .plain))
            var rows = screen.rows
            while rows.last == "" { rows.removeLast() }
            var expected = above + layout.rows.map { trimmed($0.text) }
            while expected.last == "" { expected.removeLast() }
            #expect(rows == expected)
            #expect(screen.cursorRow == above.count + layout.cursorRow)
            if rows != expected { return }
        }
    }

    @Test("Of a text that is higher than the screen the part around the cursor is shown")
    func scrolls() {
        var screen = Screen(columns: 20, height: 5)
        var renderer = LineRenderer()
        var editor = LineEditor()
        editor.begin(with: (1...12).map { "line \($0)" }.joined(separator: "\n"))
        screen.write(renderer.paint(layout(editor, columns: 20), height: 5, palette: .plain))
        #expect(screen.rows.suffix(5) == ["… line 8", "… line 9", "… line 10", "… line 11", "… line 12"])
        for _ in 0..<6 {
            _ = editor.feed("\u{10}".utf8)
            screen.write(renderer.paint(layout(editor, columns: 20), height: 5, palette: .plain))
        }
        #expect(screen.rows.suffix(5) == ["… line 6", "… line 7", "… line 8", "… line 9", "… line 10"])
    }

    @Test("An unchanged layout writes nothing but the cursor's place")
    func unchanged() {
        var renderer = LineRenderer()
        var editor = LineEditor()
        editor.begin(with: "text")
        let layout = layout(editor, columns: 40)
        _ = renderer.paint(layout, height: 10, palette: .plain)
        #expect(renderer.paint(layout, height: 10, palette: .plain) == "\r\u{1B}[10C")
    }

    @Test("The end of editing leaves the cursor below the text")
    func finishes() {
        var screen = Screen(columns: 20, height: 10)
        var renderer = LineRenderer()
        var editor = LineEditor()
        editor.begin(with: "one\ntwo")
        _ = editor.feed("\u{10}".utf8)
        screen.write(renderer.paint(layout(editor, columns: 20), height: 10, palette: .plain))
        screen.write(renderer.finish(mark: "^C"))
        #expect(screen.rows == ["you › one", "… two^C", ""])
        #expect(screen.cursorRow == 2)
    }

    @Test("No row is wider than the screen, however narrow that is", arguments: 1...12)
    func narrow(columns: Int) {
        var editor = LineEditor()
        editor.begin(with: "a中文\t👩‍💻 text\nmore 中")
        let layout = layout(editor, columns: columns)
        #expect(layout.rows.allSatisfy { $0.width <= columns })
        #expect(layout.cursorColumn < columns)
    }
}
