internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

struct SQLAccounts: AccountRepository {
    let transaction: SQLStoreTransaction

    // MARK: Addresses and passwords

    func credential(email: String) throws -> Credential? {
        try transaction.first(.selectCredentialByEmail, [.text(email)]) { try Credential(row: $0) }
    }

    func credential(of user: User.ID) throws -> Credential? {
        try transaction.first(.selectCredential, [.id(user)]) { try Credential(row: $0) }
    }

    func put(_ credential: Credential) throws {
        try requireUser(credential.user)
        if let other = try self.credential(email: credential.email), other.user != credential.user {
            throw CompanionError(.conflict, "The address is somebody else's.")
        }
        try transaction.write(
            .putCredential,
            [
                .id(credential.user), .text(credential.email), .timestamp(credential.verifiedAt),
                .text(credential.passwordHash),
            ])
    }

    func deleteCredential(of user: User.ID) throws -> Bool {
        try transaction.run(.deleteCredential, [.id(user)]) == 1
    }

    // MARK: Identities

    func identity(_ provider: IdentityProvider, subject: String) throws -> LinkedIdentity? {
        try transaction.first(.selectIdentity, [.text(provider.name), .text(subject)]) { try LinkedIdentity(row: $0) }
    }

    func identities(of user: User.ID) throws -> [LinkedIdentity] {
        try transaction.all(.selectIdentities, [.id(user)]) { try LinkedIdentity(row: $0) }
    }

    func insert(_ identity: LinkedIdentity) throws {
        try requireUser(identity.user)
        try transaction.write(
            .insertIdentity,
            [
                .id(identity.user), .text(identity.provider.name), .text(identity.subject),
                .timestamp(identity.linkedAt),
            ]
        ) { CompanionError(.conflict, "The identity is linked already, or the user has another one there.") }
    }

    func deleteIdentity(_ provider: IdentityProvider, of user: User.ID) throws -> Bool {
        try transaction.run(.deleteIdentity, [.id(user), .text(provider.name)]) == 1
    }

    // MARK: One-time tokens

    func insert(_ token: OneTimeToken) throws {
        try transaction.requireWriting()
        if let user = token.user { try requireUser(user) }
        try transaction.write(
            .insertToken,
            [
                .text(token.digest), .text(token.kind.rawValue), .id(token.user), .text(token.payload),
                .timestamp(token.expiresAt),
            ]
        ) { CompanionError(.conflict, "A token with this digest exists already.") }
    }

    func take(_ digest: String, _ kind: OneTimeToken.Kind) throws -> OneTimeToken? {
        try transaction.requireWriting()
        let token = try transaction.first(.selectToken, [.text(digest), .text(kind.rawValue)]) { row in
            OneTimeToken(
                digest: digest, kind: kind, user: try row.idIfAny(0), payload: try row.text(1),
                expiresAt: try row.timestamp(2))
        }
        guard let token, try transaction.run(.deleteToken, [.text(digest)]) == 1 else { return nil }
        return token
    }

    func deleteTokens(_ kind: OneTimeToken.Kind, of user: User.ID) throws -> Int {
        try transaction.run(.deleteTokensOfUser, [.id(user), .text(kind.rawValue)])
    }

    // MARK: Sessions

    func insert(_ session: Session) throws {
        try requireUser(session.user)
        try transaction.write(
            .insertSession,
            [
                .id(session.id), .text(session.digest), .text(session.previousDigest), .timestamp(session.rotatedAt),
                .timestamp(session.usedAt), .timestamp(session.expiresAt), .id(session.user), .text(session.device),
                .timestamp(session.createdAt),
            ]
        ) { CompanionError(.conflict, "A session with this identifier exists already.") }
    }

    func session(_ id: Session.ID) throws -> Session? {
        try transaction.first(.selectSession, [.id(id)]) { try Session(row: $0) }
    }

    func update(_ session: Session) throws -> Bool {
        try transaction.run(
            .updateSession,
            [
                .id(session.id), .text(session.digest), .text(session.previousDigest), .timestamp(session.rotatedAt),
                .timestamp(session.usedAt), .timestamp(session.expiresAt),
            ]) == 1
    }

    func sessions(of user: User.ID) throws -> [Session] {
        try transaction.all(.selectSessions, [.id(user)]) { try Session(row: $0) }
    }

    func deleteSession(_ id: Session.ID, of user: User.ID) throws -> Bool {
        try transaction.run(.deleteSession, [.id(user), .id(id)]) == 1
    }

    func deleteSessions(of user: User.ID, except kept: Session.ID?) throws -> Int {
        guard let kept else { return try transaction.run(.deleteSessions, [.id(user)]) }
        return try transaction.run(.deleteOtherSessions, [.id(user), .id(kept)])
    }

    // MARK: Throttles

    func throttle(_ key: String) throws -> Date? {
        try transaction.first(.selectThrottle, [.text(key)]) { try $0.timestamp(0) }
    }

    func setThrottle(_ key: String, to instant: Date) throws {
        try transaction.write(.putThrottle, [.text(key), .timestamp(instant)])
    }

    // MARK: Upkeep

    func deleteExpired(at now: Date, limit: Int) throws -> Int {
        try transaction.requireWriting()
        guard limit > 0 else { return 0 }
        return try [SQLStatement.deleteExpiredTokens, .deleteExpiredSessions, .deletePassedThrottles]
            .reduce(0) { try $0 + transaction.run($1, [.timestamp(now), .integer(limit)]) }
    }

