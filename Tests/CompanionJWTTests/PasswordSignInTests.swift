import CompanionCore
import CompanionInMemory
import CompanionJWT
import CompanionTesting
import Testing

struct PasswordSignInTests {
    @Test("Who signs up, verifies the address and signs in is who the access token names")
    func signsIn() async throws {
        let fixture = try AccountFixture()
        let ada = try await fixture.ada()
        let signedIn = try await fixture.accounts.signIn(email: " ADA@Example.org ", password: AccountFixture.password)
        #expect(signedIn.user.id == ada.id)
        let claims = try await fixture.accounts.authenticate(signedIn.accessToken)
        #expect(claims.user == ada.id && claims.session == signedIn.session && claims.role == .user)
        #expect(!"\(signedIn)".contains(signedIn.refreshToken) && !"\(signedIn)".contains(signedIn.accessToken))
    }

    @Test("An address that is not verified lets nobody in, and is told only to who knows the password")
    func unverified() async throws {
        let fixture = try AccountFixture()
        _ = try await fixture.accounts.signUp(email: AccountFixture.address, password: "correct horse", name: "Ada")
        #expect(await code { _ = try await fixture.signIn() } == .forbidden)
        #expect(
            await code { _ = try await fixture.accounts.signIn(email: AccountFixture.address, password: "wrong one") }
                == .unauthenticated)
    }

    @Test("Unknown address and wrong password give the same error, after the same work")
    func noHint() async throws {
        let fixture = try AccountFixture()
        _ = try await fixture.ada()
        var errors: [String] = []
        var work: [Int] = []
        for (email, password) in [(AccountFixture.address, "wrong one"), ("eve@example.org", "wrong one"), ("x", "y")] {
            let before = fixture.hasher.count
            do {
                _ = try await fixture.accounts.signIn(email: email, password: password)
            } catch { errors.append("\(error)") }
            work.append(fixture.hasher.count - before)
        }
        #expect(Set(errors).count == 1 && errors.count == 3)
        #expect(work == [1, 1, 1])
    }

    @Test("Signing up at an address that has an account says so to its owner alone, after the same work")
    func alreadyRegistered() async throws {
        let fixture = try AccountFixture()
        _ = try await fixture.ada()
        let before = fixture.hasher.count
        let again = try await fixture.accounts.signUp(
            email: AccountFixture.address, password: "another horse", name: "Eve")
        #expect(again == .alreadyRegistered)
        #expect(fixture.hasher.count - before == 1)
        _ = try await fixture.signIn()
    }

    @Test("After so many tries an address waits, also for the right password, and others do not")
    func throttled() async throws {
        let fixture = try AccountFixture()
        _ = try await fixture.ada()
        _ = try await fixture.signIn()
        fixture.clock.advance(by: .seconds(3_600))
        for _ in 0..<10 {
            #expect(
                await code { _ = try await fixture.accounts.signIn(email: AccountFixture.address, password: "wrong") }
                    == .unauthenticated)
        }
        let before = fixture.hasher.count
        #expect(await code { _ = try await fixture.signIn() } == .rateLimited)
        #expect(fixture.hasher.count == before)
        #expect(
            await code { _ = try await fixture.accounts.signIn(email: "eve@example.org", password: "wrong") }
                == .unauthenticated)
        fixture.clock.advance(by: .seconds(60))
        _ = try await fixture.signIn()
    }

    @Test("After so many tries an origin waits, whatever addresses it tries")
    func throttledByOrigin() async throws {
        let fixture = try AccountFixture { $0.triesPerOrigin = 5 }
        for index in 0..<6 {
            let code = await code {
                _ = try await fixture.accounts.signIn(
                    email: "user\(index)@example.org", password: "wrong", origin: "192.0.2.1")
            }
            #expect(code == (index < 5 ? .unauthenticated : .rateLimited))
        }
    }

    @Test("A verification token is good once, and until it expires")
    func verification() async throws {
        let fixture = try AccountFixture()
        guard
            case .verify(let token) = try await fixture.accounts.signUp(
                email: AccountFixture.address, password: AccountFixture.password, name: "Ada")
        else {
            Issue.record("no token")
            return
        }
        _ = try await fixture.accounts.verifyEmail(token)
        #expect(await code { _ = try await fixture.accounts.verifyEmail(token) } == .unauthenticated)
        guard
            case .verify(let late) = try await fixture.accounts.signUp(
                email: "eve@example.org", password: AccountFixture.password, name: "Eve")
        else {
            Issue.record("no token")
            return
        }
        fixture.clock.advance(by: .seconds(86_400))
        #expect(await code { _ = try await fixture.accounts.verifyEmail(late) } == .unauthenticated)
    }

    @Test("A reset token sets a new password once, ends all sessions, and there is none for an unknown address")
    func reset() async throws {
        let fixture = try AccountFixture()
        _ = try await fixture.ada()
        let session = try await fixture.signIn()
        #expect(try await fixture.accounts.requestPasswordReset(email: "eve@example.org") == nil)
        let first = try #require(try await fixture.accounts.requestPasswordReset(email: AccountFixture.address))
        let token = try #require(try await fixture.accounts.requestPasswordReset(email: AccountFixture.address))
        #expect(await code { try await fixture.accounts.resetPassword(first, to: "new password") } == .unauthenticated)
        #expect(await code { try await fixture.accounts.resetPassword(token, to: "short") } == .invalidInput)
        try await fixture.accounts.resetPassword(token, to: "new password")
        #expect(await code { try await fixture.accounts.resetPassword(token, to: "newer one") } == .unauthenticated)
        #expect(await code { _ = try await fixture.accounts.refresh(session.refreshToken) } == .unauthenticated)
        #expect(await code { _ = try await fixture.signIn() } == .unauthenticated)
        _ = try await fixture.accounts.signIn(email: AccountFixture.address, password: "new password")
    }

    @Test("What is missing is named")
    func missing() async throws {
        let fixture = try AccountFixture()
        let bare = Companion(languageModel: ScriptedLanguageModel { _ in "" }, relationalStore: fixture.store)
        await #expect {
            _ = try await bare.accounts.signUp(email: "a@example.org", password: "12345678", name: "A")
        } throws: { "\($0)".contains("passwordHasher") }
        await #expect { _ = try await bare.accounts.authenticate("x") } throws: {
            "\($0)".contains("accessTokenIssuer")
        }
        await #expect { _ = try await bare.accounts.beginIdentity(.google, redirectURI: "x") } throws: {
            "\($0)".contains("identityVerifiers")
        }
    }
}
