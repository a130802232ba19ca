public import CompanionCore
internal import JWTKit
internal import Synchronization
internal import _CompanionHTTP

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Sign-in at a provider of OpenID Connect: the authorization code flow with PKCE.
///
/// What the provider publishes about itself and its keys is kept for a while, and asked for again when a token names a key
/// that is not among them; copies share it.
public struct OpenIDConnectVerifier: IdentityVerifier {
    private let configuration: Configuration
    private let clock: any WallClock
    private let random: any RandomSource
    private let transport = HTTPTransport()
    private let known = Known()

    private final class Known: Sendable {
        let discovery = Mutex<(document: Discovery, at: Date)?>(nil)
        let keys = Mutex<(keys: ProviderKeys, at: Date)?>(nil)
    }

    private static let peer = "The identity provider"
    private static let maximumAnswer = 1 << 20

    public init(
        configuration: Configuration, clock: any WallClock = SystemClock(),
        random: any RandomSource = SystemRandomSource()
    ) {
        self.configuration = configuration
        self.clock = clock
        self.random = random
    }

    public var provider: IdentityProvider { configuration.provider }

    public func authorizationURL(for request: IdentityRequest) async throws -> String {
        let discovery = try await discovery()
        var fields = [
            ("response_type", "code"), ("client_id", configuration.clientID), ("redirect_uri", request.redirectURI),
            ("scope", (["openid"] + configuration.scopes).joined(separator: " ")), ("state", request.state),
            ("nonce", request.nonce), ("code_challenge", request.codeChallenge), ("code_challenge_method", "S256"),
        ]
        if configuration.answersByForm { fields.append(("response_mode", "form_post")) }
        let separator = discovery.authorization.contains("?") ? "&" : "?"
        return discovery.authorization + separator + FormText.encode(fields)
    }

    public func identity(for code: String, request: IdentityRequest, user: String?) async throws -> ExternalIdentity {
        let discovery = try await discovery()
        let secret = try await clientSecret()
        let body = FormText.encode([
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", request.redirectURI),
            ("client_id", configuration.clientID), ("client_secret", secret),
            ("code_verifier", request.codeVerifier),
        ])
        var headers = HTTPHeaderFields()
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        // A code is good once: nothing is sent again.
        let answer = try await json(
            HTTPRequest(.post, discovery.token, headers: headers, body: Array(body.utf8)), attempts: 1)
        guard let token = answer["id_token"]?.string else {
            throw CompanionError(.malformedResponse, "\(Self.peer) gave no ID token.", retry: .never)
        }
        let claims = try await claims(of: token, keysAt: discovery.keys)
        return try claims.identity(
            issuer: discovery.issuer, configuration: configuration, nonce: request.nonce, now: clock.now,
            name: FormName.name(in: user))
    }

    // MARK: What the provider says of itself

    private func discovery() async throws -> Discovery {
        let now = clock.now
        if let (document, at) = known.discovery.withLock({ $0 }), now < at.addingTimeInterval(lifetime) {
            return document
        }
        let address = try HTTPAddress(configuration.issuer)
        let json = try await json(HTTPRequest(.get, address.url("/.well-known/openid-configuration")), attempts: 3)
        let document = try Discovery(json, issuer: configuration.issuer)
        known.discovery.withLock { $0 = (document, now) }
        return document
    }

    /// The claims of a token whose signature is the provider's.
    private func claims(of token: String, keysAt url: String) async throws -> IdentityClaims {
        guard token.utf8.count <= 32_768, let header = TokenHeader(of: token),
            ProviderKeys.algorithms.contains(header.alg)
        else { throw IdentityClaims.refused("its algorithm is not one that is taken") }
        let now = clock.now
        let kept = known.keys.withLock { $0 }
        if let (keys, at) = kept, now < at.addingTimeInterval(lifetime) {
            if let key = keys.key(for: header) { return try await key.verify(token) }
            guard now >= at.addingTimeInterval(configuration.keyRefreshInterval.inSeconds) else {
                throw IdentityClaims.refused("its key is unknown")
            }
        }
        let keys = ProviderKeys(try await json(HTTPRequest(.get, url), attempts: 3))
        known.keys.withLock { $0 = (keys, now) }
        guard let key = keys.key(for: header) else { throw IdentityClaims.refused("its key is unknown") }
        return try await key.verify(token)
    }

    private var lifetime: Double { configuration.cacheLifetime.inSeconds }

    // MARK: Asking

    private func clientSecret() async throws -> String {
        switch configuration.clientSecret {
        case .fixed(let secret): return secret
        case .signed(let team, let key):
            let now = Int(clock.now.timeIntervalSince1970)
            var header = JWTHeader()
            header.alg = key.algorithm
            header.kid = key.identifier
            let payload = ClientSecretPayload(
                iss: team, iat: now, exp: now + 300, aud: configuration.issuer, sub: configuration.clientID)
            do {
                return try await key.collection().sign(payload, header: header)
            } catch {
                throw CompanionError(.invalidInput, "The client secret can't be signed.", underlying: error)
            }
        }
    }

    private func json(_ request: HTTPRequest, attempts: Int) async throws -> JSONValue {
        var request = request
        request.headers["Accept"] = "application/json"
        let deadlines = HTTPDeadlines(first: .seconds(10), between: .seconds(10), total: .seconds(20))
        return try await transport.withCall(to: Self.peer, deadlines: deadlines, clock: clock) { call in
            let bytes = try await call.answer(
                to: request, limit: Self.maximumAnswer, retries: RetryPolicy(maximumAttempts: attempts), random: random
            ) { failure in
                // RFC 6749, section 5.2: a code or secret that is not taken is a 400 or 401.
                guard (failure.status ?? 0) < 500, let code = try? JSONValue(parsing: failure.body)["error"]?.string
                else {
                    return failure.error(from: Self.peer)
                }
                let failure = failure.with(code: code, text: "")
                return CompanionError(
                    code == "invalid_grant" ? .unauthenticated : .forbidden,
                    "\(Self.peer) refused (\(failure)).", underlying: failure)
            }
            guard let json = try? JSONValue(parsing: bytes) else {
                throw CompanionError(.malformedResponse, "\(Self.peer) did not answer with JSON.")
            }
            return json
        }
    }
}

private struct ClientSecretPayload: JWTPayload {
    var iss: String
    var iat: Int
    var exp: Int
    var aud: String
    var sub: String
    func verify(using _: some JWTAlgorithm) throws {}
}

extension Duration {
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
