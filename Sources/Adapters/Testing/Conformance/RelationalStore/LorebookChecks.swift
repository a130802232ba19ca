internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension RelationalStoreConformance {
    static let lorebookChecks: [Check] = [
        check("A lorebook is kept whole, its numbers digit for digit, and nobody's throws notFound") { probe in
            let scene = try await probe.scene()
            let book = probe.lorebook(of: scene.user, "Harbour", entries: 3, isEverywhere: true)
            try await probe.write { try $0.lorebooks.insert(book) }
            let seen = try await probe.read { try $0.lorebooks.lorebook(book.id, of: scene.user.id) }
            try expect(seen, equals: book, "the lorebook")
            try expect(seen?.book.standaloneJSON, equals: book.book.standaloneJSON, "the book as JSON")
            try await expect(
                probe.read { try $0.lorebooks.lorebook(probe.id(), of: scene.user.id) }, equals: nil, "none")
            try await expectError(.conflict, "the same identifier again") {
                try await probe.write { try $0.lorebooks.insert(book) }
            }
            let nobodys = probe.lorebook(of: probe.user("Nobody"), "Lost")
            try await expectError(.notFound, "a book of nobody's") {
                try await probe.write { try $0.lorebooks.insert(nobodys) }
            }
        },
        check("Updating a lorebook replaces all but createdAt, counts its revision, and refuses an older one") {
            probe in
            let scene = try await probe.scene()
            let old = probe.lorebook(of: scene.user, "Harbour")
            try await probe.write { try $0.lorebooks.insert(old) }
            var changed = old
            changed.name = "Port"
            changed.book.entries.append(LorebookEntry(keys: ["quay"], content: "Stone."))
            changed.isEverywhere = true
            changed.updatedAt = probe.time(7)
            try await probe.write { [changed] in try $0.lorebooks.update(changed, of: scene.user.id) }
            var expected = changed
            expected.revision = 2
            try await expect(
                probe.read { try $0.lorebooks.lorebook(old.id, of: scene.user.id) }, equals: expected, "the update")
            try await expectError(.conflict, "an update of an older revision") {
                try await probe.write { [changed] in try $0.lorebooks.update(changed, of: scene.user.id) }
            }
            let missing = probe.lorebook(of: scene.user, "Missing")
            try await expectError(.notFound, "an update of what there is not") {
                try await probe.write { try $0.lorebooks.update(missing, of: scene.user.id) }
            }
        },
        check("A person's lorebooks are counted, and paged in the order of their identifiers") { probe in
            let (ada, bob) = try await (probe.scene("Ada"), probe.scene("Bob"))
            let books = (0..<5).map { probe.lorebook(of: ada.user, "Book \($0)", entries: $0) }
            try await probe.write { transaction in
                for book in books.reversed() { try transaction.lorebooks.insert(book) }
                try transaction.lorebooks.insert(probe.lorebook(of: bob.user, "Bob's"))
            }
            var pages: [LorebookSummary] = []
            while true {
                let page = try await probe.read { [pages] in
                    try $0.lorebooks.lorebooks(of: ada.user.id, after: pages.last?.id, limit: 2)
                }
                try expect(page.count <= 2, "at most two in a page")
                if page.isEmpty { break }
                pages += page
                try expect(pages.count <= 5, "no book twice")
            }
            try expect(pages, equals: books.sorted { $0.id < $1.id }.map(\.summary), "all pages")
            try await expect(
                probe.read { try $0.lorebooks.lorebooks(of: ada.user.id, after: nil, limit: 0) }, equals: [], "none")
            try await expect(probe.read { try $0.lorebooks.count(of: ada.user.id) }, equals: 5, "the count")
        },
        check("Attached lorebooks apply to their chat, then those that apply everywhere, each once") { probe in
            let scene = try await probe.scene()
            let other = probe.chat(of: scene.user, with: scene.character)
            let books = (0..<4).map { probe.lorebook(of: scene.user, "Book \($0)", isEverywhere: $0 == 1) }
            let (user, chat) = (scene.user.id, scene.chat.id)
            try await probe.write { transaction in
                try transaction.chats.insert(other)
                for book in books { try transaction.lorebooks.insert(book) }
            }
            for (index, expected) in [(2, true), (0, true), (2, false), (1, true)] {
                try await expect(
                    probe.write { try $0.lorebooks.attach(books[index].id, to: chat, of: user) }, equals: expected,
                    "attaching book \(index)")
            }
            func stamps(_ places: Int..., everywhere: Int...) -> [LorebookStamp] {
                places.map { LorebookStamp(id: books[$0].id, revision: 1, isEverywhere: false) }
                    + everywhere.map { LorebookStamp(id: books[$0].id, revision: 1, isEverywhere: true) }
            }
            // The one that does both is one of the attached.
            try await expect(probe.stamps(in: chat, of: user), equals: stamps(0, 1, 2), "what applies")
            try await expect(
                probe.stamps(in: other.id, of: user), equals: stamps(everywhere: 1), "what applies elsewhere")
            try await expect(probe.stamps(in: nil, of: user), equals: stamps(everywhere: 1), "what applies everywhere")
            _ = try await probe.write { try $0.lorebooks.detach(books[1].id, from: chat, of: user) }
            try await expect(
                probe.stamps(in: chat, of: user), equals: stamps(0, 2, everywhere: 1), "what applies by itself")
            for expected in [true, false] {
                try await expect(
                    probe.write { try $0.lorebooks.detach(books[2].id, from: chat, of: user) }, equals: expected,
                    "detaching")
            }
            try await expect(
                probe.stamps(in: chat, of: user), equals: stamps(0, everywhere: 1), "what applies still")
            for (book, place) in [(probe.id(), chat), (books[3].id, probe.id())] {
                try await expectError(.notFound, "attaching what there is not") {
                    _ = try await probe.write { try $0.lorebooks.attach(book, to: place, of: user) }
                }
            }
        },
        check("An attachment ends with its lorebook and with its chat, and leaves the other") { probe in
            let scene = try await probe.scene()
            let (gone, kept) = (probe.lorebook(of: scene.user, "Gone"), probe.lorebook(of: scene.user, "Kept"))
            let (user, chat) = (scene.user.id, scene.chat.id)
            try await probe.write { transaction in
                for book in [gone, kept] {
                    try transaction.lorebooks.insert(book)
                    _ = try transaction.lorebooks.attach(book.id, to: chat, of: user)
                }
            }
            for expected in [true, false] {
                try await expect(
                    probe.write { try $0.lorebooks.delete(gone.id, of: user) }, equals: expected, "deleting a book")
            }
            try await expect(probe.stamps(in: chat, of: user).map(\.id), equals: [kept.id], "what applies still")
            _ = try await probe.write { try $0.chats.delete(chat, of: user) }
            try await expect(probe.stamps(in: chat, of: user), equals: [], "what applies to no chat")
            try await expect(
                probe.read { try $0.lorebooks.lorebook(kept.id, of: user) }, equals: kept, "the other book")
        },
        check("What a chat remembers of lore is kept as it was put last, and goes with the chat") { probe in
            let scene = try await probe.scene()
            let (user, chat) = (scene.user.id, scene.chat.id)
            try await expect(
                probe.read { try $0.lorebooks.state(of: chat, of: user) }, equals: nil, "what is remembered at first")
            for names in [["a"], ["b", "c"], []] {
                let state = try probe.loreState(names)
                try await probe.write { try $0.lorebooks.put(state, of: chat, of: user) }
                try await expect(
                    probe.read { try $0.lorebooks.state(of: chat, of: user) }, equals: state, "what is remembered")
            }
            let state = try probe.loreState(["d"])
            try await probe.write { transaction in
                try transaction.lorebooks.put(state, of: chat, of: user)
                _ = try transaction.chats.delete(chat, of: user)
            }
            try await expect(
                probe.read { try $0.lorebooks.state(of: chat, of: user) }, equals: nil, "what is remembered at last")
            try await expectError(.notFound, "remembering for no chat") {
                try await probe.write { try $0.lorebooks.put(state, of: chat, of: user) }
            }
        },
    ]
}

