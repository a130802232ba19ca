import CompanionCore
import CompanionInMemory
import CompanionTesting
import Synchronization
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Mails that background work sends.
struct AccountMailTests {
    private let post = Post()
    private let fixture: AccountFixture
    private var accounts: AccountService { fixture.accounts }

    init() throws { fixture = try AccountFixture(mailer: post) }

    /// Everything that the store keeps of jobs, as text.
    private func jobs() async throws -> String { "\(try await fixture.companion.jobs.jobs())" }

    @Test("The mail comes after the transaction that it is about, and its token lets its owner in")
    func verification() async throws {
        try await accounts.signUpByMail(email: AccountFixture.address, password: AccountFixture.password, name: "Ada")
        #expect(post.mails.isEmpty)
        #expect(try await fixture.companion.jobs.workDue() == 1)
        let mail = try #require(post.mails.first)
        #expect(mail.kind == .verification && mail.address == AccountFixture.address)
        #expect(mail.lifetime == .seconds(86_400))
        _ = try await accounts.verifyEmail(try #require(mail.token))
        #expect(try await fixture.signIn().user.name == "Ada")
        #expect(try await fixture.companion.jobs.workDue() == 0)
    }

    @Test("Neither address nor token is at rest, and neither is in what is said of a mail")
    func secrecy() async throws {
        post.fail(with: CompanionError(.unavailable, "Away."))
        try await accounts.signUpByMail(email: AccountFixture.address, password: AccountFixture.password, name: "Ada")
        _ = try await fixture.companion.jobs.workDue()
        let kept = try await jobs()
        let mail = try #require(post.tried.first)
        #expect(kept.contains("account.mail") && !kept.contains("ada@"))
        #expect(!kept.contains(try #require(mail.token)))
        #expect(!"\(mail) \(String(reflecting: mail))".contains("ada@"))
        #expect(!"\(mail) \(String(reflecting: mail))".contains(try #require(mail.token)))
    }

    @Test("A mail that fails is tried again with another token, and the one before is good no more")
    func again() async throws {
        post.fail(with: CompanionError(.unavailable, "Away.", retry: .after(.seconds(60))))
        try await accounts.signUpByMail(email: AccountFixture.address, password: AccountFixture.password, name: "Ada")
        _ = try await fixture.companion.jobs.workDue()
        #expect(try await fixture.companion.jobs.workDue() == 0, "not at once")
        fixture.clock.advance(by: .seconds(61))
        #expect(try await fixture.companion.jobs.workDue() == 1)
        let tokens = post.tried.compactMap(\.token)
        #expect(Set(tokens).count == 2)
        #expect(await code { _ = try await accounts.verifyEmail(tokens[0]) } == .unauthenticated)
        _ = try await accounts.verifyEmail(tokens[1])
    }

    @Test("What can't be delivered is given up at once, and what fails too often after a while")
    func givenUp() async throws {
        post.fail(with: CompanionError(.refused, "No such address."))
        try await accounts.signUpByMail(email: AccountFixture.address, password: AccountFixture.password, name: "Ada")
        _ = try await fixture.companion.jobs.workDue()
        let dead = try #require(try await fixture.companion.jobs.jobs(.dead).first)
        #expect(dead.attempts == 1 && dead.lastError == "refused: No such address.")
        post.fail(with: CompanionError(.unavailable, "Away."))
        try await accounts.sendPasswordReset(email: AccountFixture.address)
        for _ in 0..<20 {
            _ = try await fixture.companion.jobs.workDue()
            fixture.clock.advance(by: .seconds(600))
        }
        #expect(try await fixture.companion.jobs.jobs(.dead).map(\.attempts).sorted() == [1, 8])
    }

    @Test("Who asks again while a mail waits gets one, and a mail that has lost its sense is not sent")
    func once() async throws {
        for _ in 0..<3 {
            try await accounts.signUpByMail(
                email: AccountFixture.address, password: AccountFixture.password, name: "Ada")
        }
        // Each made the account anew: only the last one's owner is there.
        _ = try await fixture.companion.jobs.workDue()
        #expect(post.mails.count == 1)
        _ = try await accounts.verifyEmail(try #require(post.mails.last?.token))
        for _ in 0..<2 { try await accounts.sendPasswordReset(email: AccountFixture.address) }
        _ = try await fixture.companion.jobs.workDue()
        #expect(post.mails.map(\.kind) == [.verification, .passwordReset])
    }

    @Test("Nobody is told by the answer whether an address has an account, and no address is flooded")
    func bounded() async throws {
        _ = try await fixture.ada()
        var answers: [String: [CompanionError.Code?]] = [:]
        for address in [AccountFixture.address, "nobody@example.org"] {
            for _ in 0..<7 {
                answers[address, default: []].append(
                    await code { try await accounts.sendPasswordReset(email: address) })
            }
        }
        // Signing up was one.
        #expect(answers["nobody@example.org"] == [nil, nil, nil, nil, nil, .rateLimited, .rateLimited])
        #expect(answers[AccountFixture.address] == answers["nobody@example.org"])
        fixture.clock.advance(by: .seconds(1_800))
        try await accounts.sendPasswordReset(email: AccountFixture.address)
    }

    @Test("An erased person gets no mail")
    func erased() async throws {
        let ada = try await fixture.ada()
        try await accounts.sendPasswordReset(email: AccountFixture.address)
        _ = try await fixture.companion.privacy.requestErasure(of: ada.id)
        _ = try await fixture.companion.jobs.workDue()
        try await accounts.sendPasswordReset(email: AccountFixture.address)
        _ = try await fixture.companion.jobs.workDue()
        #expect(post.mails.filter { $0.kind == .passwordReset }.count <= 1)
        #expect(try await fixture.companion.jobs.jobs().isEmpty)
    }

    @Test("Who takes everything with them has how they sign in, without what proves it")
    func exported() async throws {
        let ada = try await fixture.ada()
        let signedIn = try await fixture.signIn()
        var bytes: [UInt8] = []
        for try await file in fixture.companion.privacy.export(of: ada.id) where file.path == "sign-in.json" {
            for try await chunk in file.content { bytes += chunk }
        }
        let told = try JSONValue(parsing: bytes)
        #expect(told["email"]?.string == AccountFixture.address && told["hasPassword"] == .bool(true))
        #expect(told["sessions"]?.array?.first?["device"]?.string == "Phone")
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(!text.contains("scrypt") && !text.contains(signedIn.refreshToken) && !text.contains("digest"))
    }

    @Test("Without a mailer there is no mail")
    func missing() async throws {
        let accounts = try AccountFixture().accounts
        #expect(!accounts.sendsMail)
        #expect(await code { try await accounts.sendPasswordReset(email: AccountFixture.address) } == .unsupported)
        #expect(
            await code {
                try await accounts.signUpByMail(
                    email: AccountFixture.address, password: AccountFixture.password, name: "Ada")
            } == .unsupported)
    }
}

/// Keeps what is sent, or fails.
private final class Post: AccountMailer {
    private let state = Mutex<(sent: [AccountMail], tried: [AccountMail], error: CompanionError?)>(([], [], nil))
    var mails: [AccountMail] { state.withLock(\.sent) }
    var tried: [AccountMail] { state.withLock(\.tried) }

    func fail(with error: CompanionError) { state.withLock { $0.error = error } }

    func send(_ mail: AccountMail) async throws {
        try state.withLock { state in
            state.tried.append(mail)
            if let error = state.error { throw error }
            state.sent.append(mail)
        }
    }
}
