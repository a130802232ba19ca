#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// A key that lets a program act for a person.
public struct ProgramKey: Sendable, Hashable {
    /// Shown once; nobody keeps it. Works where an access token does.
    public var accessToken: String
    /// What ends it: ``AccountService/signOut(_:of:)``. Listed among the person's sessions.
    public var session: Session.ID
    public var expiresAt: Date
}

extension AccountService {
    /// Makes a key for programs that can't sign in, such as clients of OpenAI's protocol.
    ///
    /// It is an access token that lives long, with the role of a user. Other than a short one it is looked up each time, so that
    /// ending its session ends it at once.
    ///
    /// - Parameters:
    ///   - name: What the person will recognise it by: one line of 1 to 128 characters.
    ///   - lifetime: Longer than ``AccountConfiguration/accessTokenLifetime``, at most 366 days.
    /// - Throws: `invalidInput`; `unsupported` without an ``AccessTokenIssuer``.
    public func makeKey(named name: String, for user: User.ID, lifetime: Duration) async throws -> ProgramKey {
        let issuer = try issuer()
        let name = try Checked.line(name, "The name of a key", 1...128)
        guard lifetime > configuration.accessTokenLifetime, lifetime <= .seconds(366 * 86_400) else {
            throw CompanionError(.invalidInput, "A key lives longer than an access token, and at most 366 days.")
        }
        let now = context.clock.stamp
        let session = Session(
            // Its secret is given to nobody, so it can't be exchanged for tokens.
            id: context.identifiers.next(), user: user, device: name, digest: Secret(context.random).digest,
            createdAt: now, expiresAt: now.advanced(by: lifetime))
        try await context.store.transaction { transaction in
            _ = try transaction.users.require(user)
            try transaction.accounts.insert(session)
        }
        let claims = AccessClaims(
            user: user, session: session.id, role: .user, issuedAt: now, expiresAt: session.expiresAt)
        return ProgramKey(
            accessToken: try await issuer.issue(claims), session: session.id, expiresAt: session.expiresAt)
    }

    /// Throws `unauthenticated` where the session of a key was ended.
    func requireSession(of claims: AccessClaims) async throws {
        let session = try await context.store.read { try $0.accounts.session(claims.session) }
        guard session?.user == claims.user else {
            throw CompanionError(.unauthenticated, "The key was withdrawn: make another one.")
        }
    }

    /// Whether people can have passwords: whether there is a ``PasswordHasher``.
    public var acceptsPasswords: Bool { context.passwordHasher != nil }

    /// ``AccountConfiguration/requiresVerifiedAddress``.
    public var requiresVerifiedAddress: Bool { configuration.requiresVerifiedAddress }

    /// ``AccountConfiguration/sessionLifetime``.
    public var sessionLifetime: Duration { configuration.sessionLifetime }

    /// The e-mail address that a person signs in with; nil where there is none.
    public func email(of user: User.ID) async throws -> String? {
        try await context.store.read { try $0.accounts.credential(of: user)?.email }
    }
}
