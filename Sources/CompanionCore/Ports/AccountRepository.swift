#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// How people sign in. All of a person's goes with them.
///
/// What refers to a user throws `notFound` where there is none.
public protocol AccountRepository {
    // MARK: Addresses and passwords

    /// The credential with that address; nil where there is none.
    func credential(email: String) throws -> Credential?
    func credential(of user: User.ID) throws -> Credential?
    /// Keeps or replaces a person's credential. Throws `conflict` where the address is somebody else's.
    func put(_ credential: Credential) throws
    func deleteCredential(of user: User.ID) throws -> Bool

    // MARK: Identities

    func identity(_ provider: IdentityProvider, subject: String) throws -> LinkedIdentity?
    /// In the order of the providers' names.
    func identities(of user: User.ID) throws -> [LinkedIdentity]
    /// Throws `conflict` where the identity is linked, or the user has another one at the provider.
    func insert(_ identity: LinkedIdentity) throws
    func deleteIdentity(_ provider: IdentityProvider, of user: User.ID) throws -> Bool

    // MARK: One-time tokens

    /// Throws `conflict` where the digest exists.
    func insert(_ token: OneTimeToken) throws
    /// Removes the token of that digest and kind and returns it, expired or not; nil where there is none. Of two who take
    /// the same, one gets it.
    func take(_ digest: String, _ kind: OneTimeToken.Kind) throws -> OneTimeToken?
    func deleteTokens(_ kind: OneTimeToken.Kind, of user: User.ID) throws -> Int

    // MARK: Sessions

    /// Throws `conflict` where the identifier exists.
    func insert(_ session: Session) throws
    func session(_ id: Session.ID) throws -> Session?
    /// Replaces digests and times. False where it is gone.
    func update(_ session: Session) throws -> Bool
    /// In the order of their making, expired ones included.
    func sessions(of user: User.ID) throws -> [Session]
    func deleteSession(_ id: Session.ID, of user: User.ID) throws -> Bool
    /// - Parameter kept: The one that stays.
    func deleteSessions(of user: User.ID, except kept: Session.ID?) throws -> Int

    // MARK: Throttles

    /// The instant that is kept for a key; nil where there is none.
    func throttle(_ key: String) throws -> Date?
    func setThrottle(_ key: String, to instant: Date) throws

    // MARK: Upkeep

    /// Deletes one-time tokens and sessions that have expired at `now`, and throttles whose instant has passed; at most
    /// `limit` of each.
    func deleteExpired(at now: Date, limit: Int) throws -> Int
}
