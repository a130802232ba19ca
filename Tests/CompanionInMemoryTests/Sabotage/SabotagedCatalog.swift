import CompanionCore

struct SabotagedCatalog: CatalogRepository {
    let base: any CatalogRepository
    let sabotage: Sabotage

    func put(_ entry: CatalogEntry, terms: Set<String>) throws {
        do { try base.put(entry, terms: terms) } catch  where sabotage == .letsAnybodyReplace {}
    }

    func entry(_ id: CatalogEntry.ID) throws -> CatalogEntry? { try base.entry(id) }

    func entry(of character: CompanionCharacter.ID, by author: User.ID) throws -> CatalogEntry? {
        try base.entry(of: character, by: author)
    }

    func delete(_ id: CatalogEntry.ID, by author: User.ID) throws -> Bool { try base.delete(id, by: author) }

    func find(_ query: CatalogQuery, after cursor: CatalogCursor?, limit: Int) throws -> [CatalogEntry] {
        var query = query
        if sabotage == .findsAnyTerm { query.terms = Array(query.terms.prefix(1)) }
        return try base.find(query, after: cursor, limit: limit)
    }

    func entries(of author: User.ID, after id: CatalogEntry.ID?, limit: Int) throws -> [CatalogEntry] {
        try base.entries(of: author, after: id, limit: limit)
    }

    func pending(after id: CatalogEntry.ID?, limit: Int) throws -> [CatalogEntry] {
        sabotage == .showsRefused
            ? try base.find(.init(highestRating: .mature), after: nil, limit: limit)
            : try base.pending(after: id, limit: limit)
    }

    func rate(_ id: CatalogEntry.ID, _ stars: Int?, by user: User.ID) throws {
        if sabotage == .addsStarsTwice, let stars, stars < 5 { return try base.rate(id, stars + 1, by: user) }
        try base.rate(id, stars, by: user)
    }

    func stars(of id: CatalogEntry.ID, by user: User.ID) throws -> Int? { try base.stars(of: id, by: user) }

    func ratings(by user: User.ID, after id: CatalogEntry.ID?, limit: Int) throws -> [CatalogRating] {
        try base.ratings(by: user, after: id, limit: limit)
    }

    func countUse(of id: CatalogEntry.ID) throws { try base.countUse(of: id) }
}