extension StoreProbe {
    func lorebook(
        of owner: User, _ name: String, entries: Int = 1, isEverywhere: Bool = false
    ) -> CompanionLorebook {
        let entries = (0..<entries).map { index in
            LorebookEntry(
                keys: ["key \(index)"], content: "@@depth 2\nText \(index)", id: .text("\(index)"),
                unknownFields: ["x_number": .number(JSONNumber(index)), "x_text": "\u{1F30A}\"\\"])
        }
        return CompanionLorebook(
            id: id(), owner: owner.id, name: name,
            book: Lorebook(
                name: "Written as \(name)", scanDepth: 3, extensions: ["x": [1, .null]], entries: entries,
                unknownFields: ["y": "z"]),
            isEverywhere: isEverywhere, createdAt: start)
    }

    /// One that remembers entries of these names.
    func loreState(_ names: [String]) throws -> LorebookState {
        let records = names.map { "\"\($0)\":{\"first\":1,\"start\":2,\"stickyUntil\":5,\"coolingUntil\":9}" }
        let text = "{\"records\":{\(records.joined(separator: ","))}}"
        return try JSONDecoder().decode(LorebookState.self, from: Data(text.utf8))
    }

    func stamps(in chat: Chat.ID?, of user: User.ID) async throws -> [LorebookStamp] {
        try await read { try $0.lorebooks.stamps(in: chat, of: user) }
    }

    /// Fills a scene with lorebooks; returns one call of each method that writes them.
    func lorebookWrites(_ scene: Scene) async throws -> [StoreWrite] {
        let (user, chat) = (scene.user.id, scene.chat.id)
        let books = ["Attached", "Free", "Doomed", "New"].map { lorebook(of: scene.user, $0) }
        let state = try loreState(["a"])
        try await write { transaction in
            for book in books.dropLast() { try transaction.lorebooks.insert(book) }
            _ = try transaction.lorebooks.attach(books[0].id, to: chat, of: user)
        }
        var renamed = books[1]
        renamed.name = "Renamed"
        return [
            StoreWrite("lorebooks.insert") { try $0.lorebooks.insert(books[3]) },
            StoreWrite("lorebooks.update") { [renamed] in try $0.lorebooks.update(renamed, of: user) },
            StoreWrite("lorebooks.delete") { _ = try $0.lorebooks.delete(books[2].id, of: user) },
            StoreWrite("lorebooks.attach") { _ = try $0.lorebooks.attach(books[1].id, to: chat, of: user) },
            StoreWrite("lorebooks.detach") { _ = try $0.lorebooks.detach(books[0].id, from: chat, of: user) },
            StoreWrite("lorebooks.put") { try $0.lorebooks.put(state, of: chat, of: user) },
        ]
    }
}
