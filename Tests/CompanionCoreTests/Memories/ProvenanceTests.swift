import CompanionCore
import CompanionInMemory
import CompanionTesting
import Testing

struct ProvenanceTests {
    func code(_ error: any Error) -> CompanionError.Code? { (error as? CompanionError)?.code }

    @Test("Editing a message retracts what came from it, and it is read again")
    func edit() async throws {
        let fixture = try await MemoryFixture()
        let message = try await fixture.say("I live in Rome.")
        try await fixture.extract()
        _ = try await fixture.companion.chats.edit(message.id, to: "I live in Naples.", by: fixture.user)
        #expect(try await fixture.memories(.always).isEmpty)
        try await fixture.settle()
        #expect(try await fixture.memories(.always).map(\.text) == ["Ada lives in Naples."])
        _ = try await fixture.companion.chats.undo(in: fixture.chat, by: fixture.user)
        try await fixture.settle()
        #expect(try await fixture.memories(.always).map(\.text) == ["Ada lives in Rome."])
    }

    @Test("Deleting a message retracts what came from it; undoing the deletion brings it back")
    func delete() async throws {
        let fixture = try await MemoryFixture()
        let message = try await fixture.say("I live in Rome.")
        try await fixture.say("I love tea.")
        try await fixture.extract()
        try await fixture.companion.chats.delete(message.id, by: fixture.user)
        #expect(try await fixture.memories(.always).map(\.text) == ["Ada loves tea."])
        try await fixture.settle()
        #expect(try await fixture.memories(.always).map(\.text) == ["Ada loves tea."])
        _ = try await fixture.companion.chats.undo(in: fixture.chat, by: fixture.user)
        try await fixture.settle()
        #expect(try await fixture.known == ["Ada loves tea.", "Ada lives in Rome."])
    }

    @Test("What the retracted memory had replaced is true again")
    func revival() async throws {
        let fixture = try await MemoryFixture()
        try await fixture.say("I live in Rome.")
        let second = try await fixture.say("I moved to Turin.")
        try await fixture.say("I moved to Naples.")
        try await fixture.extract()
        #expect(try await fixture.known == ["Ada moved to Naples."])
        try await fixture.companion.chats.delete(second.id, by: fixture.user)
        let all = try await fixture.memories(.always)
        #expect(all.map(\.text) == ["Ada lives in Rome.", "Ada moved to Naples."])
        #expect(all[0].supersededBy == all[1].id, "in the place of the one between is now the one after it")
        try await fixture.companion.chats.delete(
            try #require(try await fixture.companion.memories.sources(of: all[1].id, by: fixture.user).first).id,
            by: fixture.user)
        #expect(try await fixture.known == ["Ada lives in Rome."])
    }

    @Test("Of several sources one goes: the others are read again, and the memory rests on them")
    func otherSources() async throws {
        let fixture = try await MemoryFixture()
        let first = try await fixture.say("I love tea.")
        let second = try await fixture.say("I love tea!")
        try await fixture.extract()
        try await fixture.companion.chats.delete(first.id, by: fixture.user)
        #expect(try await fixture.memories(.always).isEmpty)
        try await fixture.settle()
        let memory = try #require(try await fixture.memories().first)
        #expect(memory.sources.compactMap(\.message?.message) == [second.id])
    }

    @Test("What the person wrote down too stays when the message goes")
    func ownSource() async throws {
        let fixture = try await MemoryFixture()
        let message = try await fixture.say("I love tea.")
        try await fixture.extract()
        _ = try await fixture.companion.memories.add("Ada loves tea.", by: fixture.user)
        try await fixture.companion.chats.delete(message.id, by: fixture.user)
        let memory = try #require(try await fixture.memories().first)
        #expect(memory.text == "Ada loves tea." && memory.sources.allSatisfy { $0.message == nil })
    }

    @Test("Deleting a chat deletes what came from it, and reads again elsewhere what rests on other chats too")
    func deletedChat() async throws {
        let fixture = try await MemoryFixture()
        try await fixture.say("I love tea.")
        try await fixture.say("I live in Rome.")
        try await fixture.extract()
        let other = try await fixture.companion.chats.start(with: fixture.character, by: fixture.user)
        let message = try await fixture.say("I love tea.", in: other.id)
        _ = try await fixture.companion.memories.extractNow(other.id, by: fixture.user)
        try await fixture.companion.chats.delete(fixture.chat, by: fixture.user)
        #expect(try await fixture.memories(.always).isEmpty)
        try await fixture.settle()
        let memories = try await fixture.memories(.always)
        #expect(memories.map(\.text) == ["Ada loves tea."])
        #expect(memories[0].sources.compactMap(\.message?.message) == [message.id])
    }

    @Test("What was forgotten is not learnt again from the same messages, neither from a fork of their chat")
    func forgotten() async throws {
        let fixture = try await MemoryFixture()
        let message = try await fixture.say("My sister Mia lives in Rome. I love tea.")
        try await fixture.extract()
        let memory = try #require(try await fixture.memories().first { $0.text.contains("Mia") })
        try await fixture.companion.memories.forget(memory.id, by: fixture.user)
        _ = try await fixture.companion.chats.edit(
            message.id, to: "My sister Mia lives in Rome. I love tea very much.", by: fixture.user)
        try await fixture.settle()
        #expect(try await fixture.memories(.always).map(\.text) == ["Ada loves tea very much."])
        let fork = try await fixture.companion.chats.fork(fixture.chat, at: message.id, by: fixture.user)
        let report = try await fixture.companion.memories.extractNow(fork.id, by: fixture.user)
        #expect(report.refused[.forgotten] == 1)
        #expect(try await fixture.memories(.always).map(\.text) == ["Ada loves tea very much."])
        try await fixture.say("My sister Mia lives in Rome.")
        try await fixture.extract()
        #expect(try await fixture.known.contains("Ada's sister Mia lives in Rome."), "said again, it is learnt again")
    }

