internal import CompanionCore
internal import _CompanionHTTP

/// What S3's errors mean to a caller.
enum S3Failure {
    static let peer = "S3"

    static func error(_ failure: HTTPFailure) -> CompanionError {
        let document = try? S3Document(failure.body)
        let code = document?["Code"]
        let failure = failure.with(code: code, text: document?["Message"] ?? "")
        func error(_ code: CompanionError.Code, _ words: String) -> CompanionError {
            CompanionError(code, "\(words) (\(failure)).", underlying: failure)
        }
        switch code {
        case "NoSuchKey": return error(.notFound, "There is no such blob")
        case "NoSuchBucket": return error(.notFound, "S3 knows no such bucket: check its name, or create it")
        case "NoSuchUpload": return error(.unavailable, "S3 does not know the upload any more")
        case "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken", "TokenRefreshRequired":
            return error(.unauthenticated, "S3 refuses the credentials: check both keys, and the region")
        case "RequestTimeTooSkewed":
            return error(.unauthenticated, "This machine's clock and S3's differ by too much: set the clock")
        case "AccessDenied", "AllAccessDisabled":
            return error(.forbidden, "S3 does not allow this with these credentials: check the bucket's policy")
        case "PreconditionFailed", "ConditionalRequestConflict":
            return error(.conflict, "The blob was written by somebody else meanwhile")
        case "EntityTooLarge": return error(.limitExceeded, "S3 takes no blob that large")
        case "InvalidRange": return error(.invalidInput, "The blob has no such bytes")
        case "SlowDown", "ServiceUnavailable", "TooManyRequests":
            return CompanionError(
                .rateLimited, "S3 has had too many requests (\(failure)).", underlying: failure,
                retry: failure.wait.map { .after($0) } ?? .backOff)
        case "BadDigest", "XAmzContentSHA256Mismatch", "XAmzContentChecksumMismatch", "IncompleteBody",
            "RequestTimeout":
            return CompanionError(
                .unavailable, "What S3 received is not what was sent (\(failure)).", underlying: failure,
                retry: .backOff)
        case "AuthorizationHeaderMalformed", "IllegalLocationConstraintException", "PermanentRedirect":
            return error(.invalidInput, "The bucket is in another region: set it")
        case "NotImplemented": return error(.unsupported, "The server can't do this as S3 does")
        default: break
        }
        switch failure.status {
        case 301, 307: return error(.invalidInput, "The bucket is in another region: set it")
        case 404: return error(.notFound, "There is no such blob")
        case 409, 412: return error(.conflict, "The blob was written by somebody else meanwhile")
        case 416: return error(.invalidInput, "The blob has no such bytes")
        default: return failure.error(from: peer)
        }
    }

    static var malformed: CompanionError {
        CompanionError(.malformedResponse, "S3 answered with something that can't be understood.")
    }
}
