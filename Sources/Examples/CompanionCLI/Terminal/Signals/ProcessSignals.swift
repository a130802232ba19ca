internal import Synchronization
internal import _CompanionHosting

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
    /// What was done before, by number; the Swift runtime prints a backtrace of a crash.
    // Safety: written only before the handlers are installed.
    nonisolated(unsafe) private static let before = {
        let actions = UnsafeMutablePointer<sigaction>.allocate(capacity: 64)
        actions.initialize(repeating: sigaction(), count: 64)
        return actions
    }()

    /// Puts the original mode back, for the end of the program.
    static func restoreTerminal() {
        if mode.load(ordering: .acquiring) == TerminalMode.original.rawValue { return }
        modes.load(ordering: .acquiring)?.pointee.apply(.original)
    }

    /// From the first use on handles all of ``Signal``, `SIGTSTP` and what a crash raises, ignores `SIGPIPE`, and puts
    /// the terminal's mode back at `exit`. What the parent had ignored (`nohup` does) stays ignored.
    static let installation: Void = {
        // Statics are made at first use, which must not be in the handler.
        _ = (pipe.load(ordering: .relaxed), watched.load(ordering: .relaxed))
        _ = (modes.load(ordering: .relaxed), mode.load(ordering: .relaxed))
        let crashes = [SIGQUIT, SIGABRT, SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE]
        for number in Signal.allCases.map(\.number) + [SIGTSTP] + crashes {
            sigaction(number, nil, &before[Int(number)])
            if !isIgnored(before[Int(number)]) { setHandler(of: number, to: handle) }
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
            ProcessSignals.stop()
            ProcessSignals.reapplyMode()
            ProcessSignals.tellWatcher(of: SIGCONT)
        case SIGCONT:
            ProcessSignals.reapplyMode()
            ProcessSignals.tellWatcher(of: number)
        default:
            if ProcessSignals.tellWatcher(of: number) || number == SIGWINCH { break }
            // As if it had not been handled: once this returns, the signal comes again.
            ProcessSignals.restoreTerminal()
            sigaction(number, ProcessSignals.before + Int(number), nil)
            raise(number)
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

    /// Stops the program until `SIGCONT`; returns at once where no shell could let it go on.
    private static func stop() {
        setHandler(of: SIGTSTP, to: SIG_DFL)
        raise(SIGTSTP)
        var this = sigset_t()
        var before = sigset_t()
        sigemptyset(&this)
        sigaddset(&this, SIGTSTP)
        pthread_sigmask(SIG_UNBLOCK, &this, &before)
        // Stopped here.
        pthread_sigmask(SIG_SETMASK, &before, nil)
        setHandler(of: SIGTSTP, to: handle)
    }

    private static func reapplyMode() {
        let wanted = TerminalMode(rawValue: mode.load(ordering: .acquiring)) ?? .original
        if wanted != .original { modes.load(ordering: .acquiring)?.pointee.apply(wanted) }
    }

    private static func isIgnored(_ action: sigaction) -> Bool {
        #if canImport(Darwin)
            let handler = action.__sigaction_u.__sa_handler
        #else
            let handler = action.__sigaction_handler.sa_handler
        #endif
        return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    private static func setHandler(of number: Int32, to handler: (@convention(c) (Int32) -> Void)?) {
        var action = sigaction()
        #if canImport(Darwin)
            action.__sigaction_u.__sa_handler = handler
        #else
            action.__sigaction_handler.sa_handler = handler
        #endif
        action.sa_flags = Int32(SA_RESTART | SA_ONSTACK)
        sigaction(number, &action, nil)
    }
}
