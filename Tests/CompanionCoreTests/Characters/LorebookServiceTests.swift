import CompanionCore
import CompanionInMemory
import CompanionTesting
import Testing

/// Books beside characters: kept, attached, and shown to the model.
struct LorebookServiceTests {
    private func book(_ key: String, _ content: String, constant: Bool = false, sticky: Int = 0) -> Lorebook {
        var entry = LorebookEntry(keys: [key], content: content, constant: constant)
        if sticky > 0 { entry.extensions["sticky"] = .number(JSONNumber(sticky)) }
        return Lorebook(name: "Book of \(key)", entries: [entry])
    }

    private func lore(_ fixture: TurnFixture, _ text: String) async throws -> [String] {
        let prompt = try await fixture.companion.chats.prompt(in: fixture.chat, by: fixture.user, ifSaying: text)
        return prompt.messages.filter { $0.part == .lore }.map(\.text)
    }

    @Test("A book applies where it is attached, or everywhere, and no more once it is taken away or deleted")
    func applies() async throws {
        let fixture = try await TurnFixture(.text("A"), .text("B"))
        let (books, user) = (fixture.companion.lorebooks, fixture.user)
        let harbour = try await books.add(book("harbour", "The harbour is old."), by: user)
        #expect(harbour.name == "Book of harbour")
        #expect(try await lore(fixture, "the harbour") == [])
        #expect(try await books.attach(harbour.id, to: fixture.chat, by: user))
        #expect(try await lore(fixture, "the harbour") == ["The harbour is old."])
        var everywhere = try await books.add(
            book("port", "The port is new."), named: "Port", isEverywhere: true, by: user)
        #expect(try await lore(fixture, "harbour, port") == ["The harbour is old.", "The port is new."])
        #expect(try await books.applying(to: fixture.chat, by: user).map(\.id) == [harbour.id, everywhere.id])
        everywhere.book.entries[0].content = "The port is closed."
        everywhere = try await books.update(everywhere, by: user)
        #expect(everywhere.revision == 2)
        #expect(try await lore(fixture, "port") == ["The port is closed."])
        #expect(try await books.detach(harbour.id, from: fixture.chat, by: user))
        try await books.delete(everywhere.id, by: user)
        #expect(try await lore(fixture, "harbour, port") == [])
        #expect(try await books.lorebooks(by: user).map(\.name) == ["Book of harbour"])
    }

    @Test("A turn shows what was changed since the last one, and a fork has the books of its source")
    func turns() async throws {
        let fixture = try await TurnFixture(.text("A"), .text("B"), .text("C"))
        let (books, user) = (fixture.companion.lorebooks, fixture.user)
        func loreOfTurn(_ text: String, in chat: Chat.ID) async throws -> [String] {
            try await fixture.companion.chats.withReply(to: text, in: chat, by: user) { reply in
                var titles: [String] = []
                for try await event in reply {
                    guard case .composed(let report) = event else { continue }
                    titles += report.segments.filter { $0.part == .lore && $0.isIncluded }.map(\.title)
                }
                return titles
            }
        }
        #expect(try await loreOfTurn("sea", in: fixture.chat) == [])
        let sea = try await books.add(book("sea", "The sea is cold."), by: user)
        try await books.attach(sea.id, to: fixture.chat, by: user)
        #expect(try await loreOfTurn("sea", in: fixture.chat) == ["Lore: sea"])
        let first = try await fixture.companion.chats.messages(in: fixture.chat, by: user, after: 0, limit: 2)
        let fork = try await fixture.companion.chats.fork(fixture.chat, at: first[1].id, by: user)
        #expect(try await loreOfTurn("sea", in: fork.id) == ["Lore: sea"])
    }

    @Test("What is sticky stays in another process, which has the chat from the store alone")
    func sticky() async throws {
        let fixture = try await TurnFixture(.text("A"))
        let (books, user) = (fixture.companion.lorebooks, fixture.user)
        let sea = try await books.add(book("sea", "The sea is cold.", sticky: 20), by: user)
        try await books.attach(sea.id, to: fixture.chat, by: user)
        try await fixture.say("the sea")
        let neighbour = fixture.neighbour(ScriptedLanguageModel(replies: [.text("B"), .text("C")]))
        for _ in 0..<2 { _ = try await neighbour.chats.reply(to: "so", in: fixture.chat, by: user) }
        // Beyond the two messages that are searched.
        let prompt = try await neighbour.chats.prompt(in: fixture.chat, by: user, ifSaying: "well")
        #expect(prompt.messages.contains { $0.part == .lore && $0.text == "The sea is cold." })
        // Another book does not change whose memory that is.
        _ = try await books.add(book("air", "The air is thin."), isEverywhere: true, by: user)
        let later = try await neighbour.chats.prompt(in: fixture.chat, by: user, ifSaying: "well")
        #expect(later.messages.contains { $0.part == .lore && $0.text == "The sea is cold." })
    }

