internal import ArgumentParser
internal import CompanionCore

/// How the program ends, for scripts: documented in Documentation/Guides/Terminal.md.
enum ExitStatus: Int32, Sendable, CaseIterable {
    case success = 0
    case failure = 1
    /// Flags or settings that can't be right (`EX_USAGE`).
    case usage = 64
    /// The model, or the store, can't be reached or is busy for now (`EX_UNAVAILABLE`).
    case unavailable = 69
    /// The model wants another key (`EX_NOPERM`).
    case unauthenticated = 77
    /// Ctrl-C (128 and the signal's number, as shells have it).
    case interrupted = 130
    /// A polite request to end.
    case terminated = 143

    /// The end by a signal.
    init(_ signal: Signal) { self = signal == .interrupt ? .interrupted : .terminated }

    init(_ error: any Error) {
        switch error {
        case is CancellationError: self = .interrupted
        case let error as CompanionError:
            switch error.code {
            case .unavailable, .timedOut, .rateLimited, .busy: self = .unavailable
            case .unauthenticated, .forbidden: self = .unauthenticated
            default: self = .failure
            }
        default: self = .failure
        }
    }

    var exitCode: ExitCode { ExitCode(rawValue) }
}
