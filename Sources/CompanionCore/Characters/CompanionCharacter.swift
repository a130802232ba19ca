#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// A character that somebody keeps: a card, and who owns it.
///
/// Not called `Character`, because that name would hide the standard library's in every file that imports this one.
public struct CompanionCharacter: Identifiable, Sendable, Hashable {
    public typealias ID = Identifier<CompanionCharacter>

    public let id: ID
    /// Who added the character, and alone may change and delete it.
    public let owner: User.ID
    public var card: CharacterCard
    /// The catalog's entry that it is a copy of; nil for the owner's own.
    public var origin: CatalogOrigin?
    /// Counts the changes, from 1; an update that names an older one is refused as a conflict.
    public var revision: Int
    public let createdAt: Date
    public var updatedAt: Date

    public init(
        id: ID, owner: User.ID, card: CharacterCard, origin: CatalogOrigin? = nil, revision: Int = 1, createdAt: Date,
        updatedAt: Date? = nil
    ) {
        self.id = id
        self.owner = owner
        self.card = card
        self.origin = origin
        self.revision = revision
        self.createdAt = createdAt
        self.updatedAt = updatedAt ?? createdAt
    }
}
