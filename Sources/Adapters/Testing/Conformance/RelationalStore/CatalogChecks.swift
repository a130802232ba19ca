internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension RelationalStoreConformance {
    static let catalogChecks: [Check] = [
        check("An entry of the catalog is kept whole, replaced by its author alone, and one of each character") {
            probe in
            let (ada, bob) = try await (probe.scene(), probe.scene("Bob"))
            var entry = probe.entry(ada, listed: 1)
            entry.submission = .init(
                version: .init(card: CharacterCard(name: "Selene"), revision: 9, at: probe.time(3.25)),
                status: .pending, reasons: ["a \"reason\"", "b"])
            try await probe.put(entry)
            try await expect(probe.read { [entry] in try $0.catalog.entry(entry.id) }, equals: entry, "the entry")
            try await expect(
                probe.read { try $0.catalog.entry(of: ada.character.id, by: ada.user.id) }, equals: entry,
                "the entry of the character")
            try await expect(
                probe.read { try $0.catalog.entry(of: ada.character.id, by: bob.user.id) }, equals: nil,
                "somebody else's entry of it")
            entry.published = nil
            entry.submission?.status = .refused
            (entry.visibility, entry.rating, entry.updatedAt) = (.unlisted, .mature, probe.time(9))
            try await probe.put(entry)
            try await expect(
                probe.read { [entry] in try $0.catalog.entry(entry.id) }, equals: entry, "the changed entry")
            let stolen = CatalogEntry(
                id: entry.id, author: bob.user.id, character: bob.character.id, visibility: .listed, rating: .general,
                createdAt: probe.start)
            try await expectError(.conflict, "to take somebody's entry") { try await probe.put(stolen) }
            try await expectError(.conflict, "a second entry of a character") {
                try await probe.put(probe.entry(ada, listed: 2))
            }
            try await expectError(.notFound, "an entry of nobody") {
                try await probe.put(
                    CatalogEntry(
                        id: probe.id(), author: probe.id(), character: probe.id(), visibility: .listed,
                        rating: .general, createdAt: probe.start))
            }
            let deleted = try await probe.write { [entry] transaction in
                try (
                    transaction.catalog.delete(entry.id, by: bob.user.id),
                    transaction.catalog.delete(entry.id, by: ada.user.id),
                    transaction.catalog.delete(entry.id, by: ada.user.id)
                )
            }
            try expect([deleted.0, deleted.1, deleted.2], equals: [false, true, false], "what was deleted")
        },
        check("Listed entries are found by all of their terms, within a rating, in pages of each order") { probe in
            var entries: [CatalogEntry] = []
            for (index, terms) in [["a", "b"], ["a"], ["b", "#c"], ["a", "b"], ["a", "b"], ["a", "b"]].enumerated() {
                let scene = try await probe.scene("Author \(index)")
                var entry = probe.entry(scene, listed: Double(index == 4 ? 0 : index))
                if index == 2 { entry.rating = .teen }
                if index == 5 { entry.visibility = .unlisted }
                try await probe.put(entry, terms: index == 5 ? [] : Set(terms))
                entries.append(entry)
            }
            let fan = probe.user("Fan")
            try await probe.write { [entries] transaction in
                try transaction.users.insert(fan)
                try transaction.catalog.rate(entries[1].id, 5, by: fan.id)
                try transaction.catalog.rate(entries[3].id, 1, by: fan.id)
                for _ in 0..<2 { try transaction.catalog.countUse(of: entries[0].id) }
                try transaction.catalog.countUse(of: entries[3].id)
            }
            func found(
                _ terms: [String], _ order: CatalogQuery.Order = .newest, _ rating: CharacterRating = .mature
            ) async throws -> [Int] {
                var places: [Int] = []
                var cursor: CatalogCursor?
                while true {
                    let page = try await probe.read { [cursor] in
                        try $0.catalog.find(
                            CatalogQuery(terms: terms, order: order, highestRating: rating), after: cursor, limit: 2)
                    }
                    places += page.compactMap { entry in entries.firstIndex { $0.id == entry.id } }
                    guard page.count == 2, let last = page.last else { return places }
                    cursor = CatalogCursor(last, in: order)
                }
            }
            // Of the first and the fifth, which are as old, the fifth has the greater identifier.
            try await expect(found([]), equals: [3, 2, 1, 4, 0], "all")
            try await expect(found([], .newest, .general), equals: [3, 1, 4, 0], "those for everybody")
            try await expect(found(["a", "b"]), equals: [3, 4, 0], "those with two terms")
            try await expect(found(["#c"]), equals: [2], "those with a tag")
            try await expect(found(["a", "#c"]), equals: [], "those with terms that none has together")
            try await expect(found([], .best), equals: [1, 4, 2, 0, 3], "the best first")
            try await expect(found(["a"], .mostUsed), equals: [0, 3, 4, 1], "the most used first")
        },
        check("Stars are one's own, replaced and taken back, and add up; entries count their copies") { probe in
            let (ada, bob) = try await (probe.scene(), probe.scene("Bob"))
            let entry = probe.entry(ada, listed: 1)
            try await probe.put(entry)
            func stars() async throws -> [Int] {
                try await probe.read { transaction in
                    let entry = try transaction.catalog.entry(entry.id)
                    return [
                        entry?.stars ?? -1, entry?.ratingCount ?? -1, entry?.uses ?? -1,
                        try transaction.catalog.stars(of: entry?.id ?? probe.id(), by: bob.user.id) ?? 0,
                    ]
                }
            }
            try await probe.write { transaction in
                try transaction.catalog.rate(entry.id, 5, by: bob.user.id)
                try transaction.catalog.rate(entry.id, 2, by: ada.user.id)
                try transaction.catalog.countUse(of: entry.id)
            }
            try await expect(stars(), equals: [7, 2, 1, 5], "stars")
            let (all, none) = try await probe.read { transaction in
                try (
                    transaction.catalog.ratings(by: bob.user.id, after: nil, limit: 9),
                    transaction.catalog.ratings(by: bob.user.id, after: entry.id, limit: 9)
                )
            }
            try expect(all, equals: [CatalogRating(entry: entry.id, stars: 5)], "what Bob gave")
            try expect(none, equals: [], "what Bob gave behind that")
            try await probe.write { try $0.catalog.rate(entry.id, 3, by: bob.user.id) }
            try await probe.put(entry)
            try await expect(stars(), equals: [5, 2, 1, 3], "stars, replaced, and kept when the entry is")
            for _ in 0..<2 { try await probe.write { try $0.catalog.rate(entry.id, nil, by: bob.user.id) } }
            try await expect(stars(), equals: [2, 1, 1, 0], "stars, taken back")
            try await expectError(.notFound, "stars for what there is not") {
                try await probe.write { try $0.catalog.rate(probe.id(), 5, by: bob.user.id) }
            }
            try await expectError(.notFound, "stars of nobody") {
                try await probe.write { try $0.catalog.rate(entry.id, 5, by: probe.id()) }
            }
        },
        check("Moderators see what waits, authors what is theirs, in pages") { probe in
            let (ada, bob) = try await (probe.scene(), probe.scene("Bob"))
            let second = probe.character(of: ada.user)
            try await probe.write { try $0.characters.insert(second) }
            var entries = [probe.entry(ada, listed: 1), probe.entry(bob, listed: 2)]
            entries.append(
                CatalogEntry(
                    id: probe.id(), author: ada.user.id, character: second.id, visibility: .listed, rating: .general,
                    createdAt: probe.start))
            for index in entries.indices {
                let version = CatalogEntry.Version(card: CharacterCard(name: "Luna"), revision: 1, at: probe.start)
                entries[index].submission = .init(
                    version: version, status: index == 1 ? .refused : .pending, reasons: [])
                try await probe.put(entries[index])
            }
            let pages = try await probe.read { [entries] transaction in
                try [
                    transaction.catalog.pending(after: nil, limit: 9),
                    transaction.catalog.pending(after: entries[0].id, limit: 9),
                    transaction.catalog.entries(of: ada.user.id, after: nil, limit: 1),
                    transaction.catalog.entries(of: ada.user.id, after: entries[0].id, limit: 9),
                ].map { page in page.compactMap { entry in entries.firstIndex { $0.id == entry.id } } }
            }
            try expect(pages, equals: [[0, 2], [2], [0], [2]], "the pages")
        },
        check("A copy is known by the entry that it is of, and its origin is kept with each version") { probe in
            let (ada, bob) = try await (probe.scene(), probe.scene("Bob"))
            let entry: CatalogEntry.ID = probe.id()
            var copy = probe.character(of: bob.user)
            copy.origin = CatalogOrigin(entry: entry, revision: 3)
            try await probe.write { [copy] in try $0.characters.insert(copy) }
            copy.origin?.revision = 4
            try await probe.write { [copy] in try $0.characters.update(copy, of: bob.user.id) }
            let (found, first, theirs) = try await probe.read { [copy] transaction in
                try (
                    transaction.characters.character(adoptedFrom: entry, by: bob.user.id),
                    transaction.characters.character(copy.id, revision: 1, of: bob.user.id),
                    transaction.characters.character(adoptedFrom: entry, by: ada.user.id)
                )
            }
            try expect(found?.origin, equals: CatalogOrigin(entry: entry, revision: 4), "the copy's origin")
            try expect(first?.origin, equals: CatalogOrigin(entry: entry, revision: 3), "the first version's origin")
            try expect(theirs, equals: nil, "somebody else's copy")
        },
    ]
}

