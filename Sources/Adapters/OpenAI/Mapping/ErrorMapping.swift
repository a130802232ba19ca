internal import CompanionCore
internal import _CompanionHTTP

/// What the errors of OpenAI and compatible servers mean to a caller.
enum ErrorMapping {
    static func error(_ failure: HTTPFailure, peer: String) -> CompanionError {
        error(failure, details: ErrorDetails(failure.body), peer: peer)
    }

    /// The server's code counts first, then its type, then the status. Its words end in ``HTTPFailure/text`` only.
    static func error(_ failure: HTTPFailure, details: ErrorDetails, peer: String) -> CompanionError {
        var failure = failure.with(code: details.code ?? details.type, text: details.message)
        failure.status = failure.status ?? details.status
        func make(
            _ code: CompanionError.Code, _ advice: String, retry: CompanionError.RetryAdvice? = .never
        ) -> CompanionError {
            CompanionError(code, "\(peer) \(advice) (\(failure)).", underlying: failure, retry: retry)
        }
        switch (details.code, details.type) {
        case ("context_length_exceeded", _), (_, "exceed_context_size_error"), ("max_tokens_per_request", _),
            (_, "max_tokens_per_request"):
            return make(.promptTooLarge, "finds the prompt too long for the model")
        case ("content_filter", _), ("content_policy_violation", _), ("moderation_blocked", _):
            return make(.refused, "refuses the request for its content")
        case ("insufficient_quota", _), (_, "insufficient_quota"), ("billing_hard_limit_reached", _),
            ("billing_not_active", _):
            return make(.forbidden, "wants to be paid: check the account's credit and limits")
        case ("model_not_found", _):
            return make(.notFound, "does not know the model: check its name")
        case ("invalid_api_key", _), (_, "authentication_error"):
            return make(.unauthenticated, "refuses the key: check it")
        case ("rate_limit_exceeded", _) where failure.status == nil,
            (_, "rate_limit_error") where failure.status == nil:
            return make(.rateLimited, "has had too many requests", retry: nil)
        case (_, "invalid_request_error") where failure.status == nil:
            return make(.invalidInput, "did not accept the request")
        default:
            break
        }
        // 500 is llama.cpp's, for a text to embed that is longer than its batch.
        if let status = failure.status, [400, 413, 422, 500].contains(status), isAboutLength(details) {
            return make(.promptTooLarge, "finds the prompt too long for the model")
        }
        var error = failure.error(from: peer)
        // OpenAI answers so when two requests are in each other's way; nothing was done.
        if failure.status == 409 { error.retry = .backOff }
        if failure.status == 413 { error.code = .promptTooLarge }
        return error
    }

    /// Servers without a code for it say it in words.
    private static func isAboutLength(_ details: ErrorDetails) -> Bool {
        details.names(
            "context length", "context_length", "context window", "context size", "maximum context", "too many tokens",
            "too large to process")
    }
}
