import Synchronization
import Testing
import _CompanionHosting

@testable import CompanionCLI

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One at a time: signals and the terminal's mode belong to the process.
@Suite(.serialized)
struct LineReaderTests {
    @Test("A line is edited on a real terminal, which is as it was afterwards")
    func edits() async throws {
        let terminal = try PseudoTerminal(columns: 20, rows: 10)
        try await SignalWatcher.with { signals in
            let reader = try LineReader(terminal: terminal.terminal, signals: signals)
            async let line = reader.readLine(prompt: Prompt("you › "))
            try await terminal.wait(for: ["you ›"])
            #expect(!terminal.isCooked)
            terminal.type("hello wörld\u{1B}[200~\rand 文字\u{1B}[201~\u{01}>")
            try await terminal.wait(for: ["you › hello wörld", "… >and 文字"])
            terminal.type("\r")
            #expect(try await line == .line("hello wörld\n>and 文字"))
            #expect(terminal.isCooked)
            #expect(reader.history.entries == ["hello wörld\n>and 文字"])
        }
    }

    @Test("A text is painted anew when the window changes")
    func resizes() async throws {
        let terminal = try PseudoTerminal(columns: 40, rows: 10)
        try await SignalWatcher.with { signals in
            let reader = try LineReader(terminal: terminal.terminal, signals: signals)
            async let line = reader.readLine(prompt: Prompt("> "), initial: "one two three four five six")
            try await terminal.wait(for: ["> one two three four five six"])
            terminal.resize(columns: 16, rows: 10)
            try await terminal.wait(for: ["> one two three", "four five six"])
            terminal.type("\u{03}")
            #expect(try await line == .interrupted(wasEmpty: false))
        }
    }

    @Test("While a reply is printed nothing that is typed is shown, and it is there for the next line")
    func typeAhead() async throws {
        let terminal = try PseudoTerminal(columns: 40, rows: 10)
        try await SignalWatcher.with { signals in
            let reader = try LineReader(terminal: terminal.terminal, signals: signals)
            await reader.whileQuiet {
                #expect(!terminal.isCooked)
                terminal.type("ahead\rmore")
                while terminal.typedCount < 10 { await Task.yield() }
            }
            #expect(terminal.isCooked)
            #expect(try await reader.readLine(prompt: Prompt("> ")) == .line("ahead"))
            async let line = reader.readLine(prompt: Prompt("> "))
            try await terminal.wait(for: ["> ahead", "> more"])
            terminal.type("\u{15}\u{04}")
            #expect(try await line == .endOfInput)
        }
    }

    @Test("Reading ends when its task is cancelled, when a signal interrupts, and when the terminal goes")
    func ends() async throws {
        let terminal = try PseudoTerminal(columns: 40, rows: 10)
        try await SignalWatcher.with { signals in
            let reader = try LineReader(terminal: terminal.terminal, signals: signals)
            let cancelled = Task { try await reader.readLine(prompt: Prompt("1> ")) }
            try await terminal.wait(for: ["1>"])
            cancelled.cancel()
            await #expect(throws: CancellationError.self) { try await cancelled.value }
            #expect(terminal.isCooked)

            async let interrupted = reader.readLine(prompt: Prompt("2> "))
            try await terminal.wait(for: ["1>", "2>"])
            kill(getpid(), SIGINT)
            #expect(try await interrupted == .interrupted(wasEmpty: true))

            async let ended = reader.readLine(prompt: Prompt("3> "))
            try await terminal.wait(for: ["1>", "2> ^C", "3>"])
            terminal.hangUp()
            #expect(try await ended == .endOfInput)
        }
    }

    @Test("From a pipe lines come as they are")
    func pipes() async throws {
        let pipe = try Pipe()
        defer { pipe.close() }
        let bytes = Array("one\ntwo\u{1B}[A\nlast".utf8)
        #expect(systemWrite(pipe.writeEnd, bytes, bytes.count) == bytes.count)
        try await SignalWatcher.with { signals in
            let terminal = Terminal(input: pipe.readEnd, output: pipe.writeEnd, errors: pipe.writeEnd, environment: [:])
            let reader = try LineReader(terminal: terminal, signals: signals)
            #expect(try await reader.readLine(prompt: Prompt("> ")) == .line("one"))
            #expect(try await reader.readLine(prompt: Prompt("> ")) == .line("two\u{1B}[A"))
            let waiting = Task { try await reader.readLine(prompt: Prompt("> ")) }
            waiting.cancel()
            await #expect(throws: CancellationError.self) { try await waiting.value }
        }
    }

    @Test("The first Ctrl-C cancels the work, the second calls the end")
    func interrupts() async throws {
        let hasEnded = Atomic(false)
        try await SignalWatcher.with { signals in
            let interrupts = Interrupts()
            let result = await #expect(throws: CancellationError.self) {
                try await signals.stoppingOnInterrupt(interrupts, end: {}) {
                    kill(getpid(), SIGINT)
                    try await Task.sleep(for: .seconds(60))
                }
            }
            #expect(result != nil)
            try await signals.stoppingOnInterrupt(interrupts, end: { hasEnded.store(true, ordering: .releasing) }) {
                kill(getpid(), SIGINT)
                while !hasEnded.load(ordering: .acquiring) { await Task.yield() }
            }
        }
        let wasCalled = hasEnded.load(ordering: .acquiring)
        #expect(wasCalled)
    }

    @Test("Only the signals that are watched are told, until the watch is cancelled")
    func watches() async throws {
        let counts = Mutex<[Signal: Int]>([:])
        try await SignalWatcher.with { signals in
            let first = signals.watch([.resize, .terminate]) { signal in counts.withLock { $0[signal, default: 0] += 1 }
            }
            kill(getpid(), SIGWINCH)
            kill(getpid(), SIGTERM)
            while counts.withLock({ $0.count }) < 2 { await Task.yield() }
            first.cancel()
            let told = counts.withLock { $0 }
            let second = signals.watch([.resume]) { signal in counts.withLock { $0[signal, default: 0] += 1 } }
            kill(getpid(), SIGWINCH)
            kill(getpid(), SIGCONT)
            while counts.withLock({ $0[.resume] }) == nil { await Task.yield() }
            second.cancel()
            #expect(counts.withLock { $0[.resize] } == told[.resize])
        }
    }
}