extension StoreProbe {
    /// An entry of the scene's character, published so many seconds after the start.
    func entry(_ scene: Scene, listed seconds: Double) -> CatalogEntry {
        CatalogEntry(
            id: id(), author: scene.user.id, character: scene.character.id, visibility: .listed, rating: .general,
            published: .init(card: scene.character.card, revision: 1, at: time(seconds)), createdAt: start)
    }

    func put(_ entry: CatalogEntry, terms: Set<String> = ["luna"]) async throws {
        try await write { try $0.catalog.put(entry, terms: terms) }
    }

    func catalogWrites(_ scene: Scene) async throws -> [StoreWrite] {
        let (kept, other) = (entry(scene, listed: 1), try await self.scene("Author"))
        let (theirs, new) = (entry(other, listed: 1), character(of: other.user))
        try await write { transaction in
            try transaction.characters.insert(new)
            for entry in [kept, theirs] { try transaction.catalog.put(entry, terms: ["luna"]) }
        }
        let another = CatalogEntry(
            id: id(), author: other.user.id, character: new.id, visibility: .listed, rating: .general, createdAt: start)
        return [
            StoreWrite("catalog.put") { try $0.catalog.put(another, terms: ["luna"]) },
            StoreWrite("catalog.rate") { try $0.catalog.rate(theirs.id, 4, by: scene.user.id) },
            StoreWrite("catalog.countUse") { try $0.catalog.countUse(of: kept.id) },
            StoreWrite("catalog.delete") { _ = try $0.catalog.delete(kept.id, by: scene.user.id) },
        ]
    }
}
