internal import _CompanionHosting

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// How the terminal treats what is typed.
enum TerminalMode: Int, Sendable {
    /// As it was when the program began.
    case original
    /// What is typed is not shown and waits for the next line that is read; keys still raise signals. For the time in
    /// which a reply is printed.
    case quiet
    /// Every key is the program's.
    case raw
}

/// The settings of one terminal in each mode. It never changes and never moves, so that signal handlers may read it.
struct TerminalModes {
    let input: Int32
    let output: Int32
    private let original: termios
    private let quiet: termios
    private let raw: termios

    /// Reads the settings that the terminal has now; nil if `input` is no terminal.
    init?(input: Int32, output: Int32) {
        var settings = termios()
        guard tcgetattr(input, &settings) == 0 else { return nil }
        self.input = input
        self.output = output
        original = settings
        settings.c_lflag &= ~tcflag_t(ECHO | ICANON | IEXTEN)
        // Enter stays apart from Ctrl-J, in what is typed ahead too.
        settings.c_iflag &= ~tcflag_t(ICRNL | INLCR | IGNCR | ISTRIP)
        withUnsafeMutableBytes(of: &settings.c_cc) { characters in
            characters[Int(VMIN)] = 1
            characters[Int(VTIME)] = 0
        }
        quiet = settings
        settings.c_lflag &= ~tcflag_t(ISIG)
        settings.c_iflag &= ~tcflag_t(IXON | BRKINT)
        raw = settings
    }

    /// Applies a mode. Only calls that are allowed in a signal handler; a program in the background changes nothing,
    /// since it would be stopped for trying.
    func apply(_ mode: TerminalMode) {
        let foreground = tcgetpgrp(input)
        guard foreground < 0 || foreground == getpgrp() else { return }
        var settings =
            switch mode {
            case .original: original
            case .quiet: quiet
            case .raw: raw
            }
        while tcsetattr(input, TCSANOW, &settings) == -1 && errno == EINTR {}
        // Bracketed paste: the terminal marks what is pasted.
        let sequence: StaticString = mode == .original ? "\u{1B}[?2004l" : "\u{1B}[?2004h"
        _ = systemWrite(output, sequence.utf8Start, sequence.utf8CodeUnitCount)
    }
}
