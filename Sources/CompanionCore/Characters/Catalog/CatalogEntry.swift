#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// A character that its author shows to others: a copy of the card as it was when it was published.
///
/// Nobody talks to an entry: who likes one keeps a copy of their own, which nobody can take away or change.
public struct CatalogEntry: Identifiable, Sendable, Hashable {
    public typealias ID = Identifier<CatalogEntry>

    public enum Visibility: String, Sendable, Hashable {
        /// Found only by who was given the identifier.
        case unlisted
        /// Found by everybody.
        case listed
    }

    /// A card as it was at some time.
    public struct Version: Sendable, Hashable {
        public var card: CharacterCard
        /// The author's revision.
        public var revision: Int
        public var at: Date

        public init(card: CharacterCard, revision: Int, at: Date) {
            self.card = card
            self.revision = revision
            self.at = at
        }
    }

    /// What is not shown, or not yet.
    public struct Submission: Sendable, Hashable {
        public enum Status: String, Sendable, Hashable {
            /// Waits for a moderator.
            case pending
            case refused
        }

        public var version: Version
        public var status: Status
        /// Why, for the author and for moderators.
        public var reasons: [String]

        public init(version: Version, status: Status, reasons: [String]) {
            self.version = version
            self.status = status
            self.reasons = reasons
        }
    }

    public let id: ID
    public let author: User.ID
    /// The author's character that it is a copy of.
    public let character: CompanionCharacter.ID
    public var visibility: Visibility
    /// For whom it is made, as the author or a moderator says.
    public var rating: CharacterRating
    /// What others see; nil where nothing was approved yet, or it was taken down.
    public var published: Version?
    public var submission: Submission?
    /// The sum of all stars, and how many people gave some. Kept by the store.
    public var stars: Int
    public var ratingCount: Int
    /// How many copies were made. Kept by the store.
    public var uses: Int
    public let createdAt: Date
    public var updatedAt: Date

    public init(
        id: ID, author: User.ID, character: CompanionCharacter.ID, visibility: Visibility, rating: CharacterRating,
        published: Version? = nil, submission: Submission? = nil, stars: Int = 0, ratingCount: Int = 0, uses: Int = 0,
        createdAt: Date, updatedAt: Date? = nil
    ) {
        self.id = id
        self.author = author
        self.character = character
        self.visibility = visibility
        self.rating = rating
        self.published = published
        self.submission = submission
        self.stars = stars
        self.ratingCount = ratingCount
        self.uses = uses
        self.createdAt = createdAt
        self.updatedAt = updatedAt ?? createdAt
    }

    /// The mean of the stars in hundredths, from 100 to 500; nil where nobody gave any.
    public var meanStars: Int? { ratingCount == 0 ? nil : (stars * 100 + ratingCount / 2) / ratingCount }

    /// What the best are sorted by: the mean in thousandths, as if five more people had given three stars, so that one friend's
    /// five are not the best.
    public var score: Int { (stars + 15) * 1_000 / (ratingCount + 5) }

    /// Whether everybody finds it.
    public var isListed: Bool { visibility == .listed && published != nil }
}

/// Where a copy comes from.
public struct CatalogOrigin: Sendable, Hashable {
    public var entry: CatalogEntry.ID
    /// The author's revision that was copied.
    public var revision: Int

    public init(entry: CatalogEntry.ID, revision: Int) {
        self.entry = entry
        self.revision = revision
    }
}

/// What is looked for among listed entries.
public struct CatalogQuery: Sendable, Hashable {
    public enum Order: String, Sendable, Hashable, CaseIterable {
        case newest, best, mostUsed
    }

    /// All of them must be there: words of the name, the description, the creator and the traits, `#tag`, and
    /// `temperament:word`, `speech:word`, `interest:word`. At most 8; normalised by ``CatalogTerms``.
    public var terms: [String]
    public var order: Order
    public var highestRating: CharacterRating

    public init(terms: [String] = [], order: Order = .newest, highestRating: CharacterRating = .general) {
        self.terms = terms
        self.order = order
        self.highestRating = highestRating
    }
}

/// A place in a list of entries.
public struct CatalogCursor: Sendable, Hashable {
    /// What the list is sorted by, of the entry that it stands behind.
    public var key: Int
    public var id: CatalogEntry.ID

    public init(key: Int, id: CatalogEntry.ID) {
        self.key = key
        self.id = id
    }

    public init(_ entry: CatalogEntry, in order: CatalogQuery.Order) {
        self.init(key: order.key(of: entry), id: entry.id)
    }
}

extension CatalogQuery.Order {
    public func key(of entry: CatalogEntry) -> Int {
        switch self {
        case .newest: Int(entry.published?.at.millisecondsSince1970 ?? 0)
        case .best: entry.score
        case .mostUsed: entry.uses
        }
    }
}
