import CompanionCore
import Foundation

struct SabotagedAccounts: AccountRepository {
    let base: any AccountRepository
    let sabotage: Sabotage

    func credential(email: String) throws -> Credential? { try base.credential(email: email) }
    func credential(of user: User.ID) throws -> Credential? { try base.credential(of: user) }
    func put(_ credential: Credential) throws {
        var credential = credential
        if sabotage == .dropsPasswordHashes { credential.passwordHash = nil }
        try base.put(credential)
    }
    func deleteCredential(of user: User.ID) throws -> Bool { try base.deleteCredential(of: user) }

    func identity(_ provider: IdentityProvider, subject: String) throws -> LinkedIdentity? {
        try base.identity(provider, subject: subject)
    }
    func identities(of user: User.ID) throws -> [LinkedIdentity] { try base.identities(of: user) }
    func insert(_ identity: LinkedIdentity) throws {
        var identity = identity
        if sabotage == .forgetsLinkTimes { identity.linkedAt = Date(timeIntervalSince1970: 0) }
        try base.insert(identity)
    }
    func deleteIdentity(_ provider: IdentityProvider, of user: User.ID) throws -> Bool {
        try base.deleteIdentity(provider, of: user)
    }

    func insert(_ token: OneTimeToken) throws { try base.insert(token) }
    func take(_ digest: String, _ kind: OneTimeToken.Kind) throws -> OneTimeToken? {
        let token = try base.take(digest, kind)
        if sabotage == .keepsTakenTokens, let token { try base.insert(token) }
        return token
    }
    func deleteTokens(_ kind: OneTimeToken.Kind, of user: User.ID) throws -> Int {
        try base.deleteTokens(kind, of: user)
    }

    func insert(_ session: Session) throws { try base.insert(session) }
    func session(_ id: Session.ID) throws -> Session? { try base.session(id) }
    func update(_ session: Session) throws -> Bool { try base.update(session) }
    func sessions(of user: User.ID) throws -> [Session] { try base.sessions(of: user) }
    func deleteSession(_ id: Session.ID, of user: User.ID) throws -> Bool {
        if sabotage == .endsAnybodysSessions, let owner = try base.session(id)?.user {
            return try base.deleteSession(id, of: owner)
        }
        return try base.deleteSession(id, of: user)
    }
    func deleteSessions(of user: User.ID, except kept: Session.ID?) throws -> Int {
        try base.deleteSessions(of: user, except: kept)
    }

    func throttle(_ key: String) throws -> Date? { try base.throttle(key) }
    func setThrottle(_ key: String, to instant: Date) throws { try base.setThrottle(key, to: instant) }
    func deleteExpired(at now: Date, limit: Int) throws -> Int {
        sabotage == .expiresNothing ? 0 : try base.deleteExpired(at: now, limit: limit)
    }
}
