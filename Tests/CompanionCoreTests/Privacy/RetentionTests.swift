import CompanionCore
import CompanionInMemory
import CompanionTesting
import Testing

@Suite("How long things are kept")
struct RetentionTests {
    private static let day = Duration.seconds(86_400)

    @Test("Without rules everything is kept, however long")
    func keeps() async throws {
        let house = try await House()
        let ada = try await house.person("Ada")
        let before = try await house.companion.privacy.scan(for: ada)
        house.clock.advance(by: Self.day * 10_000)
        #expect(try await house.companion.privacy.applyRetention().isEmpty)
        #expect(try await house.companion.privacy.scan(for: ada) == before)
    }

    @Test("An idle chat goes with what was learnt from it, one that was used stays")
    func idleChats() async throws {
        let house = try await House(retention: RetentionRules(idleChats: Self.day * 30))
        let ada = try await house.person("Ada")
        let chats = try await house.companion.chats.chats(by: ada)
        house.clock.advance(by: Self.day * 20)
        #expect(try await house.companion.privacy.applyRetention().isEmpty)
        _ = try await house.companion.chats.reply(to: "Hello again.", in: chats[0].id, by: ada)
        house.clock.advance(by: Self.day * 11)
        #expect(try await house.companion.privacy.applyRetention() == ["chats": chats.count - 1])
        #expect(try await house.companion.chats.chats(by: ada).map(\.id) == [chats[0].id])
        let memories = try await house.companion.memories.memories(
            of: ada, matching: .init(validity: .always), limit: 99)
        #expect(memories.allSatisfy { $0.sources.contains { $0.message?.chat == chats[0].id } })
    }

    @Test("Fingerprints of what was forgotten, and receipts, go when their time has come")
    func others() async throws {
        let house = try await House(
            retention: RetentionRules(forgottenMemories: Self.day * 10, receipts: Self.day * 20))
        let (ada, grace) = (try await house.person("Ada"), try await house.person("Grace"))
        let receipt = try await house.companion.privacy.erase(grace)
        #expect(try await house.companion.privacy.scan(for: ada).found["forgotten_memories"] == 1)
        house.clock.advance(by: Self.day * 15)
        #expect(try await house.companion.privacy.applyRetention() == ["forgotten_memories": 1])
        #expect(try await house.companion.privacy.scan(for: ada).found["forgotten_memories"] == nil)
        _ = try await house.companion.privacy.erasure(receipt.id)
        house.clock.advance(by: Self.day * 15)
        #expect(try await house.companion.privacy.applyRetention() == ["erasures": 1])
        await #expect(throws: CompanionError.self) { try await house.companion.privacy.erasure(receipt.id) }
    }

    @Test("The background work applies the rules")
    func runs() async throws {
        let house = try await House(retention: RetentionRules(idleChats: Self.day))
        let ada = try await house.person("Ada")
        house.clock.advance(by: Self.day * 2)
        try await house.companion.run {
            try await eventually("the idle chats are gone") { try await house.companion.chats.chats(by: ada).isEmpty }
        }
    }
}
