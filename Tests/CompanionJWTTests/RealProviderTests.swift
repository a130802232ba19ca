import CompanionCore
import CompanionJWT
import CompanionTesting
import Foundation
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Sign-in at providers that are not ours to script: Canaille (`Scripts/peers/canaille.py`), and one with Apple's peculiarities
/// (`Scripts/peers/apple-like.py`).
@Suite(.serialized) struct RealProviderTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let canailleURL = environment["COMPANION_CANAILLE_URL"]
    private static let appleLikeURL = environment["COMPANION_APPLE_LIKE_URL"]
    private static let redirect = "https://host.example/callback"

    private let clock = ManualClock(now: Date())

    /// What an address answers.
    private func text(at address: String, post: Bool = false) async throws -> String {
        var request = URLRequest(url: try #require(URL(string: address)))
        if post { request.httpMethod = "POST" }
        let (data, _) = try await URLSession.shared.data(for: request)
        return String(decoding: data, as: UTF8.self)
    }

    private func query(of address: String) -> [String: String] {
        let items = URLComponents(string: address)?.queryItems ?? []
        return Dictionary(items.map { ($0.name, $0.value ?? "") }) { first, _ in first }
    }

    // MARK: Canaille

    private func canaille(_ client: String = "client-rs256") throws -> AccountFixture {
        let verifier = OpenIDConnectVerifier(
            configuration: .init(
                provider: .google, issuer: try #require(Self.canailleURL), clientID: client,
                clientSecret: .fixed("secret of \(client)"), scopes: ["email", "profile"]),
            clock: clock)
        return try AccountFixture(verifiers: [verifier], clock: clock)
    }

    /// Lets the browser sign in where it is sent; what it brings back.
    private func browse(_ pending: PendingIdentity) async throws -> IdentityCallback {
        let browser = try #require(Self.environment["COMPANION_CANAILLE_BROWSER"])
        var asked = try #require(URLComponents(string: browser))
        asked.queryItems = [URLQueryItem(name: "to", value: pending.url)]
        // A plus is a space to who reads it as a form.
        asked.percentEncodedQuery = asked.percentEncodedQuery?.replacing("+", with: "%2B")
        let back = try await text(at: try #require(asked.string))
        let query = query(of: back)
        return IdentityCallback(state: try #require(query["state"], "\(back)"), code: query["code"])
    }

    /// Signs in, again where the provider fails: it makes the same access token twice in one second, and keeps none twice.
    private func signIn(
        _ fixture: AccountFixture, linkingTo user: User.ID? = nil
    ) async throws -> (signedIn: SignedIn, callback: IdentityCallback, pending: PendingIdentity) {
        for _ in 0..<200 {
            let pending = try await begin(fixture, linkingTo: user)
            let callback = try await browse(pending)
            do {
                let signedIn = try await fixture.accounts.completeIdentity(callback, state: pending.state)
                return (signedIn, callback, pending)
            } catch let error as CompanionError where error.code == .unavailable {}
        }
        throw CompanionError(.unavailable, "The provider fails each time.")
    }

    private func begin(_ fixture: AccountFixture, linkingTo user: User.ID? = nil) async throws -> PendingIdentity {
        try await fixture.accounts.beginIdentity(.google, redirectURI: Self.redirect, linkingTo: user)
    }

    @Test(
        "Signs in at Canaille, with RS256 and ES256, the same person each time; a code is good once",
        .enabled(if: canailleURL != nil), arguments: ["client-rs256", "client-es256"])
    func signsIn(_ client: String) async throws {
        let fixture = try canaille(client)
        var users: [User] = []
        for _ in 0..<2 {
            let (signedIn, callback, pending) = try await signIn(fixture)
            users.append(signedIn.user)
            // The provider refuses the code, whoever shows it with whatever verifier; we refuse the state.
            let next = try await begin(fixture)
            #expect(
                await code { _ = try await fixture.accounts.completeIdentity(callback, state: pending.state) } != nil)
            let replayed = IdentityCallback(state: query(of: next.url)["state"] ?? "", code: callback.code)
            #expect(
                await code { _ = try await fixture.accounts.completeIdentity(replayed, state: next.state) }
                    == .unauthenticated)
        }
        #expect(users[0].id == users[1].id && users[0].name.contains("Ada"))
    }

    @Test(
        "A code of one sign-in is worth nothing in another: PKCE and the nonce hold", .enabled(if: canailleURL != nil))
    func mixedUp() async throws {
        let fixture = try canaille()
        let (mine, theirs) = (try await begin(fixture), try await begin(fixture))
        let stolen = try await browse(theirs)
        let callback = IdentityCallback(state: query(of: mine.url)["state"] ?? "", code: stolen.code)
        #expect(
            await code { _ = try await fixture.accounts.completeIdentity(callback, state: mine.state) }
                == .unauthenticated)
        // Another browser's cookie.
        let right = try await browse(theirs)
        #expect(
            await code { _ = try await fixture.accounts.completeIdentity(right, state: mine.state) } == .unauthenticated
        )
    }

    @Test("A token for another client, and a client with another secret, are refused", .enabled(if: canailleURL != nil))
    func otherClient() async throws {
        let verifier = OpenIDConnectVerifier(
            configuration: .init(
                provider: .google, issuer: try #require(Self.canailleURL), clientID: "client-rs256",
                clientSecret: .fixed("wrong"), scopes: ["email", "profile"]), clock: clock)
        let fixture = try AccountFixture(verifiers: [verifier], clock: clock)
        let pending = try await begin(fixture)
        let callback = try await browse(pending)
        #expect(
            await code { _ = try await fixture.accounts.completeIdentity(callback, state: pending.state) } == .forbidden
        )
    }

    @Test("A token that is read a month late is refused: it has expired", .enabled(if: canailleURL != nil))
    func late() async throws {
        let fixture = try canaille()
        clock.set(to: Date().addingTimeInterval(30 * 86_400))
        let refusal = await code { _ = try await signIn(fixture) }
        #expect(refusal == .unauthenticated)
    }

    @Test(
        "An identity is linked to who is signed in, unlinked, and takes over no account",
        .enabled(if: canailleURL != nil))
    func linking() async throws {
        let fixture = try canaille()
        let ada = try await fixture.ada()
        #expect(try await signIn(fixture, linkingTo: ada.id).signedIn.user.id == ada.id)
        let other = try await fixture.companion.accounts.register(name: "Eve").id
        let refusal = await code { _ = try await signIn(fixture, linkingTo: other) }
        #expect(refusal == .conflict)
        #expect(try await signIn(fixture).signedIn.user.id == ada.id)
    }

    // MARK: Apple

    private func apple(team: String? = nil) throws -> AccountFixture {
        let environment = Self.environment
        let pem = try #require(Data(base64Encoded: environment["COMPANION_APPLE_LIKE_KEY"] ?? ""))
        let key = try JWTSigningKey.es256(
            environment["COMPANION_APPLE_LIKE_KEY_ID"] ?? "", pem: String(decoding: pem, as: UTF8.self))
        let verifier = OpenIDConnectVerifier(
            configuration: .init(
                provider: .apple, issuer: try #require(Self.appleLikeURL),
                clientID: environment["COMPANION_APPLE_LIKE_CLIENT"] ?? "",
                clientSecret: .signed(team: team ?? environment["COMPANION_APPLE_LIKE_TEAM"] ?? "", key: key),
                scopes: ["name", "email"], answersByForm: true), clock: clock)
        return try AccountFixture(verifiers: [verifier], clock: clock)
    }

    private func signInAtApple(_ fixture: AccountFixture) async throws -> SignedIn {
        let pending = try await fixture.accounts.beginIdentity(.apple, redirectURI: Self.redirect)
        let page = try await text(at: pending.url)
        func field(_ name: String) -> String? {
            guard let start = page.firstRange(of: "name=\"\(name)\" value=\"")?.upperBound else { return nil }
            return page[start...].prefix { $0 != "\"" }.replacing("&quot;", with: "\"")
                .replacing("&amp;", with: "&").description
        }
        let callback = IdentityCallback(
            state: try #require(field("state"), "\(page)"), code: field("code"), user: field("user"))
        return try await fixture.accounts.completeIdentity(callback, state: pending.state)
    }

    @Test(
        "Signs in as at Apple: a form, a signed client secret, a verified address as a string, the name once, new keys",
        .enabled(if: appleLikeURL != nil))
    func signsInAtApple() async throws {
        let fixture = try apple()
        let first = try await signInAtApple(fixture)
        #expect(first.user.name == "Ada Lovelace")
        // The keys were read a moment ago: a new one is asked for when that is allowed again.
        _ = try await text(at: try #require(Self.appleLikeURL) + "/rotate", post: true)
        #expect(await code { _ = try await signInAtApple(fixture) } == .unauthenticated)
        clock.advance(by: .seconds(300))
        let second = try await signInAtApple(fixture)
        #expect(second.user.id == first.user.id && second.user.name == "Ada Lovelace")
        let stranger = try apple(team: "TEAM000002")
        #expect(await code { _ = try await signInAtApple(stranger) } == .forbidden)
    }
}
