#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// A lorebook that somebody keeps beside their characters: for chats that it is attached to, or for all of theirs.
public struct CompanionLorebook: Identifiable, Sendable, Hashable {
    public typealias ID = Identifier<CompanionLorebook>

    public let id: ID
    /// Who added the book, and alone may use, change and delete it.
    public let owner: User.ID
    /// What its owner calls it; the book's own name stays as its author wrote it.
    public var name: String
    public var book: Lorebook
    /// Whether it applies to all chats of its owner's, without being attached.
    public var isEverywhere: Bool
    /// Counts the changes, from 1; an update that names an older one is refused as a conflict.
    public var revision: Int
    public let createdAt: Date
    public var updatedAt: Date

    public init(
        id: ID, owner: User.ID, name: String, book: Lorebook, isEverywhere: Bool = false, revision: Int = 1,
        createdAt: Date, updatedAt: Date? = nil
    ) {
        self.id = id
        self.owner = owner
        self.name = name
        self.book = book
        self.isEverywhere = isEverywhere
        self.revision = revision
        self.createdAt = createdAt
        self.updatedAt = updatedAt ?? createdAt
    }

    /// The book without what is written in it.
    public var summary: LorebookSummary {
        LorebookSummary(
            id: id, name: name, entryCount: book.entries.count, isEverywhere: isEverywhere, revision: revision,
            updatedAt: updatedAt)
    }

    /// Which revision this is.
    var stamp: LorebookStamp { LorebookStamp(id: id, revision: revision, isEverywhere: isEverywhere) }

    /// Bounds of what a person can keep.
    public enum Limits {
        /// How many books a person has at most: 1,000.
        public static let books = 1_000
        /// How many are attached to a chat at most, and how many apply everywhere: 16 each. One that is attached counts for
        /// its chat also while it applies everywhere, so that no change of a book brings a chat above its bound.
        public static let attached = 16
        /// How large a book is at most, as JSON in UTF-8: 2 MiB.
        public static let bytes = 2 << 20
        /// How long a name is at most, in characters: 200.
        public static let name = 200
    }
}

/// What a list shows of a ``CompanionLorebook``.
public struct LorebookSummary: Identifiable, Sendable, Hashable {
    public let id: CompanionLorebook.ID
    public var name: String
    public var entryCount: Int
    public var isEverywhere: Bool
    public var revision: Int
    public var updatedAt: Date

    public init(
        id: CompanionLorebook.ID, name: String, entryCount: Int, isEverywhere: Bool, revision: Int, updatedAt: Date
    ) {
        self.id = id
        self.name = name
        self.entryCount = entryCount
        self.isEverywhere = isEverywhere
        self.revision = revision
        self.updatedAt = updatedAt
    }
}

/// Which revision of a book applies: enough to know whether it must be read again.
public struct LorebookStamp: Sendable, Hashable {
    public var id: CompanionLorebook.ID
    public var revision: Int
    /// Whether it applies because it does to all chats of its owner's; false where it is attached, whatever else it is.
    public var isEverywhere: Bool

    public init(id: CompanionLorebook.ID, revision: Int, isEverywhere: Bool) {
        self.id = id
        self.revision = revision
        self.isEverywhere = isEverywhere
    }
}
