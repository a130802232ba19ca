internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

struct InMemoryAccounts: AccountRepository {
    let transaction: InMemoryTransaction
    private var tables: AccountTables { transaction.tables.accounts }

    init(transaction: InMemoryTransaction) { self.transaction = transaction }

    // MARK: Addresses and passwords

    func credential(email: String) throws -> Credential? {
        tables.credentialsByEmail[email].flatMap { tables.credentials[$0] }
    }

    func credential(of user: User.ID) throws -> Credential? { tables.credentials[user] }

    func put(_ credential: Credential) throws {
        try requireUser(credential.user)
        if let other = tables.credentialsByEmail[credential.email], other != credential.user {
            throw CompanionError(.conflict, "The address is somebody else's.")
        }
        var stored = credential
        stored.verifiedAt = credential.verifiedAt?.wholeMilliseconds
        tables.replace(tables.credentials[credential.user], with: stored)
    }

    func deleteCredential(of user: User.ID) throws -> Bool {
        try transaction.requireWriting()
        guard let credential = tables.credentials[user] else { return false }
        tables.replace(credential, with: nil)
        return true
    }

    // MARK: Identities

    func identity(_ provider: IdentityProvider, subject: String) throws -> LinkedIdentity? {
        tables.identities[.init(provider: provider, subject: subject)]
    }

    func identities(of user: User.ID) throws -> [LinkedIdentity] { tables.identities(of: user) }

    func insert(_ identity: LinkedIdentity) throws {
        try requireUser(identity.user)
        let key = AccountTables.IdentityKey(provider: identity.provider, subject: identity.subject)
        guard tables.identities[key] == nil,
            !tables.identities(of: identity.user).contains(where: { $0.provider == identity.provider })
        else {
            throw CompanionError(.conflict, "The identity is linked already, or the user has another one there.")
        }
        var stored = identity
        stored.linkedAt = identity.linkedAt.wholeMilliseconds
        tables.identities[key] = stored
        tables.identitiesByUser.insert(
            .init(provider: identity.provider.name, subject: identity.subject), in: identity.user)
    }

    func deleteIdentity(_ provider: IdentityProvider, of user: User.ID) throws -> Bool {
        try transaction.requireWriting()
        guard let identity = tables.identities(of: user).first(where: { $0.provider == provider }) else {
            return false
        }
        tables.remove(identity)
        return true
    }

    // MARK: One-time tokens

    func insert(_ token: OneTimeToken) throws {
        try transaction.requireWriting()
        if let user = token.user { try requireUser(user) }
        guard tables.tokens[token.digest] == nil else {
            throw CompanionError(.conflict, "A token with this digest exists already.")
        }
        var stored = token
        stored.expiresAt = token.expiresAt.wholeMilliseconds
        tables.tokens[token.digest] = stored
        if let user = token.user { tables.tokensByUser.insert(token.digest, in: user) }
        tables.tokensByEnd.insert(.init(at: stored.expiresAt, key: token.digest), in: .all)
    }

    func take(_ digest: String, _ kind: OneTimeToken.Kind) throws -> OneTimeToken? {
        try transaction.requireWriting()
        guard let token = tables.tokens[digest], token.kind == kind else { return nil }
        tables.remove(token)
        return token
    }

    func deleteTokens(_ kind: OneTimeToken.Kind, of user: User.ID) throws -> Int {
        try transaction.requireWriting()
        let gone = tables.tokens(of: user).filter { $0.kind == kind }
        for token in gone { tables.remove(token) }
        return gone.count
    }

    // MARK: Sessions

    func insert(_ session: Session) throws {
        try requireUser(session.user)
        guard tables.sessions[session.id] == nil else {
            throw CompanionError(.conflict, "A session with this identifier exists already.")
        }
        tables.replace(nil, with: session.asStored)
    }

    func session(_ id: Session.ID) throws -> Session? { tables.sessions[id] }

    func update(_ session: Session) throws -> Bool {
        try transaction.requireWriting()
        guard let old = tables.sessions[session.id] else { return false }
        var new = old
        new.digest = session.digest
        new.previousDigest = session.previousDigest
        new.rotatedAt = session.rotatedAt
        new.usedAt = session.usedAt
        new.expiresAt = session.expiresAt
        tables.replace(old, with: new.asStored)
        return true
    }

    func sessions(of user: User.ID) throws -> [Session] { tables.sessions(of: user) }

    func deleteSession(_ id: Session.ID, of user: User.ID) throws -> Bool {
        try transaction.requireWriting()
        guard let session = tables.sessions[id], session.user == user else { return false }
        tables.replace(session, with: nil)
        return true
    }

    func deleteSessions(of user: User.ID, except kept: Session.ID?) throws -> Int {
        try transaction.requireWriting()
        let gone = tables.sessions(of: user).filter { $0.id != kept }
        for session in gone { tables.replace(session, with: nil) }
        return gone.count
    }

    // MARK: Throttles

    func throttle(_ key: String) throws -> Date? { tables.throttles[key] }

    func setThrottle(_ key: String, to instant: Date) throws {
        try transaction.requireWriting()
        let instant = instant.wholeMilliseconds
        if let old = tables.throttles[key] { tables.throttlesByEnd.remove(.init(at: old, key: key), from: .all) }
        tables.throttles[key] = instant
        tables.throttlesByEnd.insert(.init(at: instant, key: key), in: .all)
    }

    // MARK: Upkeep

    func deleteExpired(at now: Date, limit: Int) throws -> Int {
        try transaction.requireWriting()
        let now = now.wholeMilliseconds
        var count = 0
        for ending in tables.tokensByEnd.first(limit, in: .all, after: nil) where ending.at <= now {
            if let token = tables.tokens[ending.key] { tables.remove(token) }
            count += 1
        }
        for ending in tables.sessionsByEnd.first(limit, in: .all, after: nil) where ending.at <= now {
            tables.replace(tables.sessions[ending.id], with: nil)
            count += 1
        }
        for ending in tables.throttlesByEnd.first(limit, in: .all, after: nil) where ending.at <= now {
            tables.throttles[ending.key] = nil
            tables.throttlesByEnd.remove(ending, from: .all)
            count += 1
        }
        return count
    }

    private func requireUser(_ user: User.ID) throws {
        try transaction.requireWriting()
        guard transaction.tables.users[user] != nil else {
            throw CompanionError(.notFound, "There is no such user.")
        }
    }
}

extension Session {
    fileprivate var asStored: Session {
        Session(
            id: id, user: user, device: device, digest: digest, previousDigest: previousDigest,
            rotatedAt: rotatedAt?.wholeMilliseconds, createdAt: createdAt.wholeMilliseconds,
            usedAt: usedAt.wholeMilliseconds, expiresAt: expiresAt.wholeMilliseconds)
    }
}
