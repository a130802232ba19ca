internal import CompanionCore
internal import Crypto
internal import Synchronization
internal import _CompanionHTTP

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Signs requests for one bucket, sends them, and again where that can help.
final class S3Client: Sendable {
    /// What is asked for below the bucket.
    struct Request: Sendable {
        var method: HTTPRequest.Method
        /// Of the object; nil is the bucket itself.
        var object: String?
        var query: [(name: String, value: String)] = []
        var headers: [(name: String, value: String)] = []
        var body: [UInt8]?
    }

    struct Answer: Sendable {
        var head: HTTPResponseHead
        var body: [UInt8]
    }

    private static let maximumAnswerBytes = 8 << 20
    private static let retries = RetryPolicy(maximumAttempts: 4)

    let configuration: S3BlobStore.Configuration
    let clock: any WallClock
    private let scheme: String
    private let host: String
    private let pathPrefix: String
    private let transport = HTTPTransport()
    private let credentials: S3CredentialsCache
    /// How many seconds the server's clock is ahead.
    private let skew = Mutex(0.0)

    init(_ configuration: S3BlobStore.Configuration, clock: any WallClock) throws {
        try configuration.check()
        self.configuration = configuration
        self.clock = clock
        credentials = S3CredentialsCache(configuration.credentials, clock: clock)
        let bucket = configuration.bucket
        let address = try HTTPAddress(configuration.endpoint ?? "https://s3.\(configuration.region).amazonaws.com")
        guard let separator = address.origin.firstRange(of: "://"), address.query.isEmpty,
            address.userInformation == nil
        else { throw CompanionError(.invalidInput, "The endpoint of S3 has more than scheme, host, port and path.") }
        scheme = String(address.origin[..<separator.upperBound])
        let authority = Self.withoutUsualPort(String(address.origin[separator.upperBound...]), scheme: scheme)
        // A certificate for *.s3.… has no name for a bucket with dots.
        if configuration.usesPathStyle ?? (configuration.endpoint != nil || bucket.contains(".")) {
            host = authority
            pathPrefix = address.path + "/" + bucket
        } else {
            host = bucket + "." + authority
            pathPrefix = address.path
        }
    }

    /// Clients leave out the port that the scheme has anyway, and what is signed must be what is sent.
    private static func withoutUsualPort(_ authority: String, scheme: String) -> String {
        let usual = scheme == "https://" ? ":443" : ":80"
        return authority.hasSuffix(usual) ? String(authority.dropLast(usual.count)) : authority
    }

    // MARK: Sending

    /// The whole answer. Statuses outside of 200 ..< 300 are thrown as ports throw.
    func answer(to request: Request) async throws -> Answer {
        let deadlines = HTTPDeadlines(first: configuration.patience, between: configuration.patience)
        return try await transport.withCall(to: S3Failure.peer, deadlines: deadlines, clock: clock) { call in
            let pause: (Duration) async throws -> Void = { try await call.pause(for: $0) }
            return try await repeating(pause: pause) { credentials in
                let head = try await call.send(self.signed(request, credentials))
                let (body, isWhole) = try await call.collect(Self.maximumAnswerBytes)
                guard isWhole else { throw S3Failure.malformed }
                return Answer(head: head, body: body)
            }
        }
    }

    /// An answer whose body is pulled.
    func download(_ request: Request) async throws -> HTTPDownload {
        let pause: (Duration) async throws -> Void = { try await self.clock.sleep(for: $0) }
        return try await repeating(pause: pause) { credentials in
            try await self.transport.download(
                self.signed(request, credentials), patience: self.configuration.patience, peer: S3Failure.peer,
                clock: self.clock)
        }
    }

    private func repeating<Result>(
        pause: (Duration) async throws -> Void, _ attempt: (S3Credentials) async throws -> Result
    ) async throws -> Result {
        var retries = RetryState(policy: Self.retries, now: clock.now)
        var (hasRenewed, hasSetClock) = (false, false)
        var credentials = try await credentials.credentials()
        while true {
            let failure: CompanionError
            do {
                return try await attempt(credentials)
            } catch let error as HTTPFailure {
                let mapped = S3Failure.error(error)
                let code = (mapped.underlying as? HTTPFailure)?.code
                if code == "ExpiredToken" || code == "InvalidToken" || code == "TokenRefreshRequired", !hasRenewed {
                    hasRenewed = true
                    credentials = try await self.credentials.credentials(insteadOf: credentials)
                    continue
                }
                if code == "RequestTimeTooSkewed", !hasSetClock, let time = try? S3Document(error.body)["ServerTime"],
                    let date = try? Date(time, strategy: .iso8601)
                {
                    hasSetClock = true
                    skew.withLock { $0 = date.timeIntervalSince(clock.now) }
                    continue
                }
                failure = mapped
            } catch let error as CompanionError {
                failure = error
            }
            switch retries.failed(with: failure, now: clock.now, fraction: SystemRandomSource().nextFraction()) {
            case .wait(let duration): try await pause(duration)
            case .giveUp: throw failure
            }
        }
    }

    // MARK: Signing

    private var now: Date { clock.now.addingTimeInterval(skew.withLock { $0 }) }

    func path(_ object: String?) -> String {
        let path = S3Encoding.path(pathPrefix + (object.map { "/" + $0 } ?? ""))
        return path.isEmpty ? "/" : path
    }

    private func signed(_ request: Request, _ credentials: S3Credentials) -> HTTPRequest {
        let signable = S3Signer.Request(
            method: request.method.rawValue, host: host, path: path(request.object), query: request.query,
            headers: request.headers)
        let added = S3Signer(credentials: credentials, region: configuration.region).headers(
            for: signable, payloadHash: S3Encoding.hexadecimal(SHA256.hash(data: request.body ?? [])), at: now)
        let query = S3Encoding.query(request.query)
        return HTTPRequest(
            request.method, scheme + host + signable.path + (query.isEmpty ? "" : "?" + query),
            headers: HTTPHeaderFields((request.headers + added).map { ($0.name, $0.value) }), body: request.body)
    }

    func presigned(_ request: Request, expiringAfter seconds: Int) async throws -> (url: String, expiresAt: Date) {
        let credentials = try await credentials.credentials()
        let date = now
        let signable = S3Signer.Request(
            method: request.method.rawValue, host: host, path: path(request.object), headers: request.headers)
        let query = S3Signer(credentials: credentials, region: configuration.region)
            .presignedQuery(for: signable, expiringAfter: seconds, at: date)
        let end = date.addingTimeInterval(Double(seconds))
        return (scheme + host + signable.path + "?" + query, min(end, credentials.expiresAt ?? end))
    }
}
