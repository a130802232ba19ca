internal import CompanionCore
internal import _CompanionHTTP

/// What ElevenLabs' errors mean: `{"detail": {status or code, message}}`, `{"detail": "…"}`, `{"detail": [{msg}]}`.
enum ElevenLabsErrors {
    static func error(_ failure: HTTPFailure) -> CompanionError {
        let detail = (try? JSONValue(parsing: failure.body))?["detail"]
        let code = detail?["status"]?.string ?? detail?["code"]?.string
        let message =
            detail?["message"]?.string ?? detail?.string ?? detail?.array?.first?["msg"]?.string ?? failure.text
        let failure = failure.with(code: code, text: message)
        func make(_ code: CompanionError.Code, _ advice: String) -> CompanionError {
            CompanionError(
                code, "\(ElevenLabs.peer) \(advice) (\(failure)).", underlying: failure, retry: .never)
        }
        return switch code {
        case "quota_exceeded": make(.forbidden, "wants to be paid: check the account's credit")
        case "invalid_api_key", "missing_api_key": make(.unauthenticated, "refuses the key: check it")
        case "voice_not_found": make(.notFound, "does not know the voice: choose another one")
        case "model_not_found": make(.notFound, "does not know the model: check its name")
        case "max_character_limit_exceeded": make(.limitExceeded, "finds the text too long: split it")
        default: failure.error(from: ElevenLabs.peer)
        }
    }
}