    @Test("A corrected memory does not come back, also where its message is read again")
    func corrected() async throws {
        let fixture = try await MemoryFixture()
        let message = try await fixture.say("My cat is called Tom. I love tea.")
        try await fixture.say("I love tea.")
        try await fixture.extract()
        let cat = try #require(try await fixture.memories().first { $0.text.contains("Tom") })
        let fixed = try await fixture.companion.memories.edit(cat.id, to: "Ada's cat is called Tim.", by: fixture.user)
        #expect(fixed.sources.count == 1 && fixed.sources[0].message == nil)
        #expect(try await fixture.memories(.always).contains { $0.id == cat.id && $0.supersededBy == fixed.id })
        // The tea's other message goes, so the first one is read again, with the cat's wrong name.
        try await fixture.companion.chats.delete(
            try #require(
                try await fixture.companion.chats.messages(in: fixture.chat, by: fixture.user, after: message.sequence)
                    .first { $0.author == .user }
            ).id, by: fixture.user)
        try await fixture.settle()
        #expect(try await fixture.known.sorted() == ["Ada loves tea.", "Ada's cat is called Tim."])
        try await fixture.companion.memories.forget(fixed.id, by: fixture.user)
        #expect(try await fixture.memories(.always).map(\.text) == ["Ada loves tea."])
    }

    @Test("Nobody sees or changes another's memories")
    func isolation() async throws {
        let fixture = try await MemoryFixture()
        try await fixture.say("I love tea.")
        try await fixture.extract()
        let id = try #require(try await fixture.memories().first).id
        let memories = fixture.companion.memories
        let eve = try await fixture.companion.accounts.register(name: "Eve").id
        func refuses(_ body: () async throws -> Void) async {
            do {
                try await body()
                Issue.record("It must throw.")
            } catch { #expect(code(error) == .notFound) }
        }
        #expect(try await memories.memories(of: eve, matching: .init(validity: .always)).isEmpty)
        await refuses { _ = try await memories.memory(id, by: eve) }
        await refuses { _ = try await memories.history(of: id, by: eve) }
        await refuses { _ = try await memories.sources(of: id, by: eve) }
        await refuses { _ = try await memories.edit(id, to: "Ada hates tea.", by: eve) }
        await refuses { _ = try await memories.pin(id, by: eve) }
        await refuses { try await memories.forget(id, by: eve) }
        await refuses { _ = try await memories.extractNow(fixture.chat, by: eve) }
        await refuses { _ = try await memories.add("Eve is here.", scope: .character(fixture.character), by: eve) }
        #expect(try await memories.export(of: eve)["memories"]?.array == [])
        #expect(try await fixture.known == ["Ada loves tea."])
    }

    @Test("A person adds, pins, filters and exports")
    func service() async throws {
        let fixture = try await MemoryFixture()
        let memories = fixture.companion.memories
        let tea = try await memories.add("Ada loves tea.", kind: .preference, by: fixture.user)
        let rome = try await memories.add("Ada lives in Rome.", by: fixture.user)
        fixture.clock.advance(by: .seconds(5))
        #expect(try await memories.add("Ada loves tea!", by: fixture.user).id == tea.id)
        let turin = try await memories.add(
            "Ada lives in Turin.", scope: .character(fixture.character), by: fixture.user)
        #expect(try await memories.memory(rome.id, by: fixture.user).supersededBy == turin.id)
        #expect(try await memories.pin(tea.id, by: fixture.user).isPinned)
        func texts(_ filter: MemoryFilter) async throws -> [String] {
            try await memories.memories(of: fixture.user, matching: filter).map(\.text)
        }
        #expect(try await texts(.init(isPinned: true)) == ["Ada loves tea."])
        #expect(try await texts(.init(kinds: [.fact])) == ["Ada lives in Turin."])
        #expect(
            try await texts(.init(validity: .always, text: "LIVES")) == ["Ada lives in Rome.", "Ada lives in Turin."])
        let other = try await fixture.companion.characters.add(CharacterCard(name: "Sol"), by: fixture.user)
        #expect(try await texts(.init(character: other.id)) == ["Ada loves tea."])
        let exported = try await memories.export(of: fixture.user)["memories"]?.array
        #expect(exported?.count == 3 && exported?[1]["supersededBy"]?.string == "\(turin.id)")
        for bad in ["", " ", "two\nlines", String(repeating: "x", count: 1_025)] {
            await #expect(throws: CompanionError.self) { try await memories.add(bad, by: fixture.user) }
        }
        do {
            _ = try await memories.edit(rome.id, to: "Ada lives in Bari.", by: fixture.user)
            Issue.record("It must throw.")
        } catch { #expect(code(error) == .conflict) }
    }
}
