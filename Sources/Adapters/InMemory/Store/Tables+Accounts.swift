internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// How people sign in, as an ``InMemoryStore`` keeps it.
final class AccountTables {
    let credentials: Table<User.ID, Credential>
    let credentialsByEmail: Table<String, User.ID>
    let identities: Table<IdentityKey, LinkedIdentity>
    let identitiesByUser: OrderedIndex<User.ID, UserIdentity>
    let tokens: Table<String, OneTimeToken>
    let tokensByUser: OrderedIndex<User.ID, String>
    let tokensByEnd: OrderedIndex<Tables.All, Ending>
    let sessions: Table<Session.ID, Session>
    let sessionsByUser: OrderedIndex<User.ID, Session.ID>
    let sessionsByEnd: OrderedIndex<Tables.All, SessionEnding>
    let throttles: Table<String, Date>
    let throttlesByEnd: OrderedIndex<Tables.All, Ending>

    init(journal: Journal) {
        credentials = .init(journal: journal)
        credentialsByEmail = .init(journal: journal)
        identities = .init(journal: journal)
        identitiesByUser = .init(journal: journal)
        tokens = .init(journal: journal)
        tokensByUser = .init(journal: journal)
        tokensByEnd = .init(journal: journal)
        sessions = .init(journal: journal)
        sessionsByUser = .init(journal: journal)
        sessionsByEnd = .init(journal: journal)
        throttles = .init(journal: journal)
        throttlesByEnd = .init(journal: journal)
    }

    struct IdentityKey: Hashable {
        var provider: IdentityProvider
        var subject: String
    }

    struct UserIdentity: Comparable {
        var provider: String
        var subject: String
        static func < (left: Self, right: Self) -> Bool { left.provider < right.provider }
        static func == (left: Self, right: Self) -> Bool { left.provider == right.provider }
    }

    struct Ending: Comparable {
        var at: Date
        var key: String
        static func < (left: Self, right: Self) -> Bool { (left.at, left.key) < (right.at, right.key) }
    }

    struct SessionEnding: Comparable {
        var at: Date
        var id: Session.ID
        static func < (left: Self, right: Self) -> Bool { (left.at, left.id) < (right.at, right.id) }
    }
}

extension AccountTables {
    func replace(_ old: Credential?, with new: Credential?) {
        if let old { credentialsByEmail[old.email] = nil }
        if let user = old?.user ?? new?.user { credentials[user] = new }
        if let new { credentialsByEmail[new.email] = new.user }
    }

    func remove(_ identity: LinkedIdentity) {
        identities[.init(provider: identity.provider, subject: identity.subject)] = nil
        identitiesByUser.remove(
            .init(provider: identity.provider.name, subject: identity.subject), from: identity.user)
    }

    func remove(_ token: OneTimeToken) {
        tokens[token.digest] = nil
        if let user = token.user { tokensByUser.remove(token.digest, from: user) }
        tokensByEnd.remove(.init(at: token.expiresAt, key: token.digest), from: .all)
    }

    func replace(_ old: Session?, with new: Session?) {
        if let old {
            sessionsByEnd.remove(.init(at: old.expiresAt, id: old.id), from: .all)
            if new == nil {
                sessions[old.id] = nil
                sessionsByUser.remove(old.id, from: old.user)
            }
        }
        if let new {
            sessions[new.id] = new
            if old == nil { sessionsByUser.insert(new.id, in: new.user) }
            sessionsByEnd.insert(.init(at: new.expiresAt, id: new.id), in: .all)
        }
    }

    func sessions(of user: User.ID) -> [Session] { sessionsByUser.elements(in: user).compactMap { sessions[$0] } }
    func tokens(of user: User.ID) -> [OneTimeToken] { tokensByUser.elements(in: user).compactMap { tokens[$0] } }
    func identities(of user: User.ID) -> [LinkedIdentity] {
        identitiesByUser.elements(in: user).compactMap {
            identities[.init(provider: IdentityProvider($0.provider), subject: $0.subject)]
        }
    }

    /// How many records of each kind there are of a person.
    func traces(of user: User.ID) -> [String: Int] {
        [
            "credentials": credentials[user] == nil ? 0 : 1, "identities": identities(of: user).count,
            "one_time_tokens": tokens(of: user).count, "sessions": sessions(of: user).count,
        ]
    }

    func erase(_ user: User.ID) {
        replace(credentials[user], with: nil)
        for identity in identities(of: user) { remove(identity) }
        for token in tokens(of: user) { remove(token) }
        for session in sessions(of: user) { replace(session, with: nil) }
    }
}
