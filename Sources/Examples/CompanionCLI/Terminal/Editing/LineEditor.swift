/// Edits one line after another, key by key: pure, so that it is the same in a test and on a terminal.
///
/// A line may hold newlines. Feed it bytes, do what the actions say, and paint what ``LineLayout`` makes of it.
struct LineEditor: Sendable {
    /// Completes what stands before the cursor: returns what may stand there instead, empty for nothing.
    typealias Completer = @Sendable (String) -> [String]

    /// What the shell around the editor has to do.
    enum Action: Sendable, Hashable {
        /// The line is complete; the editor is empty again, and the line is in the history.
        case submit(String)
        /// Ctrl-C; the editor is empty again.
        case interrupted(wasEmpty: Bool)
        /// Ctrl-D on an empty line, or the end of the input.
        case endOfInput
        /// Ctrl-Z.
        case suspend
        case clearScreen
        /// Nothing could be done.
        case bell

        fileprivate var endsLine: Bool {
            switch self {
            case .submit, .interrupted, .endOfInput: true
            case .suspend, .clearScreen, .bell: false
            }
        }
    }

    private(set) var buffer = EditBuffer()
    /// The search that is going on.
    private(set) var search: HistorySearch?
    /// What the last Tab found, when it was more than one.
    private(set) var candidates: [String] = []

    private let complete: Completer
    private var decoder = KeyDecoder()
    private var pending: [Key] = []
    private var killed = ""
    private var isKilling = false
    private var walk: HistoryWalk

    init(history: History = History(), complete: @escaping Completer = { _ in [] }) {
        walk = HistoryWalk(history: history)
        self.complete = complete
    }

    var history: History { walk.history }

    /// Whether keys wait that came behind the end of a line.
    var hasPending: Bool { !pending.isEmpty }

    /// Takes what was typed, however it is cut. After an action that ends the line the rest is kept: it belongs to the
    /// next line, and the next call begins with it.
    mutating func feed(_ bytes: some Sequence<UInt8>) -> [Action] {
        pending += decoder.feed(bytes)
        var actions: [Action] = []
        var used = 0
        while used < pending.count, actions.last?.endsLine != true {
            apply(pending[used], &actions)
            used += 1
        }
        pending.removeFirst(used)
        return actions
    }

    /// Puts a text there to be edited, as if it had been typed.
    mutating func begin(with text: String) {
        reset()
        buffer = EditBuffer(text)
    }

    private mutating func reset() {
        buffer = EditBuffer()
        walk.end()
        search = nil
        candidates = []
        isKilling = false
    }
}

extension LineEditor {
    private mutating func apply(_ key: Key, _ actions: inout [Action]) {
        if search != nil {
            guard case .text(let text) = key else {
                if applyToSearch(key, &actions) { return }
                return apply(key, &actions)
            }
            // One by one: it must not matter whether they came together.
            for scalar in text.unicodeScalars {
                _ = applyToSearch(.text(String(scalar == "\n" || scalar == "\t" ? " " : scalar)), &actions)
            }
            return
        }
        let wasKilling = isKilling
        isKilling = false
        candidates = []
        switch key {
        case .text(let text): if !buffer.insert(text) { actions.append(.bell) }
        case .newline: if !buffer.insert("\n") { actions.append(.bell) }
        case .enter: enter(&actions)
        case .tab: completeAtCursor(&actions)
        case .backspace, .control("h"): delete(from: buffer.cursor - 1, to: buffer.cursor, &actions)
        case .delete: delete(from: buffer.cursor, to: buffer.cursor + 1, &actions)
        case .left, .control("b"): buffer.moveCursor(to: buffer.cursor - 1)
        case .right, .control("f"): buffer.moveCursor(to: buffer.cursor + 1)
        case .wordLeft, .meta("b"): buffer.moveCursor(to: buffer.previousWordStart)
        case .wordRight, .meta("f"): buffer.moveCursor(to: buffer.nextWordEnd)
        case .home, .control("a"): buffer.moveCursor(to: buffer.currentLine.lowerBound)
        case .end, .control("e"): buffer.moveCursor(to: buffer.currentLine.upperBound)
        case .up, .control("p"): moveUp(&actions)
        case .down, .control("n"): moveDown(&actions)
        case .deleteWordBackward: kill(from: buffer.previousWordStart, to: buffer.cursor, wasKilling)
        case .deleteWordForward, .meta("d"): kill(from: buffer.cursor, to: buffer.nextWordEnd, wasKilling)
        case .meta("<"): recall(0, &actions)
        case .meta(">"): recall(walk.history.entries.count, &actions)
        case .meta: actions.append(.bell)
        case .control(let letter): applyControl(letter, wasKilling, &actions)
        }
    }

