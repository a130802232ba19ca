internal import CompanionCore
internal import HTTPTypes

/// An error as the outside sees it: problem details (RFC 9457), and the errors of frames.
struct Problem: Sendable, Hashable {
    var status: HTTPResponse.Status
    var code: String
    /// For people; safe to show.
    var detail: String
    /// In seconds.
    var retryAfter: Double?

    init(_ status: HTTPResponse.Status, _ code: String, _ detail: String, retryAfter: Double? = nil) {
        self.status = status
        self.code = code
        self.detail = detail
        self.retryAfter = retryAfter
    }

    init(_ error: any Error) {
        switch error {
        case let problem as ProblemError: self = problem.problem
        case let error as CompanionError:
            self.init(Self.status(of: error.code), "\(error.code)", error.message)
            switch error.retry {
            case .after(let duration): retryAfter = duration / .seconds(1)
            case .backOff: retryAfter = 1
            case .never: break
            }
        case is CancellationError:
            self.init(.serviceUnavailable, "unavailable", "The server is stopping: try again.", retryAfter: 1)
        default:
            self.init(.internalServerError, "internalInconsistency", "Something went wrong here; it has been logged.")
        }
    }

    /// The error of a turn that had begun: what the model holds against us is none of the person's.
    init(ofTurn error: any Error) {
        self.init(error)
        if let error = error as? CompanionError, [.unauthenticated, .forbidden, .rateLimited].contains(error.code) {
            (status, code) = (.serviceUnavailable, "unavailable")
            if error.code != .rateLimited { detail = "The language model refused the server's credentials." }
        }
    }

    private static func status(of code: CompanionError.Code) -> HTTPResponse.Status {
        switch code {
        case .invalidInput: .badRequest
        case .notFound: .notFound
        case .conflict, .busy, .leaseLost: .conflict
        case .limitExceeded, .promptTooLarge, .refused: .unprocessableContent
        case .unauthenticated: .unauthorized
        case .forbidden: .forbidden
        case .rateLimited: .tooManyRequests
        case .unavailable, .schemaTooNew: .serviceUnavailable
        case .timedOut: .gatewayTimeout
        case .unsupported: .notImplemented
        case .malformedResponse: .badGateway
        default: .internalServerError
        }
    }

    func json(requestID: String) -> JSONValue {
        var members: JSONObject = [
            "type": .string("urn:companion:problem:\(code)"), "title": .string(status.reasonPhrase),
            "status": .int(status.code), "code": .string(code), "detail": .string(detail),
            "requestId": .string(requestID),
        ]
        if let retryAfter { members["retryAfter"] = JSONValue(seconds: retryAfter) }
        return .object(members)
    }
}

/// What is not a ``CompanionError``, because only HTTP has it.
struct ProblemError: Error {
    var problem: Problem

    init(_ status: HTTPResponse.Status, _ code: String, _ detail: String) {
        problem = Problem(status, code, detail)
    }
}
