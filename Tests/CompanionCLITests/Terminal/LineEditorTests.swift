import Testing

@testable import CompanionCLI

struct LineEditorTests {
    /// Types keys, and returns the text with a `|` at the cursor.
    private func typing(_ keys: String, history: [String] = []) -> String {
        var editor = LineEditor(history: History(history))
        _ = editor.feed(keys.utf8)
        return shown(editor)
    }

    private func shown(_ editor: LineEditor) -> String {
        let clusters = editor.buffer.clusters
        return String(clusters[..<editor.buffer.cursor]) + "|" + String(clusters[editor.buffer.cursor...])
    }

    @Test(
        "Emacs keys edit the line",
        arguments: [
            ("abc\u{01}x", "x|abc"), ("abc\u{01}\u{06}\u{06}x", "abx|c"), ("abc\u{02}\u{02}x\u{05}y", "axbcy|"),
            ("abc\u{08}", "ab|"), ("abc\u{02}\u{7F}", "a|c"), ("abc\u{01}\u{04}", "|bc"), ("abc\u{01}\u{1B}[3~", "|bc"),
            ("one two\u{1B}b\u{0B}", "one |"), ("one two\u{15}", "|"), ("one two\u{17}", "one |"),
            ("one two\u{17}\u{17}\u{19}\u{19}", "one twoone two|"), ("one two\u{1B}b\u{15}\u{0B}\u{19}", "one two|"),
            ("one.two\u{1B}\u{7F}", "one.|"), ("one two\u{01}\u{1B}d", "| two"), ("one two\u{01}\u{1B}f", "one| two"),
            ("abc\u{14}", "acb|"), ("abc\u{01}\u{06}\u{14}", "ba|c"), ("a\u{14}", "a|"), ("中文\u{02}\u{7F}", "|文"),
            ("👨‍👩‍👧‍👦\u{7F}", "|"), ("one\ntwo\u{01}\u{02}\u{02}x", "onx|e\ntwo"),
            ("one\ntwo\u{01}\u{15}", "one|two"), ("one\ntwo\u{1B}[A\u{01}\u{0B}\u{0B}", "|two"),
        ])
    func emacs(keys: String, expected: String) {
        #expect(typing(keys) == expected)
    }

    @Test("Enter ends the line, empties the editor and remembers the line")
    func submits() {
        var editor = LineEditor()
        #expect(editor.feed("hello\r".utf8) == [.submit("hello")])
        #expect(editor.buffer.isEmpty)
        #expect(editor.history.entries == ["hello"])
    }

    @Test("Alt-Enter, Ctrl-J, a trailing backslash and a paste make several lines of one input")
    func multiline() {
        var editor = LineEditor()
        let keys = "a\u{1B}\rb\nc\\\rd\u{1B}[200~\re\u{1B}[201~"
        #expect(editor.feed(keys.utf8) == [])
        #expect(editor.buffer.text == "a\nb\nc\nd\ne")
        #expect(editor.feed("\r".utf8) == [.submit("a\nb\nc\nd\ne")])
        #expect(editor.feed("two\\\\\r".utf8) == [.submit("two\\\\")])
    }

    @Test("Ctrl-C empties the line, Ctrl-D ends the input only where there is no text")
    func ends() {
        var editor = LineEditor()
        #expect(editor.feed("abc\u{03}".utf8) == [.interrupted(wasEmpty: false)])
        #expect(editor.buffer.isEmpty)
        #expect(editor.feed("\u{03}".utf8) == [.interrupted(wasEmpty: true)])
        #expect(editor.feed("a\u{04}".utf8) == [.bell])
        #expect(editor.feed("\u{7F}\u{04}".utf8) == [.endOfInput])
        #expect(editor.feed("\u{1A}\u{0C}".utf8) == [.suspend, .clearScreen])
    }

    @Test("What comes behind the end of a line belongs to the next one")
    func typeAhead() {
        var editor = LineEditor()
        #expect(editor.feed("one\rtwo\rthr".utf8) == [.submit("one")])
        #expect(editor.hasPending)
        #expect(editor.feed([]) == [.submit("two")])
        #expect(editor.feed([]) == [])
        #expect(!editor.hasPending)
        #expect(editor.buffer.text == "thr")
    }

    @Test("Up and down walk through the lines of a text, then through the history, and back to the draft")
    func history() {
        let entries = ["one", "two\nlines", "three"]
        #expect(typing("draft\u{1B}[A", history: entries) == "three|")
        #expect(typing("draft\u{10}\u{10}", history: entries) == "two\nlines|")
        #expect(typing("\u{10}\u{10}\u{10}", history: entries) == "two|\nlines")
        #expect(typing("\u{10}\u{10}\u{10}\u{10}\u{10}", history: entries) == "one|")
        #expect(typing("draft\u{10}\u{10}\u{0E}\u{0E}", history: entries) == "draft|")
        #expect(typing("\u{1B}<", history: entries) == "one|")
        var editor = LineEditor(history: History(["one"]))
        #expect(editor.feed("\u{10}\u{10}\u{0E}\u{0E}".utf8) == [.bell, .bell])
    }

    @Test("Between lines the cursor keeps its column, counted as it is seen")
    func columns() {
        #expect(typing("中文x\nab\u{1B}[A") == "中|文x\nab")
        #expect(typing("abc\n中文\u{1B}[A\u{1B}[B\u{1B}[B") == "abc\n中|文")
    }