    private mutating func applyControl(_ letter: Character, _ wasKilling: Bool, _ actions: inout [Action]) {
        switch letter {
        case "c":
            actions.append(.interrupted(wasEmpty: buffer.isEmpty))
            reset()
        case "d" where buffer.isEmpty: actions.append(.endOfInput)
        case "d": delete(from: buffer.cursor, to: buffer.cursor + 1, &actions)
        case "k":
            let end = buffer.currentLine.upperBound
            kill(from: buffer.cursor, to: end == buffer.cursor ? end + 1 : end, wasKilling)
        case "l": actions.append(.clearScreen)
        case "r", "s": search = HistorySearch(original: buffer, position: walk.position)
        case "t": transpose(&actions)
        case "u":
            let start = buffer.currentLine.lowerBound
            kill(from: start == buffer.cursor ? start - 1 : start, to: buffer.cursor, wasKilling)
        case "w": kill(from: buffer.previousRunStart, to: buffer.cursor, wasKilling)
        case "y": if !buffer.insert(killed) { actions.append(.bell) }
        case "z": actions.append(.suspend)
        default: actions.append(.bell)
        }
    }

    /// Ends the input, unless it ends with an odd number of backslashes: the last of them becomes a newline.
    private mutating func enter(_ actions: inout [Action]) {
        let count = buffer.clusters.count
        if !buffer.clusters.reversed().prefix(while: { $0 == "\\" }).count.isMultiple(of: 2) {
            buffer.replace(count - 1..<count, with: "\n")
            return
        }
        let line = buffer.text
        reset()
        walk.end(with: line)
        actions.append(.submit(line))
    }

    private mutating func delete(from start: Int, to end: Int, _ actions: inout [Action]) {
        guard start >= 0, end <= buffer.clusters.count else { return actions.append(.bell) }
        buffer.replace(start..<end, with: "")
    }

    /// Deletes and remembers; what is deleted by one kill after another is remembered together.
    private mutating func kill(from start: Int, to end: Int, _ wasKilling: Bool) {
        isKilling = true
        let range = max(0, start)..<min(end, buffer.clusters.count)
        let text = String(buffer.clusters[range])
        let isBackward = range.upperBound == buffer.cursor && !range.isEmpty
        if !wasKilling {
            if !text.isEmpty { killed = text }
        } else {
            killed = isBackward ? text + killed : killed + text
        }
        buffer.replace(range, with: "")
    }

    /// Swaps the characters around the cursor, or the last two at the end, and moves on.
    private mutating func transpose(_ actions: inout [Action]) {
        let count = buffer.clusters.count
        let right = min(buffer.cursor, count - 1)
        guard right >= 1 else { return actions.append(.bell) }
        let swapped = String([buffer.clusters[right], buffer.clusters[right - 1]])
        buffer.replace(right - 1..<right + 1, with: swapped)
    }

    private mutating func completeAtCursor(_ actions: inout [Action]) {
        let before = buffer.textBeforeCursor
        let found = complete(before)
        guard let first = found.first else { return actions.append(.bell) }
        let shared = found.dropFirst().reduce(first) { $0.commonPrefix(with: $1) }
        if found.count > 1 { candidates = found }
        if shared == before {
            if found.count > 1 { actions.append(.bell) }
        } else if shared.hasPrefix(before) || found.count == 1 {
            buffer.replace(0..<buffer.cursor, with: shared)
        }
    }
}

extension LineEditor {
    private mutating func moveUp(_ actions: inout [Action]) {
        let line = buffer.currentLine
        if line.lowerBound > 0 {
            moveCursor(intoLineAt: line.lowerBound - 1, column: column(in: line))
        } else {
            recall(walk.position - 1, &actions)
        }
    }

    private mutating func moveDown(_ actions: inout [Action]) {
        let line = buffer.currentLine
        if line.upperBound < buffer.clusters.count {
            moveCursor(intoLineAt: line.upperBound + 1, column: column(in: line))
        } else {
            recall(walk.position + 1, &actions)
        }
    }

    private func column(in line: Range<Int>) -> Int {
        DisplayWidth.of(String(buffer.clusters[line.lowerBound..<buffer.cursor]))
    }

    private mutating func moveCursor(intoLineAt position: Int, column: Int) {
        buffer.moveCursor(to: position)
        let line = buffer.currentLine
        var width = 0
        let target = line.first { index in
            width += DisplayWidth.of(buffer.clusters[index])
            return width > column
        }
        buffer.moveCursor(to: target ?? line.upperBound)
    }

    private mutating func recall(_ index: Int, _ actions: inout [Action]) {
        guard let recalled = walk.move(to: index, from: buffer) else { return actions.append(.bell) }
        buffer = recalled
    }
}

extension LineEditor {
    /// Returns false if the key ended the search and is to be applied to the line that was found.
    private mutating func applyToSearch(_ key: Key, _ actions: inout [Action]) -> Bool {
        guard var search else { return false }
        let outcome = search.apply(key, to: walk.history)
        self.search = search
        switch outcome {
        case .unchanged: break
        case .failed: actions.append(.bell)
        case .found(let index):
            if let recalled = walk.move(to: index, from: buffer) { buffer = recalled }
            if let position = search.position(in: buffer.clusters) { buffer.moveCursor(to: position) }
        case .cancelled:
            _ = walk.move(to: search.originalPosition, from: buffer)
            buffer = search.original
            self.search = nil
        case .ended:
            self.search = nil
            return false
        }
        return true
    }
}

extension String {
    /// The characters that both begin with.
    fileprivate func commonPrefix(with other: String) -> String {
        String(zip(self, other).prefix { $0 == $1 }.map(\.0))
    }
}
