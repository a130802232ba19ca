import CompanionInMemory
import CompanionTesting
import Synchronization
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
        #expect(model.texts == 6)
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
    }

    @Test("An index that was lost is made again from the store")
    func rebuilt() async throws {
        let fixture = try await fixture()
        try await fixture.say("I live in Turin.")
        try await fixture.settle()
        let names = vectors.names
        vectors.lose()
        let index = try #require(fixture.companion.context.memoryIndex)
        #expect(try await index.bringUp(fixture.user, from: fixture.store) == (3, 0))
        #expect(vectors.names == names)
        #expect(try await index.bringUp(fixture.user, from: fixture.store) == (0, 0))
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
    private let records = Mutex<[VectorNamespace: Set<String>]>([:])
    let consistency = VectorStoreConsistency.immediate

    var names: Set<String> { records.withLock { $0.values.reduce(into: []) { $0.formUnion($1) } } }
    func lose() { records.withLock { $0 = [:] } }

    func upsert(_ added: [VectorRecord], in namespace: VectorNamespace) async throws {
        records.withLock { $0[namespace, default: []].formUnion(added.map(\.id)) }
    }

    func query(
        _ vector: [Float], in namespace: VectorNamespace, filter: VectorFilter?, limit: Int
    ) async throws -> [VectorMatch] { [] }

    func delete(_ ids: [String], in namespace: VectorNamespace) async throws {
        records.withLock { $0[namespace, default: []].subtract(ids) }
    }

    func delete(matching filter: VectorFilter, in namespace: VectorNamespace) async throws {}
    func deleteAll(in namespace: VectorNamespace) async throws { records.withLock { $0[namespace] = nil } }

    func ids(in namespace: VectorNamespace, after id: String?, limit: Int) async throws -> [String] {
        records.withLock { records in
            Array((records[namespace] ?? []).sorted().filter { name in id.map { name > $0 } ?? true }.prefix(limit))
        }
    }
}

/// Counts what it is asked to embed.
final class CountingEmbeddings: EmbeddingModel {
    private let count = Mutex(0)
    let space = EmbeddingSpace(model: "counting", dimensions: 2)
    var texts: Int { count.withLock { $0 } }

    func embed(_ texts: [String], as purpose: EmbeddingPurpose) async throws -> [[Float]] {
        count.withLock { $0 += texts.count }
        return texts.map { _ in [1, 0] }
    }
}
