internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

struct InMemoryCatalog: CatalogRepository {
    let transaction: InMemoryTransaction
    private var tables: CatalogTables { transaction.tables.catalog }

    init(transaction: InMemoryTransaction) { self.transaction = transaction }

    func put(_ entry: CatalogEntry, terms: Set<String>) throws {
        try transaction.requireWriting()
        guard try transaction.users.user(entry.author) != nil else { throw Self.notFound }
        let old = tables.entries[entry.id]
        let other = try self.entry(of: entry.character, by: entry.author)
        guard old.map({ $0.author == entry.author }) ?? true, other.map({ $0.id == entry.id }) ?? true else {
            throw CompanionError(.conflict, "The entry is another author's, or its character has one already.")
        }
        var stored = entry.asStored
        (stored.stars, stored.ratingCount, stored.uses) = (old?.stars ?? 0, old?.ratingCount ?? 0, old?.uses ?? 0)
        tables.replace(old, with: stored)
        tables.terms[entry.id] = terms
    }

    func entry(_ id: CatalogEntry.ID) throws -> CatalogEntry? { tables.entries[id] }

    func entry(of character: CompanionCharacter.ID, by author: User.ID) throws -> CatalogEntry? {
        tables.ids.elements(in: .author(author)).lazy.compactMap { tables.entries[$0] }
            .first { $0.character == character }
    }

    func delete(_ id: CatalogEntry.ID, by author: User.ID) throws -> Bool {
        try transaction.requireWriting()
        guard let entry = tables.entries[id], entry.author == author else { return false }
        tables.delete(entry)
        return true
    }

    func find(_ query: CatalogQuery, after cursor: CatalogCursor?, limit: Int) throws -> [CatalogEntry] {
        let found = tables.ids.elements(in: .all).compactMap { tables.entries[$0] }.filter { entry in
            entry.isListed && entry.rating <= query.highestRating
                && query.terms.allSatisfy { tables.terms[entry.id]?.contains($0) ?? false }
        }
        let places = found.map { (CatalogCursor($0, in: query.order), $0) }
            .filter { place, _ in cursor.map { (place.key, place.id) < ($0.key, $0.id) } ?? true }
            .sorted { ($0.0.key, $0.0.id) > ($1.0.key, $1.0.id) }
        return places.prefix(max(0, limit)).map(\.1)
    }

    func entries(of author: User.ID, after id: CatalogEntry.ID?, limit: Int) throws -> [CatalogEntry] {
        tables.ids.first(limit, in: .author(author), after: id).compactMap { tables.entries[$0] }
    }

    func pending(after id: CatalogEntry.ID?, limit: Int) throws -> [CatalogEntry] {
        tables.ids.first(limit, in: .pending, after: id).compactMap { tables.entries[$0] }
    }

    func rate(_ id: CatalogEntry.ID, _ stars: Int?, by user: User.ID) throws {
        try transaction.requireWriting()
        guard var entry = tables.entries[id], try transaction.users.user(user) != nil else { throw Self.notFound }
        let key = Tables.Owned(user: user, id: id)
        let old = tables.stars[key]
        entry.stars += (stars ?? 0) - (old ?? 0)
        entry.ratingCount += (stars == nil ? 0 : 1) - (old == nil ? 0 : 1)
        tables.entries[id] = entry
        tables.stars[key] = stars
        if stars == nil {
            tables.rated.remove(id, from: user)
        } else {
            tables.rated.insert(id, in: user)
        }
    }

    func stars(of id: CatalogEntry.ID, by user: User.ID) throws -> Int? {
        tables.stars[Tables.Owned(user: user, id: id)]
    }

    func ratings(by user: User.ID, after id: CatalogEntry.ID?, limit: Int) throws -> [CatalogRating] {
        tables.rated.first(limit, in: user, after: id).compactMap { id in
            tables.stars[Tables.Owned(user: user, id: id)].map { CatalogRating(entry: id, stars: $0) }
        }
    }

    func countUse(of id: CatalogEntry.ID) throws {
        try transaction.requireWriting()
        tables.entries[id]?.uses += 1
    }

    private static var notFound: CompanionError {
        CompanionError(.notFound, "There is no such entry, or no such person.")
    }
}

extension CatalogEntry {
    fileprivate var asStored: CatalogEntry {
        var entry = CatalogEntry(
            id: id, author: author, character: character, visibility: visibility, rating: rating, published: published,
            submission: submission, createdAt: createdAt.wholeMilliseconds, updatedAt: updatedAt.wholeMilliseconds)
        if let published { entry.published?.at = published.at.wholeMilliseconds }
        if let submission { entry.submission?.version.at = submission.version.at.wholeMilliseconds }
        return entry
    }
}
