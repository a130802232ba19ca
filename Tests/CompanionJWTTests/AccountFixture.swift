import CompanionCore
import CompanionInMemory
import CompanionJWT
import CompanionTesting
import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A companion whose people sign in, with a clock that is set by hand and cheap hashes that are counted.
struct AccountFixture {
    let store = InMemoryStore()
    let clock: ManualClock
    let hasher = CountingHasher()
    let issuer: JWTAccessTokenIssuer
    let companion: Companion
    var accounts: AccountService { companion.accounts }

    static let address = "ada@example.org"
    static let password = "correct horse"

    init(
        verifiers: [any IdentityVerifier] = [], mailer: (any AccountMailer)? = nil, clock: ManualClock = ManualClock(),
        configure: (inout AccountConfiguration) -> Void = { _ in }
    ) throws {
        self.clock = clock
        var configuration = Companion.Configuration()
        configure(&configuration.accounts)
        issuer = try JWTAccessTokenIssuer(
            signing: .ephemeral(), issuer: "https://host.example", audience: "companion")
        companion = Companion(
            languageModel: ScriptedLanguageModel { _ in "" }, relationalStore: store, passwordHasher: hasher,
            accessTokenIssuer: issuer, identityVerifiers: verifiers, accountMailer: mailer, clock: clock,
            configuration: configuration)
    }

    /// Somebody with a verified address.
    func ada() async throws -> User {
        guard
            case .verify(let token) = try await accounts.signUp(
                email: Self.address, password: Self.password, name: "Ada")
        else { throw CompanionError(.internalInconsistency, "The address was taken.") }
        return try await accounts.verifyEmail(token)
    }

    func signIn() async throws -> SignedIn {
        try await accounts.signIn(email: Self.address, password: Self.password, device: "Phone")
    }
}

final class CountingHasher: PasswordHasher {
    private let base = ScryptPasswordHasher(cost: .init(logarithmOfRounds: 2))
    private let calls = Mutex(0)
    /// How many derivations so far.
    var count: Int { calls.withLock { $0 } }

    func hash(_ password: String) async throws -> String {
        calls.withLock { $0 += 1 }
        return try await base.hash(password)
    }
    func check(_ password: String, against hash: String) async throws -> PasswordCheck {
        calls.withLock { $0 += 1 }
        return try await base.check(password, against: hash)
    }
}

/// The code of the error that `body` throws; nil where it throws none.
func code(_ body: () async throws -> Void) async -> CompanionError.Code? {
    do {
        try await body()
        return nil
    } catch {
        return (error as? CompanionError)?.code
    }
}
