#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// Makes and reads access tokens: short-lived proofs of who somebody is, that need no look-up.
///
/// Implementation: `JWTAccessTokenIssuer` (CompanionJWT).
public protocol AccessTokenIssuer: Sendable {
    /// A token that says this, signed.
    func issue(_ claims: AccessClaims) async throws -> String

    /// What a token says.
    ///
    /// Throws `unauthenticated` unless this issuer, or one with one of its keys, made it, and it is valid at `now`.
    func verify(_ token: String, now: Date) async throws -> AccessClaims
}

/// What an access token says. Times are in whole seconds in a token.
public struct AccessClaims: Sendable, Hashable {
    public var user: User.ID
    public var session: Session.ID
    public var role: UserRole
    public var issuedAt: Date
    public var expiresAt: Date

    public init(user: User.ID, session: Session.ID, role: UserRole, issuedAt: Date, expiresAt: Date) {
        self.user = user
        self.session = session
        self.role = role
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
    }

    /// Throws `forbidden` where the token's role is a lower one.
    public func require(_ role: UserRole) throws(CompanionError) { try self.role.require(role) }
}
