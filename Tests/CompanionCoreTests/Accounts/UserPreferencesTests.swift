import CompanionCore
import CompanionTesting
import Testing

struct UserPreferencesTests {
    private func setMemory(_ isEnabled: Bool, in fixture: MemoryFixture) async throws {
        _ = try await fixture.companion.accounts.update(
            fixture.user, preferences: UserPreferences(isMemoryEnabled: isEnabled))
    }

    @Test("With memory off nothing is read for memories, and what was said meanwhile is never learnt")
    func memoryOff() async throws {
        let extractor = RecordingExtractor.literal
        let fixture = try await MemoryFixture(extractor: extractor)
        try await fixture.say("I live in Turin.")
        try await fixture.extract()
        try await setMemory(false, in: fixture)
        try await fixture.say("I have a secret.")
        try await fixture.extract()
        #expect(extractor.batches.count == 1)
        try await fixture.say("I have another one.")
        try await setMemory(true, in: fixture)
        try await fixture.say("I like tea.")
        try await fixture.settle()
        #expect(try await fixture.known == ["Ada said I live in Turin.", "Ada said I like tea."])
        #expect(!extractor.batches.flatMap(\.lines).contains { $0.isCitable && $0.text.contains("another") })
    }

    @Test("Memory that is turned off while messages are read keeps nothing of them")
    func memoryOffMeanwhile() async throws {
        let gate = Gate(isOpen: false)
        let fixture = try await MemoryFixture(
            extractor: RecordingExtractor { batch in
                try await gate.pass()
                return [MemoryCandidate(text: "Ada said a thing", kind: .fact, lines: [batch.lines[0].number])]
            })
        try await fixture.say("I live in Turin.")
        async let report = fixture.extract()
        try await gate.waitUntilWaiting()
        try await setMemory(false, in: fixture)
        gate.open()
        _ = try await report
        #expect(try await fixture.known == [])
    }

    @Test("With memory off nothing is recalled", arguments: [true, false])
    func recall(isEnabled: Bool) async throws {
        let fixture = try await MemoryFixture(extractor: RecordingExtractor.literal)
        try await fixture.say("I live in Turin.")
        try await fixture.extract()
        try await setMemory(isEnabled, in: fixture)
        let other = try await fixture.companion.chats.start(with: fixture.character, by: fixture.user).id
        let recalled = try await fixture.companion.chats.withReply(
            to: "Where do I live, in Turin?", in: other, by: fixture.user
        ) { reply in
            var count = 0
            for try await case .recalled(let recollection) in reply { count += recollection.count }
            return count
        }
        #expect((recalled > 0) == isEnabled)
    }

    @Test(
        "Preferences that are not well-formed are not taken",
        arguments: [
            UserPreferences(locale: "en GB"), UserPreferences(locale: ""), UserPreferences(timeZone: "Europe Rome"),
            UserPreferences(timeZone: String(repeating: "a", count: 65)),
            UserPreferences(content: .init(country: "it")), UserPreferences(content: .init(country: "ITA")),
        ])
    func malformed(_ preferences: UserPreferences) async throws {
        let fixture = try await MemoryFixture()
        await #expect { try await fixture.companion.accounts.update(fixture.user, preferences: preferences) } throws: {
            ($0 as? CompanionError)?.code == .invalidInput
        }
    }

    @Test("Moderation takes age band and country from the preferences")
    func moderation() async throws {
        let fixture = try await MemoryFixture()
        let user = try await fixture.companion.accounts.update(
            fixture.user, preferences: UserPreferences(content: .init(ageBand: .teen, country: "NZ")))
        let configuration = Moderation.Configuration()
        #expect(configuration.ageBand(user) == .teen)
        #expect(configuration.country(user) == "NZ")
    }

    @Test("A role may do what lower ones may, and nothing that higher ones may")
    func roles() async throws {
        let fixture = try await MemoryFixture()
        var user = try await fixture.companion.accounts.user(fixture.user)
        user.role = .moderator
        try user.require(.user)
        try user.require(.moderator)
        #expect { try user.require(.admin) } throws: { ($0 as? CompanionError)?.code == .forbidden }
    }
}
