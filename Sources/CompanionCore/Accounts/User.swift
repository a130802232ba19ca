#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// A person who talks to characters.
public struct User: Identifiable, Sendable, Hashable, Codable {
    public typealias ID = Identifier<User>

    public let id: ID
    /// What characters call the person: `{{user}}` in cards. 1 to 128 characters.
    public var name: String
    /// What the person says of themselves, for every character to know; may be empty. At most 8 KiB.
    public var persona: String
    public var preferences: UserPreferences
    /// What the person may do; given by an admin or the host.
    public var role: UserRole
    public let createdAt: Date
    public var updatedAt: Date

    public init(
        id: ID, name: String, persona: String = "", preferences: UserPreferences = .init(), role: UserRole = .user,
        createdAt: Date, updatedAt: Date? = nil
    ) {
        self.id = id
        self.name = name
        self.persona = persona
        self.preferences = preferences
        self.role = role
        self.createdAt = createdAt
        self.updatedAt = updatedAt ?? createdAt
    }
}