    @Test("Ctrl-R finds older lines, Ctrl-S newer ones, and Enter takes what was found")
    func search() {
        var editor = LineEditor(history: History(["Tell me of Luna", "hello", "luna again", "bye"]))
        #expect(editor.feed("draft\u{12}lu".utf8) == [])
        #expect(editor.search?.query == "lu")
        #expect(shown(editor) == "|luna again")
        #expect(editor.feed("\u{12}".utf8) == [])
        #expect(shown(editor) == "Tell me of |Luna")
        #expect(editor.feed("\u{12}".utf8) == [.bell])
        #expect(editor.search?.hasFailed == true)
        #expect(editor.feed("\u{13}".utf8) == [])
        #expect(shown(editor) == "|luna again")
        #expect(editor.feed("\r".utf8) == [.submit("luna again")])
    }

    @Test("A search can be given up, narrowed, widened, and left with any other key")
    func leavesSearch() {
        let entries = ["alpha", "beta", "alps"]
        #expect(typing("draft\u{12}al\u{07}", history: entries) == "draft|")
        #expect(typing("draft\u{12}al\u{07}!\u{10}", history: entries) == "alps|")
        #expect(typing("draft\u{12}alpha\u{07}!\u{10}\u{0E}", history: entries) == "draft!|")
        #expect(typing("\u{12}alph", history: entries) == "|alpha")
        #expect(typing("\u{12}alph\u{7F}", history: entries) == "|alps")
        #expect(typing("\u{12}beta\u{05}!", history: entries) == "beta!|")
        #expect(typing("draft\u{12}zz\u{1B}[D", history: entries) == "draf|t")
        #expect(typing("draft\u{12}beta\u{1B}[B\u{1B}[B", history: entries) == "draft|")
    }

    @Test("Tab completes as far as all candidates agree, then shows them")
    func completion() {
        let commands = ["/help", "/history", "/quit"]
        var editor = LineEditor { before in commands.filter { $0.hasPrefix(before) && before.hasPrefix("/") } }
        #expect(editor.feed("/q\t".utf8) == [])
        #expect(editor.buffer.text == "/quit")
        #expect(editor.feed("\u{15}/\t".utf8) == [.bell])
        #expect(editor.candidates == commands)
        #expect(editor.feed("h\t".utf8) == [.bell])
        #expect(editor.candidates == ["/help", "/history"])
        #expect(editor.feed("el\t".utf8) == [])
        #expect(shown(editor) == "/help|")
        #expect(editor.feed("x\t".utf8) == [.bell])
        #expect(editor.candidates.isEmpty)
    }

    @Test("What the editor does is the same however the bytes were cut", arguments: SeededRandom.seeds(60))
    func splits(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var bytes: [UInt8] = []
        for _ in 0..<200 {
            if Bool.random(using: &random) {
                bytes.append(.random(in: 0...127, using: &random))
            } else {
                bytes += Array(SeededRandom.hardPieces.randomElement(using: &random)!.utf8)
            }
        }
        func run(_ pieces: [[UInt8]]) -> (actions: [LineEditor.Action], text: String) {
            var editor = LineEditor(history: History(["alpha", "beta\ngamma"]))
            var actions: [LineEditor.Action] = []
            for piece in pieces {
                actions += editor.feed(piece)
                while editor.hasPending { actions += editor.feed([]) }
            }
            return (actions.filter { $0 != .bell }, shown(editor))
        }
        let whole = run([bytes])
        let cut = run(random.cut(bytes))
        #expect(whole.actions == cut.actions)
        #expect(whole.text == cut.text)
    }

    @Test("Any keys give what they give in a plain model of strings", arguments: SeededRandom.seeds(60))
    func matchesModel(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var editor = LineEditor()
        var model = EditorModel()
        for _ in 0..<300 {
            let key = EditorModel.keys.randomElement(using: &random)!
            _ = editor.feed(key.utf8)
            model.press(key)
            #expect(shown(editor) == model.before + "|" + model.after, "after \(key.debugDescription)")
        }
    }
}

/// The keys on one string before the cursor and one behind it.
private struct EditorModel {
    static let keys = [
        "a", "b", " ", "中", "\n", "\u{01}", "\u{02}", "\u{04}", "\u{05}", "\u{06}", "\u{08}", "\u{0B}", "\u{15}",
        "\u{17}",
        "\u{19}",
    ]
    var before = ""
    var after = ""
    private var killed = ""
    private var lastWasKill = false

    mutating func press(_ key: String) {
        var isKill = false
        let lineStart = before.split(separator: "\n", omittingEmptySubsequences: false).last ?? ""
        let lineEnd = after.split(separator: "\n", omittingEmptySubsequences: false).first ?? ""
        switch key {
        case "\u{01}": shift(-lineStart.count)
        case "\u{05}": shift(lineEnd.count)
        case "\u{02}": shift(-1)
        case "\u{06}": shift(1)
        case "\u{04}": if !after.isEmpty { after.removeFirst() }
        case "\u{08}": if !before.isEmpty { before.removeLast() }
        case "\u{0B}":
            isKill = true
            let count = min(after.count, max(1, lineEnd.count))
            kill(String(after.prefix(count)), isBackward: false)
            after.removeFirst(count)
        case "\u{15}", "\u{17}":
            isKill = true
            let run = before.reversed().drop { $0.isWhitespace }.drop { !$0.isWhitespace }.count
            let count = key == "\u{17}" ? before.count - run : min(before.count, max(1, lineStart.count))
            kill(String(before.suffix(count)), isBackward: true)
            before.removeLast(count)
        case "\u{19}": before += killed
        default: before += key
        }
        lastWasKill = isKill
    }

    private mutating func kill(_ text: String, isBackward: Bool) {
        if lastWasKill {
            killed = isBackward ? text + killed : killed + text
        } else if !text.isEmpty {
            killed = text
        }
    }

    private mutating func shift(_ distance: Int) {
        let all = before + after
        let cursor = min(max(0, before.count + distance), all.count)
        before = String(all.prefix(cursor))
        after = String(all.dropFirst(cursor))
    }
}
