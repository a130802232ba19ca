#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// Somebody else who says who people are.
public struct IdentityProvider: Sendable, Hashable, Codable, CustomStringConvertible {
    /// At most 64 bytes.
    public let name: String
    public init(_ name: String) { self.name = name }

    public static let google = IdentityProvider("google")
    public static let apple = IdentityProvider("apple")

    public var description: String { name }
}

/// Who somebody is, as a provider says.
public struct ExternalIdentity: Sendable, Hashable {
    public var provider: IdentityProvider
    /// The provider's own identifier of the person, which never changes; at most 255 bytes.
    public var subject: String
    public var email: String?
    /// Whether the provider knows that the address is the person's.
    public var isEmailVerified: Bool
    public var name: String?

    public init(
        provider: IdentityProvider, subject: String, email: String? = nil, isEmailVerified: Bool = false,
        name: String? = nil
    ) {
        self.provider = provider
        self.subject = subject
        self.email = email
        self.isEmailVerified = isEmailVerified
        self.name = name
    }
}

/// That somebody at a provider is a user. A user has one at most at each provider.
public struct LinkedIdentity: Sendable, Hashable {
    public var provider: IdentityProvider
    public var subject: String
    public var user: User.ID
    public var linkedAt: Date

    public init(provider: IdentityProvider, subject: String, user: User.ID, linkedAt: Date) {
        self.provider = provider
        self.subject = subject
        self.user = user
        self.linkedAt = linkedAt
    }
}
