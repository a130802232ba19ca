internal import CompanionCore
internal import Dispatch
internal import Synchronization

/// What somebody entered.
enum LineInput: Sendable, Hashable {
    case line(String)
    /// Ctrl-C; the line, unless it was empty, is thrown away.
    case interrupted(wasEmpty: Bool)
    case endOfInput
}

/// Reads lines from standard input: with ``LineEditor`` on a terminal, as they are from a pipe.
///
/// One line is read at a time. The waiting is done on a thread of its own.
final class LineReader: Sendable {
    private enum Wake: Sendable, Hashable {
        /// The call of ``readLine(prompt:initial:)`` with this number was cancelled.
        case cancelled(call: Int)
        case interrupted, resumed, resized
    }

    private struct State {
        var editor: LineEditor
        var renderer = LineRenderer()
        var splitter = LineSplitter()
        var lastResume: ContinuousClock.Instant?
    }

    /// `SIGCONT` is told twice when the program had stopped itself.
    private static let resumeWindow: Duration = .milliseconds(100)

    private let terminal: Terminal
    private let control: TerminalControl?
    private let signals: SignalWatcher
    private let input: InputSource
    private let queue = DispatchQueue(label: "line reader")
    private let state: Mutex<State>
    private let wakes = Mutex<Set<Wake>>([])
    private let calls = Atomic<Int>(0)

    /// - Parameter complete: Completes what stands before the cursor; see ``LineEditor/Completer``.
    init(
        terminal: Terminal, signals: SignalWatcher, history: History = History(),
        complete: @escaping LineEditor.Completer = { _ in [] }
    ) throws(CompanionError) {
        self.terminal = terminal
        self.signals = signals
        control = TerminalControl(terminal)
        input = try InputSource(descriptor: terminal.input)
        state = Mutex(State(editor: LineEditor(history: history, complete: complete)))
    }

    /// The lines that were entered, those before this run included.
    var history: History { state.withLock { $0.editor.history } }

    /// Runs `body`, which reads line after line: a key that comes between two lines, Ctrl-C too, counts for the next one.
    func betweenLinesToo<R>(
        isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> R
    ) async rethrows -> R {
        guard let control else { return try await body() }
        return try await control.withMode(.raw, body)
    }

    /// Runs `body` while what is typed is not shown, and kept for the next line. Keys raise signals.
    func whileQuiet<R>(
        isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> R
    ) async rethrows -> R {
        guard let control else { return try await body() }
        return try await control.withMode(.quiet, body)
    }

    /// Reads a line that may hold newlines, at most 1 MiB.
    ///
    /// - Parameter initial: What is there already, to be edited; only on a terminal.
    /// - Throws: `limitExceeded` for a longer line from a pipe; `CancellationError` at once when the task is cancelled.
    func readLine(prompt: Prompt, initial: String = "") async throws -> LineInput {
        let call = calls.add(1, ordering: .relaxed).newValue
        let watch = signals.watch([.interrupt, .resize, .resume]) { [self] signal in
            switch signal {
            case .interrupt: wake(.interrupted)
            case .resume: wake(.resumed)
            default: wake(.resized)
            }
        }
        defer { watch.cancel() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                queue.async { [self] in
                    continuation.resume(with: Result { try wait(call, prompt: prompt, initial: initial) })
                }
            }
        } onCancel: {
            wake(.cancelled(call: call))
        }
    }

    private func wake(_ reason: Wake) {
        wakes.withLock { _ = $0.insert(reason) }
        input.wake()
    }

    private func takeWakes() -> Set<Wake> {
        wakes.withLock { wakes in
            defer { wakes = [] }
            return wakes
        }
    }

    private func wait(_ call: Int, prompt: Prompt, initial: String) throws -> LineInput {
        try state.withLock { state in
            guard let control else { return try plainLine(call, prompt: prompt, &state) }
            return try control.withMode(.raw) {
                if !initial.isEmpty { state.editor.begin(with: initial) }
                return try editedLine(call, prompt: prompt, &state)
            }
        }
    }
}

extension LineReader {
    private func editedLine(_ call: Int, prompt: Prompt, _ state: inout State) throws -> LineInput {
        state.renderer.forget()
        var actions = state.editor.feed([])
        while true {
            if let result = perform(actions, prompt: prompt, &state) { return result }
            if !input.isReady, !actions.contains(.suspend) { paint(prompt, &state) }
            terminal.output.flush()
            switch input.next() {
            case .bytes(let bytes): actions = state.editor.feed(bytes)
            case .end: actions = [.endOfInput]
            case .woken: actions = try respond(to: takeWakes(), call, &state)
            }
        }
    }

    private func respond(to wakes: Set<Wake>, _ call: Int, _ state: inout State) throws -> [LineEditor.Action] {
        if wakes.contains(.cancelled(call: call)) {
            terminal.output.write(state.renderer.finish())
            terminal.output.flush()
            throw CancellationError()
        }
        if wakes.contains(.resumed) {
            let now = ContinuousClock.now
            if state.lastResume.map({ $0.duration(to: now) > Self.resumeWindow }) ?? true { state.renderer.forget() }
            state.lastResume = now
        }
        return wakes.contains(.interrupted) ? state.editor.feed([0x03]) : []
    }

    private func perform(_ actions: [LineEditor.Action], prompt: Prompt, _ state: inout State) -> LineInput? {
        var result: LineInput?
        for action in actions {
            switch action {
            case .bell: terminal.output.write("\u{07}")
            case .clearScreen:
                terminal.output.write("\u{1B}[H\u{1B}[2J")
                state.renderer.forget()
            case .suspend:
                terminal.output.write(state.renderer.finish())
                terminal.output.flush()
                ProcessSignals.suspend()
            case .submit(let line):
                let layout = LineLayout(
                    prompt: prompt, clusters: Array(line), cursor: line.count, columns: terminal.size.columns)
                finish(layout, &state)
                result = .line(line)
            case .interrupted(let wasEmpty):
                terminal.output.write(state.renderer.finish(mark: "^C"))
                result = .interrupted(wasEmpty: wasEmpty)
            case .endOfInput:
                terminal.output.write(state.renderer.finish())
                result = .endOfInput
            }
        }
        if result != nil { terminal.output.flush() }
        return result
    }

    private func finish(_ layout: LineLayout, _ state: inout State) {
        let size = terminal.size
        terminal.output.write(state.renderer.paint(layout, height: size.rows, palette: terminal.palette))
        terminal.output.write(state.renderer.finish())
    }

    private func paint(_ prompt: Prompt, _ state: inout State) {
        let size = terminal.size
        let layout = LineLayout(prompt: prompt, editor: state.editor, columns: size.columns)
        terminal.output.write(state.renderer.paint(layout, height: size.rows, palette: terminal.palette))
    }
}

extension LineReader {
    private func plainLine(_ call: Int, prompt: Prompt, _ state: inout State) throws -> LineInput {
        if terminal.isInputTerminal {
            let output = terminal.isOutputTerminal ? terminal.output : terminal.errors
            output.write(prompt.text)
            output.flush()
        }
        while true {
            if let line = state.splitter.next() { return .line(line) }
            switch input.next() {
            case .bytes(let bytes): try state.splitter.feed(bytes)
            case .end: return state.splitter.finish().map { .line($0) } ?? .endOfInput
            case .woken:
                let wakes = takeWakes()
                if wakes.contains(.cancelled(call: call)) { throw CancellationError() }
                if wakes.contains(.interrupted) { return .interrupted(wasEmpty: true) }
            }
        }
    }
}
