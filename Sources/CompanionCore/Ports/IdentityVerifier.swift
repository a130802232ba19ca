/// Asks a provider who somebody is, by OpenID Connect's authorization code flow.
///
/// Implementation: `OpenIDConnectVerifier` (CompanionJWT).
public protocol IdentityVerifier: Sendable {
    var provider: IdentityProvider { get }

    /// Where to send the person's browser.
    func authorizationURL(for request: IdentityRequest) async throws -> String

    /// Exchanges the code that came back for who the person is.
    ///
    /// Checks all that the provider signed: signature, issuer, audience, times, and the request's nonce. Throws
    /// `unauthenticated` where something is not as it must be, `unavailable` where the provider can't be asked.
    ///
    /// - Parameter user: What Apple's form has in its field `user`, the first time only; not signed, so it is good for a
    ///   name and nothing else.
    func identity(for code: String, request: IdentityRequest, user: String?) async throws -> ExternalIdentity
}

/// What belongs to one sign-in at a provider.
public struct IdentityRequest: Sendable, Hashable, Codable {
    /// Comes back with the code: ties the answer to the browser.
    public var state: String
    /// Comes back in the signed token: ties it to the request.
    public var nonce: String
    /// Proves that who exchanges the code began the sign-in (PKCE, RFC 7636).
    public var codeVerifier: String
    /// Where the provider sends the browser; registered with it.
    public var redirectURI: String

    public init(state: String, nonce: String, codeVerifier: String, redirectURI: String) {
        self.state = state
        self.nonce = nonce
        self.codeVerifier = codeVerifier
        self.redirectURI = redirectURI
    }

    /// What is told beforehand of the code verifier, by the method S256.
    public var codeChallenge: String { Secret.digest(codeVerifier) }
}
