/// The one error type of the library; `CancellationError` is the only other error that a port throws.
///
/// `description` is safe to log: it never holds what people wrote, nor secrets. `debugDescription` adds the
/// underlying error, which may quote a server's words.
public struct CompanionError: Error, Sendable {
    /// What went wrong, as a value to branch on.
    public var code: Code
    /// What was wrong and what to do about it, in a sentence. Holds no user content and no secret.
    public var message: String
    /// The vendor's own error, with its own code (HTTP status, SQLSTATE, request id).
    public var underlying: (any Error)?
    /// Whether trying again can help, and when.
    public var retry: RetryAdvice
    /// The `#fileID` of the place that made the error.
    public var file: String
    /// The line of the place that made the error.
    public var line: Int

    /// - Parameter retry: What to advise; nil takes the code's own advice.
    public init(
        _ code: Code, _ message: String, underlying: (any Error)? = nil, retry: RetryAdvice? = nil,
        file: String = #fileID, line: Int = #line
    ) {
        self.code = code
        self.message = message
        self.underlying = underlying
        self.retry = retry ?? code.usualRetry
        self.file = file
        self.line = line
    }
}

extension CompanionError {
    /// A closed set that may grow: compare with the static members, and keep a `default`.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String {
            case invalidInput, notFound, conflict, busy, leaseLost, limitExceeded, unauthenticated, forbidden
            case rateLimited, unavailable, timedOut, refused, unsupported, promptTooLarge, malformedResponse
            case corrupted, schemaTooNew, internalInconsistency
        }
        private let kind: Kind

        /// The caller gave something that can't be accepted. Retrying can't help.
        public static let invalidInput = Code(kind: .invalidInput)
        /// No such thing, or it belongs to somebody else. Retrying can't help.
        public static let notFound = Code(kind: .notFound)
        /// It was changed by somebody else meanwhile, or exists already. Read again, then decide.
        public static let conflict = Code(kind: .conflict)
        /// Another turn holds the chat. Retry when it has ended; `retry` says when its lease expires.
        public static let busy = Code(kind: .busy)
        /// This turn lost its lease to another one, which goes on. What it had was kept.
        public static let leaseLost = Code(kind: .leaseLost)
        /// A bound of ours was exceeded (size, count, depth). Retrying can't help.
        public static let limitExceeded = Code(kind: .limitExceeded)
        /// The other side wants (other) credentials.
        public static let unauthenticated = Code(kind: .unauthenticated)
        /// The credentials are known, and do not allow it.
        public static let forbidden = Code(kind: .forbidden)
        /// Too many requests; `retry` says when to come back.
        public static let rateLimited = Code(kind: .rateLimited)
        /// The other side can't be reached or fails for now. Retry with back-off.
        public static let unavailable = Code(kind: .unavailable)
        /// A deadline passed. Retry with back-off.
        public static let timedOut = Code(kind: .timedOut)
        /// The provider refused the request for its content. Retrying can't help.
        public static let refused = Code(kind: .refused)
        /// The other side, or this adapter, can't do what was asked. Retrying can't help.
        public static let unsupported = Code(kind: .unsupported)
        /// What must be in the prompt does not fit the model's context window.
        public static let promptTooLarge = Code(kind: .promptTooLarge)
        /// The other side answered with something that can't be understood. One retry may help.
        public static let malformedResponse = Code(kind: .malformedResponse)
        /// Stored data can't be read as what it should be. Retrying can't help.
        public static let corrupted = Code(kind: .corrupted)
        /// The store was written by a newer version of the library. Update the program.
        public static let schemaTooNew = Code(kind: .schemaTooNew)
        /// A rule of our own does not hold: a defect worth a report.
        public static let internalInconsistency = Code(kind: .internalInconsistency)

        public var description: String { kind.rawValue }

        var usualRetry: RetryAdvice {
            switch kind {
            case .rateLimited, .unavailable, .timedOut, .busy, .malformedResponse: .backOff
            default: .never
            }
        }
    }

    /// Whether trying again can help.
    public enum RetryAdvice: Sendable, Hashable {
        /// The same request will fail again.
        case never
        /// Retry with exponential back-off.
        case backOff
        /// Retry, and not before this long.
        case after(Duration)
    }
}

extension CompanionError: CustomStringConvertible, CustomDebugStringConvertible {
    public var description: String { "\(code): \(message)" }

    public var debugDescription: String {
        var text = "\(code): \(message) (\(file):\(line)"
        if retry != .never { text += ", retry: \(retry)" }
        text += ")"
        if let underlying { text += " underlying: \(String(reflecting: underlying))" }
        return text
    }
}
