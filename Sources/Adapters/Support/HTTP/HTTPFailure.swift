package import CompanionCore

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// An answer that is no success: what stands in `CompanionError.underlying`.
package struct HTTPFailure: Error, Sendable {
    /// The most bytes of an error's body that are read.
    package static let maximumBodySize = 64 * 1024

    /// The HTTP status; nil where the error came inside of a successful answer's stream.
    package var status: Int?
    /// The server's name for this request, for its operator's logs.
    package var requestID: String?
    /// The server's own code for the error.
    package var code: String?
    /// The server's own words. They may quote the request, so they are part of `debugDescription` only.
    package var text: String
    /// What the server says about coming back.
    package var wait: Duration?
    /// Whether the server forbids or asks for a repetition.
    package var shouldRetry: Bool?
    /// The beginning of the answer's body, for adapters that know its form; ``with(code:text:)`` lets go of it.
    package private(set) var body: [UInt8] = []

    /// - Parameter status: nil for an error inside of a successful answer.
    package init(status: Int?) {
        self.status = status
        text = ""
    }

    /// - Parameters:
    ///   - body: The beginning of the answer's body.
    ///   - now: What dates in the headers are compared with.
    ///   - secrets: What is taken out of the body, in case that the server quotes it.
    package init(_ head: HTTPResponseHead, body: [UInt8], now: Date, secrets: [String] = []) {
        let body = Self.redact(body, secrets)
        status = head.status
        let named = head.headers["x-request-id"] ?? head.headers["request-id"]
        requestID = (named ?? head.headers.vendorRequestID).flatMap(Self.identifier)
        text = String(decoding: body.prefix(2000), as: UTF8.self)
        wait = RetryHeaders.wait(in: head.headers, now: now)
        shouldRetry = RetryHeaders.shouldRetry(in: head.headers)
        self.body = body
    }

    /// The failure in the server's own terms, once they are known.
    package func with(code: String?, text: String) -> HTTPFailure {
        var failure = self
        failure.code = code.flatMap(Self.identifier)
        failure.text = String(text.prefix(2000))
        failure.body = []
        return failure
    }

    private static func redact(_ body: [UInt8], _ secrets: [String]) -> [UInt8] {
        var text = String(decoding: body, as: UTF8.self)
        for secret in secrets where text.contains(secret) {
            text = text.split(separator: secret, omittingEmptySubsequences: false).joined(separator: "…")
        }
        return Array(text.utf8)
    }

    /// `text` where it is short and has no characters but those of identifiers, so that it is safe in a log.
    private static func identifier(_ text: String) -> String? {
        let isSafe = text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || [0x2D, 0x2E, 0x3A, 0x5F].contains(byte)
        }
        return isSafe && (1...128).contains(text.utf8.count) ? text : nil
    }
}

extension HTTPFailure: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String {
        var parts: [String] = []
        if let status { parts.append("HTTP \(status)") }
        if let code { parts.append(code) }
        if let requestID { parts.append("request \(requestID)") }
        return parts.isEmpty ? "an error of the server" : parts.joined(separator: ", ")
    }

    package var debugDescription: String { text.isEmpty ? description : "\(description): \(text)" }
}

extension HTTPFailure {
    /// The error that a status stands for, with the advice to retry that follows from status and headers.
    ///
    /// - Parameter peer: Who answered, as the subject of a sentence: "The provider".
    package func error(from peer: String, file: String = #fileID, line: Int = #line) -> CompanionError {
        let (code, advice): (CompanionError.Code, String) =
            switch status ?? 500 {
            case 400, 405, 406, 411, 415, 422: (.invalidInput, "did not accept the request")
            case 401, 407: (.unauthenticated, "wants other credentials: check the key")
            case 402: (.forbidden, "wants to be paid: check the account's credit")
            case 403: (.forbidden, "does not allow this with these credentials")
            case 404, 410: (.notFound, "knows no such thing: check the name and the base URL")
            case 408, 504: (.timedOut, "took too long")
            case 409: (.conflict, "reports a conflict with another request")
            case 413, 414, 431: (.limitExceeded, "finds the request too large")
            case 429: (.rateLimited, "has had too many requests")
            case 300..<400: (.invalidInput, "redirects elsewhere: use the address that it redirects to")
            case 501, 505: (.unsupported, "can't do this")
            default: (.unavailable, "fails for now")
            }
        return CompanionError(
            code, "\(peer) \(advice) (\(self)).", underlying: self, retry: retryAdvice, file: file, line: line)
    }

    /// 408, 425, 429 and all of 5xx but 501 and 505 are worth another attempt; the server's own word on it wins.
    private var retryAdvice: CompanionError.RetryAdvice {
        let usual =
            switch status ?? 500 {
            case 408, 425, 429: true
            case 501, 505: false
            case let status: status >= 500
            }
        guard shouldRetry ?? usual else { return .never }
        return wait.map { .after($0) } ?? .backOff
    }
}
