#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// The signals that the program cares for.
enum Signal: Sendable, Hashable, CaseIterable {
    /// Ctrl-C.
    case interrupt
    /// A polite request to end, by `kill` or a service manager.
    case terminate
    /// The terminal has gone.
    case hangUp
    /// The window has another size.
    case resize
    /// The program goes on after it was stopped; what is on the screen is unknown.
    case resume

    var number: Int32 {
        switch self {
        case .interrupt: SIGINT
        case .terminate: SIGTERM
        case .hangUp: SIGHUP
        case .resize: SIGWINCH
        case .resume: SIGCONT
        }
    }

    init?(number: Int32) {
        guard let signal = Self.allCases.first(where: { $0.number == number }) else { return nil }
        self = signal
    }
}
