import CompanionCore
import CompanionJWT
import CompanionTesting
import Crypto
import Synchronization
import TestSupport
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite struct OpenIDTests {
    private let provider: ScriptedProvider = ScriptedProvider()
    private let clock: ManualClock = ManualClock()
    private static let redirect = "https://host.example/callback"

    private func verifier(
        at server: ScriptedHTTPServer, provider identity: IdentityProvider = .google,
        secret: OpenIDConnectVerifier.ClientSecret = .fixed("client secret")
    ) -> OpenIDConnectVerifier {
        OpenIDConnectVerifier(
            configuration: .init(
                provider: identity, issuer: server.url, clientID: ScriptedProvider.clientID, clientSecret: secret),
            clock: clock)
    }

    /// Goes through a sign-in as a browser does, with the answer that `change` makes of the right one.
    private func signIn(
        _ fixture: AccountFixture, linkingTo user: User.ID? = nil, code: String = UUID().uuidString,
        _ change: (inout IdentityCallback, inout String) -> Void = { _, _ in }
    ) async throws -> SignedIn {
        let pending = try await fixture.accounts.beginIdentity(
            .google, redirectURI: Self.redirect, linkingTo: user)
        provider.state.withLock { state in
            state.nonce = pending.query["nonce"] ?? ""
            state.now = Int(clock.now.timeIntervalSince1970)
        }
        var callback = IdentityCallback(state: pending.query["state"] ?? "", code: code)
        var kept = pending.state
        change(&callback, &kept)
        return try await fixture.accounts.completeIdentity(callback, state: kept)
    }

    private func withProvider(
        configure: (inout AccountConfiguration) -> Void = { _ in }, _ body: (AccountFixture) async throws -> Void
    ) async throws {
        try await ScriptedHTTPServer.run {
            try await provider.handle($0)
        } _: { server async throws in
            try await body(try AccountFixture(verifiers: [verifier(at: server)], clock: clock, configure: configure))
        }
    }

    @Test("Who comes back from a provider has an account, and the same one the next time; the code is bound by PKCE")
    func signsIn() async throws {
        try await withProvider { fixture in
            let first = try await signIn(fixture)
            #expect(first.user.name == "Ada")
            let second = try await signIn(fixture)
            #expect(second.user.id == first.user.id && second.session != first.session)
            let form = try #require(provider.state.withLock { $0.forms.first })
            #expect(form["grant_type"] == "authorization_code" && form["client_secret"] == "client secret")
            let verifier = try #require(form["code_verifier"])
            let pending = try await fixture.accounts.beginIdentity(.google, redirectURI: Self.redirect)
            #expect(pending.query["code_challenge_method"] == "S256" && pending.query["code_challenge"] != verifier)
            #expect((43...128).contains(verifier.utf8.count))
        }
    }

    /// A token that somebody might try, and why.
    struct Attack: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var change: @Sendable (inout ScriptedProvider.State) -> Void
    }

    private static let attacks: [Attack] = [
        Attack(testDescription: "alg none, without a signature") { state in
            state.forge = { _, claims in JWT.part(["alg": "none"]) + "." + JWT.part(claims) + "." }
        },
        Attack(testDescription: "HS256 with the public key as its secret") { state in
            let (key, id) = (state.key.publicKey, state.keyID)
            state.forge = { _, claims in
                JWT.signShared(["alg": "HS256", "kid": .string(id)], claims, secret: Data(key.pemRepresentation.utf8))
            }
        },
        Attack(testDescription: "RS256 named over an ES256 key") { state in
            state.change = { header, _ in header["alg"] = "RS256" }
        },
        Attack(testDescription: "another key under the same name") { state in
            let (other, id) = (P256.Signing.PrivateKey(), state.keyID)
            state.forge = { _, claims in JWT.sign(["alg": "ES256", "kid": .string(id)], claims, by: other) }
        },
        Attack(testDescription: "a key that the token brings along") { state in
            let other = P256.Signing.PrivateKey()
            state.forge = { _, claims in
                JWT.sign(["alg": "ES256", "jwk": ["kty": "EC"], "kid": "mine"], claims, by: other)
            }
        },
        Attack(testDescription: "claims changed after signing") { state in
            state.forge = { signed, claims in
                var claims = claims
                claims["sub"] = "somebody else"
                let parts = signed.split(separator: ".")
                return "\(parts[0]).\(JWT.part(claims)).\(parts[2])"
            }
        },
        Attack(testDescription: "an extension that must be understood") { state in
            state.change = { header, _ in header["crit"] = ["exp"] }
        },
        Attack(testDescription: "expired") { state in
            state.change = { _, claims in claims["exp"] = .number(JSONNumber(1)) }
        },
        Attack(testDescription: "not valid yet") { state in
            state.change = { _, claims in claims["nbf"] = .number(JSONNumber(9_999_999_999)) }
        },
        Attack(testDescription: "another audience") { state in
            state.change = { _, claims in claims["aud"] = "somebody-else" }
        },
        Attack(testDescription: "several audiences, asked for by another") { state in
            state.change = { _, claims in
                claims["aud"] = [.string(ScriptedProvider.clientID), "somebody-else"]
                claims["azp"] = "somebody-else"
            }
        },
        Attack(testDescription: "another issuer") { state in
            state.change = { _, claims in claims["iss"] = "https://evil.example" }
        },
        Attack(testDescription: "another request's nonce") { state in
            state.change = { _, claims in claims["nonce"] = "replayed" }
        },
        Attack(testDescription: "no nonce") { state in state.change = { _, claims in claims["nonce"] = nil } },
    ]

    @Test("No token but the provider's own, for us, now, and for this request lets anybody in", arguments: attacks)
    func isRefused(_ attack: Attack) async throws {
        try await withProvider { fixture in
            provider.state.withLock { attack.change(&$0) }
            #expect(await code { _ = try await signIn(fixture) } == .unauthenticated)
        }
    }

    @Test("An audience in a list, and a verification that is a string, are read")
    func shapes() async throws {
        try await withProvider { fixture in
            provider.state.withLock { state in
                state.change = { _, claims in
                    claims["aud"] = [.string(ScriptedProvider.clientID)]
                    claims["email_verified"] = "true"
                }
            }
            let ada = try await fixture.ada()
            #expect(try await signIn(fixture).user.id == ada.id, "a verified address joins them")
        }
    }

    @Test("An answer with another state, without a cookie, or a second time is refused; so is a code that was used")
    func replays() async throws {
        try await withProvider { fixture in
            #expect(
                await code { _ = try await signIn(fixture) { callback, _ in callback.state = "x" } } == .unauthenticated
            )
            #expect(await code { _ = try await signIn(fixture) { _, kept in kept = "" } } == .unauthenticated)
            #expect(await code { _ = try await signIn(fixture) { callback, _ in callback.code = nil } } == .forbidden)
            _ = try await signIn(fixture, code: "once")
            #expect(await code { _ = try await signIn(fixture, code: "once") } == .unauthenticated)
            var answer: (IdentityCallback, String)?
            _ = try await signIn(fixture) { answer = ($0, $1) }
            let (callback, kept) = try #require(answer)
            #expect(
                await code { _ = try await fixture.accounts.completeIdentity(callback, state: kept) }
                    == .unauthenticated)
        }
    }

    @Test("An address that nobody has verified takes no account over, from neither side")
    func takeover() async throws {
        try await withProvider { fixture in
            let ada = try await fixture.ada()
            provider.state.withLock { state in
                state.change = { _, claims in claims["email_verified"] = false }
            }
            #expect(try await signIn(fixture).user.id != ada.id, "the provider does not know that it is theirs")
        }
        try await withProvider { fixture in
            // Somebody claims Ada's address first, and waits for her.
            guard
                case .verify = try await fixture.accounts.signUp(
                    email: AccountFixture.address, password: "attacker's own", name: "Eve")
            else {
                Issue.record("no token")
                return
            }
            provider.state.withLock { $0.change = { _, claims in claims["sub"] = "ada's subject" } }
            let ada = try await signIn(fixture)
            #expect(ada.user.name == "Ada")
            #expect(
                await code {
                    _ = try await fixture.accounts.signIn(email: AccountFixture.address, password: "attacker's own")
                } == .unauthenticated)
        }
    }

    @Test("Where no address is ever verified, no identity joins the account of its address, and nobody's goes")
    func unverifiedAddresses() async throws {
        try await withProvider {
            $0.requiresVerifiedAddress = false
        } _: { fixture in
            guard
                case .verify = try await fixture.accounts.signUp(
                    email: AccountFixture.address, password: AccountFixture.password, name: "First")
            else {
                Issue.record("no account")
                return
            }
            let first = try await fixture.signIn()
            let ada = try await signIn(fixture)
            #expect(ada.user.id != first.user.id && ada.user.name == "Ada")
            #expect(try await fixture.signIn().user.id == first.user.id)
            #expect(try await fixture.accounts.email(of: ada.user.id) == nil)
            #expect(try await signIn(fixture).user.id == ada.user.id)
            #expect(
                try await fixture.accounts.signUp(email: AccountFixture.address, password: "another one", name: "Eve")
                    == .alreadyRegistered)
        }
    }

    @Test("Who was there before addresses were verified is not driven out when they are")
    func laterVerified() async throws {
        try await withProvider { fixture in
            _ = try await fixture.accounts.signUp(
                email: AccountFixture.address, password: AccountFixture.password, name: "First")
            // As it was done in earlier days, without the address being asked for.
            let first = try #require(try await fixture.accounts.users().first)
            _ = try await fixture.companion.characters.add(CharacterCard(name: "Luna"), by: first.id)
            #expect(
                try await fixture.accounts.signUp(email: AccountFixture.address, password: "another one", name: "Eve")
                    == .alreadyRegistered)
            #expect(try await signIn(fixture).user.id != first.id)
            #expect(
                await code { _ = try await fixture.signIn() } == .forbidden, "the password is still the first one's")
        }
    }

    @Test("An identity is linked to who asks for it, is nobody else's then, and the last way in is not unlinked")
    func linking() async throws {
        try await withProvider { fixture in
            let ada = try await fixture.ada()
            provider.state.withLock { $0.change = { _, claims in claims["email"] = "other@example.org" } }
            #expect(try await signIn(fixture, linkingTo: ada.id).user.id == ada.id)
            #expect(try await fixture.accounts.identities(of: ada.id).map(\.provider) == [.google])
            let eve = try await fixture.accounts.register(name: "Eve")
            #expect(await code { _ = try await signIn(fixture, linkingTo: eve.id) } == .conflict)
            try await fixture.accounts.unlink(.google, of: ada.id)
            let bob = try await signIn(fixture)
            #expect(bob.user.id != ada.id)
            #expect(await code { try await fixture.accounts.unlink(.google, of: bob.user.id) } == .conflict)
        }
    }

    @Test("A key that nobody knows is asked for once in a while, and a changed one is found")
    func rotation() async throws {
        try await withProvider { fixture in
            _ = try await signIn(fixture)
            let before = provider.state.withLock { state in
                state.key = P256.Signing.PrivateKey()
                state.keyID = "key-2"
                return state.keyRequests
            }
            // Those who make keys up can't make us ask at every try.
            for _ in 0..<5 { #expect(await code { _ = try await signIn(fixture) } == .unauthenticated) }
            #expect(provider.state.withLock { $0.keyRequests } == before)
            clock.advance(by: .seconds(31))
            _ = try await signIn(fixture)
            #expect(provider.state.withLock { $0.keyRequests } == before + 1)
        }
    }

    @Test("Apple's way: a secret that is signed anew, and a name that comes beside the token, once")
    func apple() async throws {
        let key = P256.Signing.PrivateKey()
        try await ScriptedHTTPServer.run {
            try await provider.handle($0)
        } _: { server async throws in
            let verifier = verifier(
                at: server, provider: .apple,
                secret: .signed(team: "TEAM", key: try .es256("KEY", pem: key.pemRepresentation)))
            let fixture = try AccountFixture(verifiers: [verifier], clock: clock)
            let pending = try await fixture.accounts.beginIdentity(.apple, redirectURI: Self.redirect)
            provider.state.withLock { state in
                state.nonce = pending.query["nonce"] ?? ""
                state.now = Int(clock.now.timeIntervalSince1970)
                state.change = { _, claims in
                    claims["name"] = nil
                    claims["email_verified"] = "true"
                }
            }
            let signedIn = try await fixture.accounts.completeIdentity(
                IdentityCallback(
                    state: pending.state, code: "c",
                    user: #"{"name":{"firstName":"Ada","lastName":"Lovelace"},"email":"x@example.org"}"#),
                state: pending.state)
            #expect(signedIn.user.name == "Ada Lovelace")
            let secret = try #require(provider.state.withLock { $0.forms.first?["client_secret"] })
            let parts = secret.split(separator: ".")
            let signature = try #require(
                Data(
                    base64Encoded: parts[2].replacing("-", with: "+").replacing("_", with: "/")
                        + String(repeating: "=", count: (4 - parts[2].count % 4) % 4)))
            #expect(
                key.publicKey.isValidSignature(
                    try P256.Signing.ECDSASignature(rawRepresentation: signature),
                    for: Data("\(parts[0]).\(parts[1])".utf8)))
        }
    }
}

extension PendingIdentity {
    /// The fields of the address; none of them needs decoding here.
    fileprivate var query: [String: String] {
        let fields = url.split(separator: "?").last?.split(separator: "&").map { $0.split(separator: "=") } ?? []
        return Dictionary(fields.map { (String($0[0]), String($0[1])) }) { first, _ in first }
    }
}
