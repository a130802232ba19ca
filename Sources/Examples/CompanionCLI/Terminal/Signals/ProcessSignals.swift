internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// What the process does when a signal comes. Dispositions belong to the process, and a handler gets nothing but a
/// number, so this state can't be in an object.
///
/// The handler touches only these atomics and the fixed memory behind `modes`, and makes only async-signal-safe calls.
enum ProcessSignals {
    /// Where the handler writes the numbers of signals that are watched; -1 for nowhere.
    static let pipe = Atomic<Int32>(-1)
    /// Bit n: signal n is watched.
    static let watched = Atomic<UInt64>(0)
    /// The terminal whose mode is put back; its memory is never freed.
    // Safety: what the pointer leads to never changes once the pointer is stored.
    nonisolated(unsafe) static let modes = Atomic<UnsafePointer<TerminalModes>?>(nil)
    /// The raw value of the mode that the terminal should be in while the program runs.
    static let mode = Atomic<Int>(TerminalMode.original.rawValue)

    /// Puts the original mode back, for the end of the program.
    static func restoreTerminal() {
        if mode.load(ordering: .acquiring) == TerminalMode.original.rawValue { return }
        modes.load(ordering: .acquiring)?.pointee.apply(.original)
    }

    /// From the first use on handles all of ``Signal``, `SIGTSTP` and what a crash raises, ignores `SIGPIPE`, and puts
    /// the terminal's mode back at `exit`. What the parent had ignored (`nohup` does), or somebody else handles,
    /// stays so.
    static let installation: Void = {
        // Statics are made at first use, which must not be in the handler.
        _ = (pipe.load(ordering: .relaxed), watched.load(ordering: .relaxed))
        _ = (modes.load(ordering: .relaxed), mode.load(ordering: .relaxed))
        let endings = [SIGQUIT, SIGABRT, SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE]
        for number in Signal.allCases.map(\.number) + [SIGTSTP] + endings where hasDefaultAction(number) {
            setHandler(of: number, to: handle)
        }
        setHandler(of: SIGPIPE, to: SIG_IGN)
        atexit { ProcessSignals.restoreTerminal() }
    }()

    /// Stops the whole job, as the terminal itself does at Ctrl-Z. `SIGCONT` says when it goes on.
    static func suspend() {
        kill(0, SIGTSTP)
    }

    private static let handle: @convention(c) (Int32) -> Void = { number in
        let savedError = errno
        switch number {
        case SIGTSTP:
            ProcessSignals.restoreTerminal()
            ProcessSignals.takeDefaultAction(of: number)
            // Stopped here until SIGCONT, or not at all where no shell could let the program go on.
            ProcessSignals.setHandler(of: number, to: ProcessSignals.handle)
            ProcessSignals.reapplyMode()
            ProcessSignals.tellWatcher(of: SIGCONT)
        case SIGCONT:
            ProcessSignals.reapplyMode()
            ProcessSignals.tellWatcher(of: number)
        default:
            if ProcessSignals.tellWatcher(of: number) || number == SIGWINCH { break }
            ProcessSignals.restoreTerminal()
            ProcessSignals.takeDefaultAction(of: number)
        }
        errno = savedError
    }

    /// Returns false if the signal is not watched.
    @discardableResult
    private static func tellWatcher(of number: Int32) -> Bool {
        guard watched.load(ordering: .acquiring) & (1 << UInt64(number)) != 0 else { return false }
        var byte = UInt8(truncatingIfNeeded: number)
        _ = systemWrite(pipe.load(ordering: .acquiring), &byte, 1)
        return true
    }

    private static func reapplyMode() {
        let wanted = TerminalMode(rawValue: mode.load(ordering: .acquiring)) ?? .original
        if wanted != .original { modes.load(ordering: .acquiring)?.pointee.apply(wanted) }
    }

    /// What the signal does to a program that does not handle it, at once, though it is being handled.
    private static func takeDefaultAction(of number: Int32) {
        setHandler(of: number, to: SIG_DFL)
        raise(number)
        var this = sigset_t()
        var before = sigset_t()
        sigemptyset(&this)
        sigaddset(&this, number)
        pthread_sigmask(SIG_UNBLOCK, &this, &before)
        pthread_sigmask(SIG_SETMASK, &before, nil)
    }

    private static func hasDefaultAction(_ number: Int32) -> Bool {
        var action = sigaction()
        sigaction(number, nil, &action)
        #if canImport(Darwin)
            let handler = action.__sigaction_u.__sa_handler
        #else
            let handler = action.__sigaction_handler.sa_handler
        #endif
        return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_DFL, to: Int.self)
    }

    private static func setHandler(of number: Int32, to handler: (@convention(c) (Int32) -> Void)?) {
        var action = sigaction()
        #if canImport(Darwin)
            action.__sigaction_u.__sa_handler = handler
        #else
            action.__sigaction_handler.sa_handler = handler
        #endif
        action.sa_flags = Int32(SA_RESTART)
        sigaction(number, &action, nil)
    }
}
