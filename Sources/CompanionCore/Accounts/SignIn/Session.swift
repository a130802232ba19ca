#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// That somebody is signed in on a device: the family of refresh tokens that follow one another.
public struct Session: Identifiable, Sendable, Hashable {
    public typealias ID = Identifier<Session>

    public let id: ID
    public let user: User.ID
    /// What the host calls the device, for the person to recognise; at most 128 characters.
    public var device: String
    /// The digest of the one refresh token that is good.
    public var digest: String
    /// The digest of the one before, and when it was exchanged.
    public var previousDigest: String?
    public var rotatedAt: Date?
    public let createdAt: Date
    public var usedAt: Date
    public var expiresAt: Date

    public init(
        id: ID, user: User.ID, device: String = "", digest: String, previousDigest: String? = nil,
        rotatedAt: Date? = nil, createdAt: Date, usedAt: Date? = nil, expiresAt: Date
    ) {
        self.id = id
        self.user = user
        self.device = device
        self.digest = digest
        self.previousDigest = previousDigest
        self.rotatedAt = rotatedAt
        self.createdAt = createdAt
        self.usedAt = usedAt ?? createdAt
        self.expiresAt = expiresAt
    }
}

extension Session {
    /// What comes of showing a refresh token.
    enum Rotation: Sendable, Hashable {
        /// The session with the next token in the shown one's place.
        case next(Session)
        /// The token was exchanged before: it is in two hands.
        case reused
        case expired
    }

    /// Exchanges a token for the next one.
    ///
    /// The token before the current one is good for `grace` after it was exchanged, for who never got the answer; the one
    /// that was in that answer is good for nothing from then on. The time counts from the first exchange, so that showing
    /// the old one again does not prolong it.
    func rotated(showing shown: String, next: String, now: Date, lifetime: Duration, grace: Duration) -> Rotation {
        guard now < expiresAt else { return .expired }
        var session = self
        if Secret.areEqual(shown, digest) {
            session.previousDigest = digest
            session.rotatedAt = now
        } else {
            guard let previousDigest, let rotatedAt, Secret.areEqual(shown, previousDigest),
                now < rotatedAt.advanced(by: grace)
            else { return .reused }
        }
        session.digest = next
        session.usedAt = now
        session.expiresAt = now.advanced(by: lifetime)
        return .next(session)
    }
}
