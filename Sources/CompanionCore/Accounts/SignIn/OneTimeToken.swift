#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// What a secret that was given out once is good for. The secret itself is not kept.
public struct OneTimeToken: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable {
        /// Shows that an e-mail address is somebody's.
        case verification
        /// Lets somebody set a new password.
        case passwordReset
        /// Belongs to a sign-in at an identity provider that has begun.
        case identity
    }

    /// SHA-256 of the secret, in Base64 for URLs.
    public var digest: String
    public var kind: Kind
    /// Whose it is; nil where that is not known yet.
    public var user: User.ID?
    /// What has to be known when it is used.
    public var payload: String
    /// From this instant on it is good for nothing.
    public var expiresAt: Date

    public init(digest: String, kind: Kind, user: User.ID?, payload: String = "", expiresAt: Date) {
        self.digest = digest
        self.kind = kind
        self.user = user
        self.payload = payload
        self.expiresAt = expiresAt
    }
}
