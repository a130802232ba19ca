import CompanionCore
import CompanionInMemory
import CompanionJWT
import CompanionTesting
import Testing

struct SessionTests {
    @Test("A refresh token is exchanged for the next one, again and again")
    func rotates() async throws {
        let fixture = try AccountFixture()
        _ = try await fixture.ada()
        var signedIn = try await fixture.signIn()
        for _ in 0..<5 {
            fixture.clock.advance(by: .seconds(86_400 * 29))
            let next = try await fixture.accounts.refresh(signedIn.refreshToken)
            #expect(next.session == signedIn.session && next.refreshToken != signedIn.refreshToken)
            _ = try await fixture.accounts.authenticate(next.accessToken)
            signedIn = next
        }
        fixture.clock.advance(by: .seconds(86_400 * 30))
        #expect(await code { _ = try await fixture.accounts.refresh(signedIn.refreshToken) } == .unauthenticated)
    }

    @Test("A refresh token that is shown again ends the session, for the one who has the next one too")
    func reuse() async throws {
        let fixture = try AccountFixture()
        let ada = try await fixture.ada()
        let stolen = try await fixture.signIn()
        let other = try await fixture.signIn()
        let next = try await fixture.accounts.refresh(stolen.refreshToken)
        fixture.clock.advance(by: .seconds(20))
        #expect(await code { _ = try await fixture.accounts.refresh(stolen.refreshToken) } == .unauthenticated)
        #expect(await code { _ = try await fixture.accounts.refresh(next.refreshToken) } == .unauthenticated)
        #expect(try await fixture.accounts.sessions(of: ada.id).map(\.id) == [other.session])
    }

    @Test("Within the grace the last token gives another next one, and the one that got lost ends the session")
    func grace() async throws {
        let fixture = try AccountFixture()
        _ = try await fixture.ada()
        let first = try await fixture.signIn()
        let lost = try await fixture.accounts.refresh(first.refreshToken)
        fixture.clock.advance(by: .seconds(19))
        let second = try await fixture.accounts.refresh(first.refreshToken)
        let third = try await fixture.accounts.refresh(second.refreshToken)
        #expect(await code { _ = try await fixture.accounts.refresh(lost.refreshToken) } == .unauthenticated)
        #expect(await code { _ = try await fixture.accounts.refresh(third.refreshToken) } == .unauthenticated)
    }

    @Test("What signs out is gone, and only that; everywhere spares the one that is kept")
    func signsOut() async throws {
        let fixture = try AccountFixture()
        let ada = try await fixture.ada()
        var sessions: [SignedIn] = []
        for _ in 0..<3 { sessions.append(try await fixture.signIn()) }
        #expect(try await fixture.accounts.signOut(sessions[0].session, of: ada.id))
        #expect(await code { _ = try await fixture.accounts.refresh(sessions[0].refreshToken) } == .unauthenticated)
        #expect(try await fixture.accounts.signOutEverywhere(ada.id, except: sessions[2].session) == 1)
        #expect(await code { _ = try await fixture.accounts.refresh(sessions[1].refreshToken) } == .unauthenticated)
        _ = try await fixture.accounts.refresh(sessions[2].refreshToken)
    }

    @Test("A role is given by an admin, and is in the next access token")
    func roles() async throws {
        let fixture = try AccountFixture()
        let ada = try await fixture.ada()
        let eve = try await fixture.accounts.register(name: "Eve")
        let signedIn = try await fixture.signIn()
        #expect(await code { _ = try await fixture.accounts.setRole(.admin, of: ada.id, by: eve.id) } == .forbidden)
        _ = try await fixture.accounts.setRole(.admin, of: eve.id, by: nil)
        _ = try await fixture.accounts.setRole(.moderator, of: ada.id, by: eve.id)
        let next = try await fixture.accounts.refresh(signedIn.refreshToken)
        let claims = try await fixture.accounts.authenticate(next.accessToken)
        try claims.require(.moderator)
        #expect(await code { try claims.require(.admin) } == .forbidden)
    }

    @Test("What the store keeps holds no token and no password")
    func digests() async throws {
        let fixture = try AccountFixture()
        let ada = try await fixture.ada()
        let signedIn = try await fixture.signIn()
        let (session, credential) = try await fixture.store.read { transaction in
            (try transaction.accounts.session(signedIn.session), try transaction.accounts.credential(of: ada.id))
        }
        let secret = try #require(signedIn.refreshToken.split(separator: ".").last)
        #expect(try #require(session).digest != secret)
        #expect(try #require(credential?.passwordHash).hasPrefix("$scrypt$"))
    }
}
