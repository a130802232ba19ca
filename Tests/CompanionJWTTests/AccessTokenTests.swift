import CompanionCore
import CompanionJWT
import Crypto
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite struct AccessTokenTests {
    private let key = P256.Signing.PrivateKey()
    private let now = Date(timeIntervalSince1970: 1_800_000_000)
    private let identifiers = IdentifierGenerator()

    private func issuer(_ name: String = "k1", verifying: [JWTSigningKey] = []) throws -> JWTAccessTokenIssuer {
        try JWTAccessTokenIssuer(
            signing: .es256(name, pem: key.pemRepresentation), verifying: verifying, issuer: "https://host.example",
            audience: "companion")
    }

    private func claims(for duration: Double = 600) -> AccessClaims {
        AccessClaims(
            user: identifiers.next(), session: identifiers.next(), role: .moderator, issuedAt: now,
            expiresAt: now.addingTimeInterval(duration))
    }

    private func right() -> [String: JSONValue] {
        let claims = claims()
        return [
            "iss": "https://host.example", "aud": "companion", "sub": .string("\(claims.user)"),
            "sid": .string("\(claims.session)"), "role": "user", "iat": .number(JSONNumber(1_800_000_000)),
            "exp": .number(JSONNumber(1_800_000_600)),
        ]
    }

    private static let header: [String: JSONValue] = ["alg": "ES256", "typ": "at+jwt", "kid": "k1"]

    @Test("What was issued is read back, until it expires")
    func reads() async throws {
        let (issuer, claims) = (try issuer(), claims())
        let token = try await issuer.issue(claims)
        #expect(try await issuer.verify(token, now: now) == claims)
        #expect(await code { _ = try await issuer.verify(token, now: now.addingTimeInterval(600)) } == .unauthenticated)
    }

    @Test("After the keys have changed, tokens of the old one are taken for as long as it is known")
    func rotation() async throws {
        let old = try issuer("old")
        let token = try await old.issue(claims())
        let publicKey = try JWTSigningKey.es256Public("old", pem: key.publicKey.pemRepresentation)
        let new = try JWTAccessTokenIssuer(
            signing: .ephemeral("new"), verifying: [publicKey], issuer: "https://host.example", audience: "companion")
        _ = try await new.verify(token, now: now)
        let newer = try JWTAccessTokenIssuer(
            signing: .ephemeral("new"), issuer: "https://host.example", audience: "companion")
        #expect(await code { _ = try await newer.verify(token, now: now) } == .unauthenticated)
    }

    @Test("No other token is taken")
    func attacks() async throws {
        let issuer = try issuer()
        let right = right()
        _ = try await issuer.verify(JWT.sign(Self.header, right, by: key), now: now)
        func changed(_ name: String, _ value: JSONValue?) -> [String: JSONValue] {
            var claims = right
            claims[name] = value
            return claims
        }
        func header(_ name: String, _ value: JSONValue?) -> [String: JSONValue] {
            var header = Self.header
            header[name] = value
            return header
        }
        let good = JWT.sign(Self.header, right, by: key)
        let attacks: [String: String] = [
            "alg none": JWT.part(header("alg", "none")) + "." + JWT.part(right) + ".",
            "key confusion": JWT.signShared(
                header("alg", "HS256"), right, secret: Data(key.publicKey.pemRepresentation.utf8)),
            "another key": JWT.sign(Self.header, right, by: P256.Signing.PrivateKey()),
            "another algorithm": JWT.sign(header("alg", "EdDSA"), right, by: key),
            "an unknown key": JWT.sign(header("kid", "k2"), right, by: key),
            "no key named": JWT.sign(header("kid", nil), right, by: key),
            "an ID token": JWT.sign(header("typ", "JWT"), right, by: key),
            "another audience": JWT.sign(Self.header, changed("aud", "others"), by: key),
            "another issuer": JWT.sign(Self.header, changed("iss", "https://evil.example"), by: key),
            "expired": JWT.sign(Self.header, changed("exp", .number(JSONNumber(1_800_000_000))), by: key),
            "not yet": JWT.sign(Self.header, changed("iat", .number(JSONNumber(1_800_000_100))), by: key),
            "no such role": JWT.sign(Self.header, changed("role", "owner"), by: key),
            "no user": JWT.sign(Self.header, changed("sub", "ada"), by: key),
            "cut": String(good.dropLast(2)), "empty": "", "no token": "a.b",
            "long": good + String(repeating: "A", count: 5_000),
        ]
        for (name, token) in attacks {
            #expect(await code { _ = try await issuer.verify(token, now: now) } == .unauthenticated, "\(name)")
        }
    }
}
