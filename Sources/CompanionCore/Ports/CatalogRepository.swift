/// The characters that people show to each other.
///
/// Nothing in it is private: whoever may see what, the caller decides.
public protocol CatalogRepository {
    /// Keeps or replaces an entry, but for its stars and uses, and the terms by which it is found where it is listed.
    ///
    /// Throws `notFound` where there is no such author, or one who is leaving, and `conflict` where the identifier is another
    /// author's entry, or the author has another entry of the same character.
    func put(_ entry: CatalogEntry, terms: Set<String>) throws

    func entry(_ id: CatalogEntry.ID) throws -> CatalogEntry?

    /// The author's entry of a character.
    func entry(of character: CompanionCharacter.ID, by author: User.ID) throws -> CatalogEntry?

    /// Deletes an entry, and what people gave it; false where the author has none of that identifier.
    func delete(_ id: CatalogEntry.ID, by author: User.ID) throws -> Bool

    /// At most `limit` listed entries that have all terms of the query and no higher rating, from behind `cursor` on, the
    /// greatest key first, of equal ones the greater identifier first.
    func find(_ query: CatalogQuery, after cursor: CatalogCursor?, limit: Int) throws -> [CatalogEntry]

    /// At most `limit` entries of an author after `id`, in the order of identifiers.
    func entries(of author: User.ID, after id: CatalogEntry.ID?, limit: Int) throws -> [CatalogEntry]

    /// For moderators: at most `limit` entries whose submissions wait, with identifiers after `id`, in their order.
    func pending(after id: CatalogEntry.ID?, limit: Int) throws -> [CatalogEntry]

    /// Sets how many stars (1 to 5) somebody gives an entry; nil takes them back. Throws `notFound` where there is no such
    /// entry, no such person, or one who is leaving.
    func rate(_ id: CatalogEntry.ID, _ stars: Int?, by user: User.ID) throws

    /// How many stars somebody gave an entry; nil for none.
    func stars(of id: CatalogEntry.ID, by user: User.ID) throws -> Int?

    /// At most `limit` of what somebody gave, for entries after `id`, in the order of their identifiers.
    func ratings(by user: User.ID, after id: CatalogEntry.ID?, limit: Int) throws -> [CatalogRating]

    /// Counts one more copy; nothing happens where there is no such entry.
    func countUse(of id: CatalogEntry.ID) throws
}

/// How many stars somebody gave an entry.
public struct CatalogRating: Sendable, Hashable {
    public var entry: CatalogEntry.ID
    public var stars: Int

    public init(entry: CatalogEntry.ID, stars: Int) {
        self.entry = entry
        self.stars = stars
    }
}
