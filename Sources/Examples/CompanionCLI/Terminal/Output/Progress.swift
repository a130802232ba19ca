internal import Synchronization

/// A line on standard error that says how far long work is: a bar on a terminal, a line every ten percent elsewhere.
final class Progress: Sendable {
    private let terminal: Terminal
    private let start = ContinuousClock.now
    private let report: Mutex<ProgressReport>

    /// - Parameter total: The number of things to do; 0 prints nothing.
    init(_ label: String, total: Int, terminal: Terminal) {
        self.terminal = terminal
        report = Mutex(ProgressReport(label: label, total: total))
    }

    func advance(to done: Int) {
        let medium = medium
        let elapsed = start.duration(to: .now)
        report.withLock { write($0.advance(to: done, elapsed: elapsed, medium: medium)) }
    }

    /// Prints a line of its own above the bar.
    func note(_ line: String) {
        let medium = medium
        report.withLock { write($0.clear(medium: medium) + line + "\n") }
    }

    /// Takes the bar away. What was achieved is for the caller to say.
    func finish() {
        let medium = medium
        report.withLock { write($0.clear(medium: medium)) }
    }

    private var medium: ProgressReport.Medium {
        guard terminal.isErrorTerminal, terminal.knowsEscapes else { return .log(everyPercent: 10) }
        return .terminal(columns: terminal.size.columns)
    }

    private func write(_ text: String) {
        if text.isEmpty { return }
        terminal.errors.write(text)
        terminal.errors.flush()
    }
}