    @Test("Books are their owner's alone, have names, and are bounded")
    func bounds() async throws {
        let fixture = try await TurnFixture()
        let (books, user) = (fixture.companion.lorebooks, fixture.user)
        let eve = try await fixture.companion.accounts.register(name: "Eve").id
        let mine = try await books.add(book("a", "A"), by: user)
        await #expect(throws: CompanionError.self) { try await books.lorebook(mine.id, by: eve) }
        await #expect(throws: CompanionError.self) { try await books.attach(mine.id, to: fixture.chat, by: eve) }
        let nameless = Lorebook(entries: [])
        await #expect(throws: CompanionError.self) { try await books.add(nameless, by: user) }
        let large = book("a", String(repeating: "x", count: CompanionLorebook.Limits.bytes))
        let error = await #expect(throws: CompanionError.self) { try await books.add(large, by: user) }
        #expect(error?.code == .limitExceeded)
        for _ in 0..<CompanionLorebook.Limits.attached {
            let book = try await books.add(book("a", "A"), by: user)
            try await books.attach(book.id, to: fixture.chat, by: user)
        }
        let full = await #expect(throws: CompanionError.self) {
            try await books.attach(mine.id, to: fixture.chat, by: user)
        }
        #expect(full?.code == .limitExceeded)
        #expect(try await books.applying(to: fixture.chat, by: user).count == CompanionLorebook.Limits.attached)
    }

    @Test("An attached book counts for its chat also where it applies everywhere, so no change of it exceeds the bound")
    func attachedAndEverywhere() async throws {
        let fixture = try await TurnFixture(.text("A"))
        let (books, user) = (fixture.companion.lorebooks, fixture.user)
        var both = try await books.add(book("sea", "The sea is cold."), isEverywhere: true, by: user)
        try await books.attach(both.id, to: fixture.chat, by: user)
        for _ in 1..<CompanionLorebook.Limits.attached {
            let book = try await books.add(book("a", "A"), by: user)
            try await books.attach(book.id, to: fixture.chat, by: user)
        }
        let other = try await books.add(book("b", "B"), by: user)
        let full = await #expect(throws: CompanionError.self) {
            try await books.attach(other.id, to: fixture.chat, by: user)
        }
        #expect(full?.code == .limitExceeded)
        both.isEverywhere = false
        both = try await books.update(both, by: user)
        let applying = try await books.applying(to: fixture.chat, by: user)
        #expect(applying.count == CompanionLorebook.Limits.attached && applying.contains { $0.id == both.id })
        // A fork has what is attached, whatever applies everywhere.
        both.isEverywhere = true
        both = try await books.update(both, by: user)
        try await fixture.say("so")
        let newest = try #require(try await fixture.messages.last)
        let fork = try await fixture.companion.chats.fork(fixture.chat, at: newest.id, by: user)
        both.isEverywhere = false
        both = try await books.update(both, by: user)
        #expect(try await books.applying(to: fork.id, by: user).contains { $0.id == both.id })
    }

    @Test("A book for SillyTavern comes back from it as it was")
    func sillyTavern() throws {
        let text = """
            {"entries": {"0": {"uid": 7, "key": ["sea", "/oce.n/i"], "keysecondary": ["cold"], "comment": "Sea",
              "content": "The sea.", "constant": false, "selective": true, "selectiveLogic": 3, "order": 42,
              "position": 4, "depth": 2, "role": 1, "disable": true, "probability": 30, "useProbability": true,
              "sticky": 3, "excludeRecursion": true, "caseSensitive": true}}}
            """
        let book = try Lorebook.Import(parsing: text.utf8).book
        let again = try Lorebook.Import(json: book.sillyTavernJSON).book
        #expect(again.entries.count == 1)
        let (old, new) = (book.entries[0], again.entries[0])
        #expect(old.keys == ["sea", "/oce.n/i"] && !old.enabled && old.insertionOrder == 42)
        #expect(new.keys == old.keys && new.secondaryKeys == old.secondaryKeys && new.content == old.content)
        #expect(new.enabled == old.enabled && new.insertionOrder == old.insertionOrder && new.id == old.id)
        #expect(new.caseSensitive == true && new.selective == true && new.comment == "Sea")
        for key in ["selectiveLogic", "position", "depth", "role", "probability", "sticky", "excludeRecursion"] {
            #expect(new.extensions[key] == old.extensions[key] && new.extensions[key] != nil, "\(key)")
        }
        let expression = Lorebook(entries: [LorebookEntry(keys: ["a/b", #"c\/d"#], content: "x", useRegex: true)])
        let keys = expression.sillyTavernJSON["entries"]?["0"]?["key"]?.array?.compactMap(\.string)
        #expect(keys == [#"/a\/b/i"#, #"/c\/d/i"#])
    }
}
