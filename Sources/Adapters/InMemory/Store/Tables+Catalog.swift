internal import CompanionCore

/// What people show to each other.
final class CatalogTables {
    enum List: Hashable {
        case all, pending
        case author(User.ID)
    }

    let entries: Table<CatalogEntry.ID, CatalogEntry>
    let ids: OrderedIndex<List, CatalogEntry.ID>
    let terms: Table<CatalogEntry.ID, Set<String>>
    let stars: Table<Tables.Owned<CatalogEntry.ID>, Int>
    /// What a person has given stars.
    let rated: OrderedIndex<User.ID, CatalogEntry.ID>

    init(journal: Journal) {
        entries = .init(journal: journal)
        ids = .init(journal: journal)
        terms = .init(journal: journal)
        stars = .init(journal: journal)
        rated = .init(journal: journal)
    }

    func replace(_ old: CatalogEntry?, with new: CatalogEntry) {
        entries[new.id] = new
        ids.insert(new.id, in: .all)
        ids.insert(new.id, in: .author(new.author))
        if new.submission?.status == .pending {
            ids.insert(new.id, in: .pending)
        } else {
            ids.remove(new.id, from: .pending)
        }
    }

    func delete(_ entry: CatalogEntry) {
        entries[entry.id] = nil
        terms[entry.id] = nil
        for list in [List.all, .pending, .author(entry.author)] { ids.remove(entry.id, from: list) }
        for user in raters(of: entry.id) {
            stars[Tables.Owned(user: user, id: entry.id)] = nil
            rated.remove(entry.id, from: user)
        }
    }

    private func raters(of id: CatalogEntry.ID) -> [User.ID] {
        rated.groups(where: { $0.contains(id) })
    }

    /// Deletes what a person shows, and what they gave to others; the sums stay, with nobody's name.
    func erase(_ user: User.ID) {
        for id in ids.elements(in: .author(user)) { if let entry = entries[id] { delete(entry) } }
        for id in rated.removeAll(in: user) { stars[Tables.Owned(user: user, id: id)] = nil }
    }

    func traces(of user: User.ID) -> [String: Int] {
        [
            "catalog_entries": ids.elements(in: .author(user)).count,
            "catalog_ratings": rated.elements(in: user).count,
        ]
    }
}
