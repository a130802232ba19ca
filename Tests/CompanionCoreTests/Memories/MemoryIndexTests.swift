import CompanionInMemory
import CompanionTesting
import Synchronization
import TestRandomness
import Testing

@testable import CompanionCore

struct MemoryIndexTests {
    let vectors = ListedVectors()
    let model = CountingEmbeddings()

    func fixture() async throws -> MemoryFixture {
        try await MemoryFixture(embeddings: model, vectors: vectors)
    }

    /// What the index should hold, by the store.
    func wanted(_ fixture: MemoryFixture) async throws -> Set<String> {
        let (chat, user) = (fixture.chat, fixture.user)
        return try await fixture.store.read { transaction in
            let forgotten = try transaction.memories.forgottenMessages(of: user)
            let memories = try transaction.memories.memories(of: user, after: nil, limit: 500)
                .map { VectorEntry.memory($0.id).name }
            let messages =
                try transaction.chats.chat(chat, of: user) == nil
                ? [] : try transaction.messages.messages(in: chat, of: user, after: 0, limit: 500)
            return Set(memories + messages.filter { !forgotten.contains($0.id) }.map { VectorEntry($0).name })
        }
    }

    @Test("After upkeep the index holds what the store holds, and nothing else")
    func upkeep() async throws {
        let fixture = try await fixture()
        let first = try await fixture.say("I live in Turin.")
        try await fixture.say("My sister Mia lives in Rome.")
        try await fixture.settle()
        #expect(vectors.names == (try await wanted(fixture)) && vectors.names.count == 6)
        #expect(model.texts == 6 && vectors.listings == 1)
        _ = try await fixture.companion.chats.edit(first.id, to: "I live in Naples.", by: fixture.user)
        try await fixture.settle()
        #expect(vectors.names == (try await wanted(fixture)) && vectors.names.count == 6)
        #expect(model.texts == 8, "what has not changed is not embedded again")
        let memory = try #require(try await fixture.memories().first { $0.text.contains("Mia") })
        try await fixture.companion.memories.forget(memory.id, by: fixture.user)
        try await fixture.settle()
        #expect(vectors.names == (try await wanted(fixture)) && vectors.names.count == 4)
        try await fixture.companion.chats.delete(fixture.chat, by: fixture.user)
        try await fixture.settle()
        #expect(vectors.names.isEmpty)
        #expect(vectors.listings == 1, "once compared, only what was written since is looked at")
    }

    @Test("Whatever is said, changed, forgotten and deleted, following the changes comes to what comparing comes to")
    func following() async throws {
        var random = SeededGenerator.announced()
        let fixture = try await fixture()
        let index = try #require(fixture.companion.context.memoryIndex)
        let (companion, chat, user) = (fixture.companion, fixture.chat, fixture.user)
        for step in 0..<150 {
            let said = try await companion.chats.messages(in: chat, by: user, limit: 500).filter { $0.author == .user }
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<4: try await fixture.say("I live in Turin\(step).")
            case 4:
                guard let message = said.randomElement(using: &random) else { continue }
                _ = try await companion.chats.edit(message.id, to: "I love number \(step).", by: user)
            case 5:
                guard let message = said.randomElement(using: &random) else { continue }
                try await companion.chats.delete(message.id, by: user)
            case 6: _ = try await companion.chats.undo(in: chat, by: user)
            case 7:
                guard let memory = try await fixture.memories(.always).randomElement(using: &random) else { continue }
                try await companion.memories.forget(memory.id, by: user)
            default:
                try await fixture.settle()
                _ = try await index.bringUp(user, from: fixture.store)
                #expect(vectors.names == (try await wanted(fixture)))
            }
        }
        try await fixture.settle()
        let followed = vectors.names
        #expect(try await index.compare(user, with: fixture.store) == (0, 0))
        #expect(vectors.names == followed)
    }

    @Test("An index that was lost is made again from the store")
    func rebuilt() async throws {
        let fixture = try await fixture()
        try await fixture.say("I live in Turin.")
        try await fixture.settle()
        let names = vectors.names
        vectors.lose()
        let index = try #require(fixture.companion.context.memoryIndex)
        #expect(try await index.compare(fixture.user, with: fixture.store) == (3, 0))
        #expect(vectors.names == names)
        #expect(try await index.compare(fixture.user, with: fixture.store) == (0, 0))
    }

    @Test("What another process deleted while nobody followed is found by comparing")
    func drift() async throws {
        let fixture = try await fixture()
        let message = try await fixture.say("I live in Turin.")
        try await fixture.settle()
        let other = Companion(
            languageModel: MemoryFixture.listener, relationalStore: fixture.store, clock: fixture.clock,
            random: SeededRandomSource(seed: 2))
        try await other.chats.delete(message.id, andFollowing: true, by: fixture.user)
        let index = try #require(fixture.companion.context.memoryIndex)
        #expect(try await index.compare(fixture.user, with: fixture.store) == (0, 3))
        #expect(vectors.names.isEmpty)
    }

    @Test("Drift is told and mended, person by person, and another model's index is made beside the one in use")
    func reindexing() async throws {
        let fixture = try await fixture()
        let memories = fixture.companion.memories
        try await fixture.say("I live in Turin.")
        try await fixture.settle()
        #expect(try await memories.indexDrift(of: fixture.user) == .init(missing: 0, surplus: 0))
        vectors.lose()
        #expect(try await memories.indexDrift(of: fixture.user) == .init(missing: 3, surplus: 0))
        var people: [MemoryService.IndexedPerson] = []
        try await memories.reindexAll { people.append($0) }
        #expect(people == [.init(user: fixture.user, added: 3, deleted: 0)])
        #expect(try await memories.indexDrift(of: fixture.user) == .init(missing: 0, surplus: 0))
        let (texts, names) = (model.texts, vectors.names)
        let other = CountingEmbeddings(model: "another")
        #expect(try await memories.reindex(fixture.user, into: other).added == 3)
        #expect(try await memories.reindex(fixture.user, into: other).added == 0)
        #expect(other.texts == 3 && model.texts == texts)
        try await memories.deleteIndex(of: fixture.user, space: model.space)
        #expect(vectors.names == names)
        #expect(try await memories.indexDrift(of: fixture.user) == .init(missing: 3, surplus: 0))
        let without = try await MemoryFixture()
        await #expect(throws: CompanionError.self) {
            try await without.companion.memories.indexDrift(of: without.user)
        }
    }

    @Test("The name of a vector tells what it stands for")
    func names() async throws {
        let fixture = try await fixture()
        let entry = VectorEntry(try await fixture.say("I live in Turin."))
        #expect(VectorEntry(entry.name) == entry)
        #expect(VectorEntry("memory/x") == nil && VectorEntry("") == nil && VectorEntry("message/a/b/c") == nil)
    }

    @Test("Without a vector store no work is left for it")
    func absent() async throws {
        let fixture = try await MemoryFixture()
        try await fixture.say("I live in Turin.")
        try await fixture.extract()
        #expect(try await fixture.companion.jobs.jobs().allSatisfy { $0.kind != .indexing })
    }
}