    private func requireUser(_ user: User.ID) throws {
        try transaction.requireWriting()
        guard try transaction.first(.userExists, [.id(user)], { try $0.integer(0) }) == 1 else {
            throw CompanionError(.notFound, "There is no such user.")
        }
    }
}

extension Credential {
    fileprivate init(row: some SQLRow) throws {
        self.init(
            user: try row.id(0), email: try row.text(1), verifiedAt: try row.timestampIfAny(2),
            passwordHash: try row.textIfAny(3))
    }
}

extension LinkedIdentity {
    fileprivate init(row: some SQLRow) throws {
        self.init(
            provider: IdentityProvider(try row.text(1)), subject: try row.text(2), user: try row.id(0),
            linkedAt: try row.timestamp(3))
    }
}

extension Session {
    fileprivate init(row: some SQLRow) throws {
        self.init(
            id: try row.id(0), user: try row.id(6), device: try row.text(7), digest: try row.text(1),
            previousDigest: try row.textIfAny(2), rotatedAt: try row.timestampIfAny(3),
            createdAt: try row.timestamp(8), usedAt: try row.timestamp(4), expiresAt: try row.timestamp(5))
    }
}

extension SQLStatement {
    private static let selectCredentials = "SELECT user_id, email, verified_at, password_hash FROM credentials"
    fileprivate static let selectCredential = SQLStatement("\(selectCredentials) WHERE user_id = $1")
    fileprivate static let selectCredentialByEmail = SQLStatement("\(selectCredentials) WHERE email = $1")
    fileprivate static let putCredential = SQLStatement(
        """
        INSERT INTO credentials (user_id, email, verified_at, password_hash) VALUES ($1, $2, $3, $4)
        ON CONFLICT (user_id) DO UPDATE SET email = excluded.email, verified_at = excluded.verified_at,
            password_hash = excluded.password_hash
        """)
    fileprivate static let deleteCredential = SQLStatement("DELETE FROM credentials WHERE user_id = $1")

    private static let selectIdentityRows = "SELECT user_id, provider, subject, linked_at FROM identities"
    fileprivate static let selectIdentity = SQLStatement("\(selectIdentityRows) WHERE provider = $1 AND subject = $2")
    fileprivate static let selectIdentities = SQLStatement("\(selectIdentityRows) WHERE user_id = $1 ORDER BY provider")
    fileprivate static let insertIdentity = SQLStatement(
        """
        INSERT INTO identities (user_id, provider, subject, linked_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT DO NOTHING
        """)
    fileprivate static let deleteIdentity = SQLStatement("DELETE FROM identities WHERE user_id = $1 AND provider = $2")

    fileprivate static let insertToken = SQLStatement(
        """
        INSERT INTO one_time_tokens (digest, kind, user_id, payload, expires_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT DO NOTHING
        """)
    fileprivate static let selectToken = SQLStatement(
        "SELECT user_id, payload, expires_at FROM one_time_tokens WHERE digest = $1 AND kind = $2")
    fileprivate static let deleteToken = SQLStatement("DELETE FROM one_time_tokens WHERE digest = $1")
    fileprivate static let deleteTokensOfUser = SQLStatement(
        "DELETE FROM one_time_tokens WHERE user_id = $1 AND kind = $2")

    private static let sessionColumns =
        "id, digest, previous_digest, rotated_at, used_at, expires_at, user_id, device, created_at"
    private static let selectSessionRows = "SELECT \(sessionColumns) FROM sessions"
    fileprivate static let insertSession = SQLStatement(
        """
        INSERT INTO sessions (\(sessionColumns)) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING
        """)
    fileprivate static let selectSession = SQLStatement("\(selectSessionRows) WHERE id = $1")
    fileprivate static let selectSessions = SQLStatement("\(selectSessionRows) WHERE user_id = $1 ORDER BY id")
    fileprivate static let updateSession = SQLStatement(
        """
        UPDATE sessions SET digest = $2, previous_digest = $3, rotated_at = $4, used_at = $5, expires_at = $6
        WHERE id = $1
        """)
    fileprivate static let deleteSession = SQLStatement("DELETE FROM sessions WHERE user_id = $1 AND id = $2")
    fileprivate static let deleteSessions = SQLStatement("DELETE FROM sessions WHERE user_id = $1")
    fileprivate static let deleteOtherSessions = SQLStatement("DELETE FROM sessions WHERE user_id = $1 AND id <> $2")

    fileprivate static let selectThrottle = SQLStatement("SELECT instant FROM sign_in_throttles WHERE key = $1")
    fileprivate static let putThrottle = SQLStatement(
        """
        INSERT INTO sign_in_throttles (key, instant) VALUES ($1, $2)
        ON CONFLICT (key) DO UPDATE SET instant = excluded.instant
        """)

    fileprivate static let deleteExpiredTokens = SQLStatement(
        """
        DELETE FROM one_time_tokens WHERE digest IN
            (SELECT digest FROM one_time_tokens WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)
        """)
    fileprivate static let deleteExpiredSessions = SQLStatement(
        """
        DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)
        """)
    fileprivate static let deletePassedThrottles = SQLStatement(
        """
        DELETE FROM sign_in_throttles WHERE key IN
            (SELECT key FROM sign_in_throttles WHERE instant <= $1 ORDER BY instant LIMIT $2)
        """)
}
