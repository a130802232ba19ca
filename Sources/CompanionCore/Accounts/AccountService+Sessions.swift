#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension AccountService {
    /// Who a request comes from. Looks nothing up, but for the keys of programs: a session that has ended lets its last access
    /// token live on for at most its lifetime.
    ///
    /// - Throws: `unauthenticated`; `unsupported` without an ``AccessTokenIssuer``.
    public func authenticate(_ accessToken: String) async throws -> AccessClaims {
        let claims = try await issuer().verify(accessToken, now: context.clock.now)
        if claims.expiresAt.timeIntervalSince(claims.issuedAt) > configuration.accessTokenLifetime / .seconds(1) + 1 {
            try await requireSession(of: claims)
        }
        return claims
    }

    /// Exchanges a refresh token for the next one, and an access token.
    ///
    /// Showing one that was exchanged before ends the session, because two have it; only within
    /// ``AccountConfiguration/refreshGrace`` it gives another next one, for who never got the answer.
    ///
    /// - Throws: `unauthenticated`: the person has to sign in again.
    public func refresh(_ refreshToken: String) async throws -> SignedIn {
        let issuer = try issuer()
        guard let shown = RefreshToken(refreshToken) else { throw Self.ended }
        let secret = Secret(context.random)
        let now = context.clock.stamp
        let refreshed: (Session, User)? = try await context.store.transaction { [configuration] transaction in
            guard let session = try transaction.accounts.session(shown.session),
                let user = try transaction.users.user(session.user)
            else { return nil }
            let rotation = session.rotated(
                showing: Secret.digest(shown.secret), next: secret.digest, now: now,
                lifetime: configuration.sessionLifetime, grace: configuration.refreshGrace)
            guard case .next(let next) = rotation, try transaction.accounts.update(next) else {
                // Kept although the call fails, so it returns instead of throwing.
                _ = try transaction.accounts.deleteSession(session.id, of: session.user)
                return nil
            }
            return (next, user)
        }
        guard let (session, user) = refreshed else { throw Self.ended }
        return try await signedIn(user, session, secret, issuer)
    }

    /// The person's sessions that have not expired, in the order of their making.
    public func sessions(of user: User.ID) async throws -> [Session] {
        let now = context.clock.stamp
        return try await context.store.read { try $0.accounts.sessions(of: user).filter { now < $0.expiresAt } }
    }

    /// Ends a session; false where the person has no such one.
    @discardableResult
    public func signOut(_ session: Session.ID, of user: User.ID) async throws -> Bool {
        try await context.store.transaction { try $0.accounts.deleteSession(session, of: user) }
    }

    /// Ends all sessions of a person; returns how many.
    ///
    /// - Parameter kept: The one that stays, such as that of the request.
    @discardableResult
    public func signOutEverywhere(_ user: User.ID, except kept: Session.ID? = nil) async throws -> Int {
        try await context.store.transaction { try $0.accounts.deleteSessions(of: user, except: kept) }
    }

    /// Gives somebody a role. What was signed before keeps the old one until it expires.
    ///
    /// - Parameter admin: Who gives it; nil is the host itself, which has to name the first admin.
    /// - Throws: `forbidden` where that is no admin.
    public func setRole(_ role: UserRole, of id: User.ID, by admin: User.ID?) async throws -> User {
        let now = context.clock.stamp
        return try await context.store.transaction { transaction in
            if let admin { try transaction.users.require(admin).require(.admin) }
            var user = try transaction.users.require(id)
            user.role = role
            user.updatedAt = now
            try transaction.users.update(user)
            return user
        }
    }

    /// Deletes tokens and sessions that have expired; part of ``Companion/run()``.
    func deleteExpired() async throws {
        let now = context.clock.stamp
        while try await context.store.transaction({ try $0.accounts.deleteExpired(at: now, limit: 500) }) >= 500 {}
    }

    // MARK: Steps

    private static var ended: CompanionError {
        CompanionError(.unauthenticated, "The session has ended: sign in again.")
    }

    var configuration: AccountConfiguration { context.configuration.accounts }

    func issuer() throws(CompanionError) -> any AccessTokenIssuer {
        guard let issuer = context.accessTokenIssuer else {
            throw CompanionError(.unsupported, "Sessions need an issuer: pass `accessTokenIssuer` to Companion.")
        }
        return issuer
    }

    /// - Parameter conditions: What must hold, and what else is to be done, in the same transaction.
    func beginSession(
        of id: User.ID, device: String, _ conditions: @escaping @Sendable (any StoreTransaction) throws -> Void
    ) async throws -> SignedIn {
        let issuer = try issuer()
        let device = device.isBlank ? "" : try Checked.line(device, "The device", 1...128)
        let secret = Secret(context.random)
        let now = context.clock.stamp
        let session = Session(
            id: context.identifiers.next(), user: id, device: device, digest: secret.digest, createdAt: now,
            expiresAt: now.advanced(by: configuration.sessionLifetime))
        let user = try await context.store.transaction { transaction in
            let user = try transaction.users.require(id)
            try conditions(transaction)
            try transaction.accounts.insert(session)
            return user
        }
        return try await signedIn(user, session, secret, issuer)
    }

    private func signedIn(
        _ user: User, _ session: Session, _ secret: Secret, _ issuer: any AccessTokenIssuer
    ) async throws -> SignedIn {
        let now = context.clock.stamp
        let claims = AccessClaims(
            user: user.id, session: session.id, role: user.role, issuedAt: now,
            expiresAt: now.advanced(by: configuration.accessTokenLifetime))
        return SignedIn(
            user: user, session: session.id, accessToken: try await issuer.issue(claims),
            refreshToken: RefreshToken(session: session.id, secret: secret.value).description, accessClaims: claims)
    }
}

/// A refresh token names its session, so that one which is no longer good can end it.
struct RefreshToken: CustomStringConvertible {
    var session: Session.ID
    var secret: String

    var description: String { "\(session).\(secret)" }
}

extension RefreshToken {
    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= 128, parts.count == 2, let session = Session.ID(String(parts[0])) else { return nil }
        self.init(session: session, secret: String(parts[1]))
    }
}
