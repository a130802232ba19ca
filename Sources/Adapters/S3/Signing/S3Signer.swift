internal import Crypto

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Signs requests by AWS Signature Version 4. Pure: the time is given.
struct S3Signer: Sendable {
    /// A request as far as it is signed.
    struct Request: Sendable {
        var method: String
        /// With the port, where it is not the scheme's.
        var host: String
        /// Begins with a slash; already encoded (``S3Encoding/path(_:)``).
        var path: String
        /// Not encoded, in any order.
        var query: [(name: String, value: String)] = []
        /// Those that are signed beside `host`; names in any case.
        var headers: [(name: String, value: String)] = []
    }

    static let unsignedPayload = "UNSIGNED-PAYLOAD"

    var credentials: S3Credentials
    var region: String

    /// The headers that a request needs beside its own: `Authorization`, `x-amz-date`, `x-amz-content-sha256` and, for
    /// credentials of a while, `x-amz-security-token`.
    ///
    /// - Parameter payloadHash: Of the body, in hexadecimal digits, or ``unsignedPayload``.
    func headers(for request: Request, payloadHash: String, at date: Date) -> [(name: String, value: String)] {
        let stamp = S3Timestamp(date)
        var added = [("x-amz-content-sha256", payloadHash), ("x-amz-date", stamp.text)]
        if let token = credentials.sessionToken { added.append(("x-amz-security-token", token)) }
        var signed = request
        signed.headers += added.map { (name: $0.0, value: $0.1) }
        let (canonical, names) = Self.canonical(signed, payloadHash: payloadHash)
        let signature = signature(of: canonical, stamp)
        let authorization =
            "AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(scope(stamp)), SignedHeaders=\(names), "
            + "Signature=\(signature)"
        return added.map { (name: $0.0, value: $0.1) } + [("Authorization", authorization)]
    }

    /// The query of a request that needs no other credentials for a while; encoded, without the question mark.
    ///
    /// - Parameter seconds: 1 to 604,800.
    func presignedQuery(for request: Request, expiringAfter seconds: Int, at date: Date) -> String {
        let stamp = S3Timestamp(date)
        var signed = request
        let names = Self.signedNames(request)
        signed.query += [
            ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"), ("X-Amz-Credential", "\(credentials.accessKeyID)/\(scope(stamp))"),
            ("X-Amz-Date", stamp.text), ("X-Amz-Expires", "\(seconds)"), ("X-Amz-SignedHeaders", names),
        ]
        if let token = credentials.sessionToken { signed.query.append(("X-Amz-Security-Token", token)) }
        let (canonical, _) = Self.canonical(signed, payloadHash: Self.unsignedPayload)
        return S3Encoding.query(signed.query) + "&X-Amz-Signature=" + signature(of: canonical, stamp)
    }

    private func scope(_ stamp: S3Timestamp) -> String { "\(stamp.day)/\(region)/s3/aws4_request" }

    private static func signedHeaders(_ request: Request) -> [(name: String, value: String)] {
        (request.headers + [(name: "host", value: request.host)])
            .map { (name: $0.name.lowercased(), value: trimmed($0.value)) }
            .sorted { $0.name < $1.name }
    }

    private static func signedNames(_ request: Request) -> String {
        signedHeaders(request).map(\.name).joined(separator: ";")
    }

    private static func canonical(_ request: Request, payloadHash: String) -> (text: String, names: String) {
        let headers = signedHeaders(request)
        let names = headers.map(\.name).joined(separator: ";")
        let lines =
            [request.method, request.path, S3Encoding.query(request.query)]
            + headers.map { "\($0.name):\($0.value)" } + ["", names, payloadHash]
        return (lines.joined(separator: "\n"), names)
    }

    /// Without spaces around, and with one where there are several.
    private static func trimmed(_ value: String) -> String {
        value.split(whereSeparator: { $0 == " " || $0 == "\t" }).joined(separator: " ")
    }

    private func signature(of canonical: String, _ stamp: S3Timestamp) -> String {
        let text = [
            "AWS4-HMAC-SHA256", stamp.text, scope(stamp),
            S3Encoding.hexadecimal(SHA256.hash(data: Array(canonical.utf8))),
        ].joined(separator: "\n")
        var key = SymmetricKey(data: Array("AWS4\(credentials.secretAccessKey)".utf8))
        for part in [stamp.day, region, "s3", "aws4_request"] {
            key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Array(part.utf8), using: key))
        }
        return S3Encoding.hexadecimal(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key))
    }
}

/// An instant as signatures have it, in UTC: `20260102T030405Z`.
struct S3Timestamp: Sendable {
    let text: String
    var day: String { String(text.prefix(8)) }

    init(_ date: Date) {
        // `2026-01-02T03:04:05Z` without what separates.
        let seconds = Date(timeIntervalSince1970: date.timeIntervalSince1970.rounded(.down))
        text = String(
            seconds.formatted(.iso8601).filter { (character: Character) in character != "-" && character != ":" })
    }
}
