public import CompanionCore
internal import JWTKit

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// Access tokens as JWT (RFC 7519, with the type `at+jwt` of RFC 9068), signed by ES256 or EdDSA.
///
/// To change keys: give the new one beside the old one in `verifying`, everywhere; then sign with it; and drop the old one
/// once its last token has expired.
public struct JWTAccessTokenIssuer: AccessTokenIssuer {
    private let issuer: String
    private let audience: String
    private let signing: JWTSigningKey
    private let keys: [String: JWTSigningKey]

    /// - Parameters:
    ///   - signing: Signs; verifies too.
    ///   - verifying: Other keys whose tokens are taken.
    ///   - issuer: Who issues (`iss`): the host's own address.
    ///   - audience: For whom (`aud`): a token for another one is not taken.
    /// - Throws: `invalidInput` where the first key can't sign, or two have one identifier.
    public init(
        signing: JWTSigningKey, verifying: [JWTSigningKey] = [], issuer: String, audience: String
    ) throws(CompanionError) {
        guard signing.canSign else {
            throw CompanionError(.invalidInput, "The key \(signing.identifier) is a public one: it can't sign.")
        }
        let all = [signing] + verifying
        keys = Dictionary(all.map { ($0.identifier, $0) }) { first, _ in first }
        guard keys.count == all.count else {
            throw CompanionError(.invalidInput, "Two signing keys have the same identifier.")
        }
        self.signing = signing
        self.issuer = issuer
        self.audience = audience
    }

    public func issue(_ claims: AccessClaims) async throws -> String {
        let payload = AccessPayload(
            iss: issuer, aud: audience, sub: claims.user.description, sid: claims.session.description,
            role: claims.role.description, iat: Int(claims.issuedAt.timeIntervalSince1970.rounded(.down)),
            exp: Int(claims.expiresAt.timeIntervalSince1970.rounded(.down)))
        var header = JWTHeader()
        header.alg = signing.algorithm
        header.typ = AccessPayload.type
        header.kid = signing.identifier
        do {
            return try await signing.collection().sign(payload, header: header)
        } catch {
            throw CompanionError(.internalInconsistency, "An access token can't be signed.", underlying: error)
        }
    }

    public func verify(_ token: String, now: Date) async throws -> AccessClaims {
        // The key says which algorithm is taken, and never the token.
        guard token.utf8.count <= 4_096, let header = TokenHeader(of: token), let key = keys[header.kid ?? ""],
            header.alg == key.algorithm, header.typ == AccessPayload.type
        else { throw Self.bad(nil) }
        let payload: AccessPayload
        do {
            payload = try await key.collection().verify(token, as: AccessPayload.self)
        } catch {
            throw Self.bad(error)
        }
        guard payload.iss == issuer, payload.aud == audience, let user = User.ID(payload.sub),
            let session = Session.ID(payload.sid), let role = UserRole(payload.role)
        else { throw Self.bad(nil) }
        let claims = AccessClaims(
            user: user, session: session, role: role, issuedAt: Date(timeIntervalSince1970: Double(payload.iat)),
            expiresAt: Date(timeIntervalSince1970: Double(payload.exp)))
        // Another machine of ours may be a few seconds ahead.
        guard now < claims.expiresAt, claims.issuedAt <= now.addingTimeInterval(30) else { throw Self.bad(nil) }
        return claims
    }

    private static func bad(_ error: (any Error)?) -> CompanionError {
        CompanionError(.unauthenticated, "The access token is not valid, or no longer.", underlying: error)
    }
}

private struct AccessPayload: JWTPayload {
    static let type = "at+jwt"
    var iss: String
    var aud: String
    var sub: String
    var sid: String
    var role: String
    var iat: Int
    var exp: Int

    /// What is said is compared by the issuer, on its clock.
    func verify(using _: some JWTAlgorithm) throws {}
}
