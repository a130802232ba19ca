internal import Synchronization

/// Switches the terminal between its modes. Whatever ends or stops the program puts the original mode back.
///
/// One at a time: the mode is the process's, as its terminal is.
struct TerminalControl: Sendable {
    /// Takes charge of the terminal behind `terminal.input`; nil if lines can't be edited there.
    init?(_ terminal: Terminal) {
        guard terminal.isInteractive else { return nil }
        self.init(input: terminal.input, output: terminal.output.descriptor)
    }

    init?(input: Int32, output: Int32) {
        guard let modes = TerminalModes(input: input, output: output) else { return nil }
        let isOriginal = ProcessSignals.mode.load(ordering: .acquiring) == TerminalMode.original.rawValue
        precondition(isOriginal, "Another TerminalControl has changed the terminal's mode.")
        let memory = UnsafeMutablePointer<TerminalModes>.allocate(capacity: 1)
        memory.initialize(to: modes)
        ProcessSignals.modes.store(UnsafePointer(memory), ordering: .releasing)
    }

    /// Runs `body` with the terminal in `mode`, then puts the mode before it back.
    func withMode<R>(_ mode: TerminalMode, _ body: () throws -> R) rethrows -> R {
        let before = enter(mode)
        defer { enter(before) }
        return try body()
    }

    /// Runs `body` with the terminal in `mode`, then puts the mode before it back.
    func withMode<R>(
        _ mode: TerminalMode, isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> R
    ) async rethrows -> R {
        let before = enter(mode)
        defer { enter(before) }
        return try await body()
    }

    @discardableResult
    private func enter(_ mode: TerminalMode) -> TerminalMode {
        let before = ProcessSignals.mode.exchange(mode.rawValue, ordering: .acquiringAndReleasing)
        if before != mode.rawValue { ProcessSignals.modes.load(ordering: .acquiring)?.pointee.apply(mode) }
        return TerminalMode(rawValue: before) ?? .original
    }
}