/// Vectors that are only listed.
final class ListedVectors: VectorStore {
    private struct State {
        var records: [VectorNamespace: [String: [String: VectorMetadata]]] = [:]
        var listings = 0
    }

    private let state = Mutex(State())
    let consistency = VectorStoreConsistency.immediate

    var names: Set<String> { state.withLock { Set($0.records.values.flatMap(\.keys)) } }
    /// How often somebody began to list all names.
    var listings: Int { state.withLock(\.listings) }
    func lose() { state.withLock { $0.records = [:] } }

    func upsert(_ added: [VectorRecord], in namespace: VectorNamespace) async throws {
        state.withLock { state in
            for record in added { state.records[namespace, default: [:]][record.id] = record.metadata }
        }
    }

    func query(
        _ vector: [Float], in namespace: VectorNamespace, filter: VectorFilter?, limit: Int
    ) async throws -> [VectorMatch] { [] }

    func delete(_ ids: [String], in namespace: VectorNamespace) async throws {
        state.withLock { state in
            for id in ids { state.records[namespace]?[id] = nil }
        }
    }

    /// Understands what the index uses.
    func delete(matching filter: VectorFilter, in namespace: VectorNamespace) async throws {
        let (key, values): (String, [VectorMetadata]) =
            switch filter {
            case .equal(let key, let value): (key, [value])
            case .isIn(let key, let values): (key, values)
            default: throw CompanionError(.unsupported, "The test's store does not know this filter.")
            }
        state.withLock { state in
            state.records[namespace]?.removeAll { $0.value[key].map(values.contains) ?? false }
        }
    }

    func deleteAll(in namespace: VectorNamespace) async throws { state.withLock { $0.records[namespace] = nil } }

    func spaces(of user: User.ID) async throws -> [EmbeddingSpace] {
        state.withLock { state in state.records.filter { $0.key.user == user && !$0.value.isEmpty }.map(\.key.space) }
    }

    func ids(in namespace: VectorNamespace, after id: String?, limit: Int) async throws -> [String] {
        state.withLock { state in
            if id == nil { state.listings += 1 }
            return Array(
                (state.records[namespace] ?? [:]).keys.sorted().filter { name in id.map { name > $0 } ?? true }
                    .prefix(limit))
        }
    }
}

extension Dictionary {
    fileprivate mutating func removeAll(where shouldRemove: (Element) -> Bool) {
        self = filter { !shouldRemove($0) }
    }
}

/// Counts the texts that it is asked to embed for the index.
final class CountingEmbeddings: EmbeddingModel {
    private let count = Mutex(0)
    let space: EmbeddingSpace

    init(model: String = "counting") { space = EmbeddingSpace(model: model, dimensions: 2) }

    var texts: Int { count.withLock { $0 } }

    func embed(_ texts: [String], as purpose: EmbeddingPurpose) async throws -> [[Float]] {
        if purpose == .document { count.withLock { $0 += texts.count } }
        return texts.map { _ in [1, 0] }
    }
}
