import CompanionInMemory
import CompanionTesting
import Synchronization
import TestRandomness
import Testing

@testable import CompanionCore

@Suite("Erasing all that is kept about a person")
struct ErasureTests {
    @Test("Nothing is left in any part, the receipt counts what there was, and others keep what they have")
    func erases() async throws {
        let house = try await House()
        let (ada, grace) = (try await house.person("Ada"), try await house.person("Grace"))
        let before = try await house.companion.privacy.scan(for: ada)
        let others = try await house.companion.privacy.scan(for: grace)
        for part in ["people", "chats", "messages", "memories", "characters", "vectors", "blobs", "caches"] {
            #expect(before.found[part, default: 0] > 0, "\(part)")
        }
        let receipt = try await house.companion.privacy.erase(ada)
        #expect(receipt.isFinished)
        #expect(receipt.user == nil)
        var expected = before.found
        expected["people"] = nil
        // Whether the shelf of this process was filled meanwhile is chance.
        var erased = receipt.erased
        for kind in ["jobs", "caches"] { (expected[kind], erased[kind]) = (nil, nil) }
        #expect(erased == expected)
        #expect(try await house.companion.privacy.scan(for: ada).isEmpty)
        #expect(try await house.companion.privacy.scan(for: grace) == others)
        await #expect(throws: CompanionError.self) { try await house.companion.privacy.erase(ada) }
    }

    @Test("Whatever step a process dies in, the next one goes on to the end", arguments: [UInt64](1...3))
    func survives(_ seed: UInt64) async throws {
        let random = SeededRandomSource(seed: seed)
        var deaths = 0
        var budget = 0
        let house = try await House()
        let ada = try await house.person("Ada")
        try await house.companion.privacy.requestErasure(of: ada)
        // What the first process has in its caches nobody else can reach, or is shown.
        let judge = house.companion(dyingAfter: .max)
        while try await !judge.privacy.scan(for: ada).isEmpty {
            let doomed = house.companion(dyingAfter: budget)
            _ = try? await doomed.jobs.workDue()
            deaths += 1
            budget = deaths % 40 + Int(random.next() % 3)
            // The lease of the dead, and the wait of those who failed.
            house.clock.advance(by: .seconds(1_000))
            try #require(deaths < 500)
            if deaths % 7 == 0 { try await house.reviveDead() }
        }
        #expect(deaths > 3, "it died \(deaths) times")
        #expect(try await house.store.read { try $0.users.users(after: nil, limit: 9) }.isEmpty)
        let receipts = try await house.companion.privacy.erasures()
        #expect(receipts.count == 1)
        #expect(receipts.first?.isFinished == true)
    }

    @Test("From the request on nothing of the person's begins, and asking twice is one erasure")
    func refuses() async throws {
        let house = try await House()
        let ada = try await house.person("Ada")
        let chat = try #require(try await house.companion.chats.chats(by: ada).first)
        let erasure = try await house.companion.privacy.requestErasure(of: ada)
        #expect(try await house.companion.privacy.requestErasure(of: ada) == erasure)
        await #expect(throws: CompanionError.self) { try await house.companion.accounts.user(ada) }
        await #expect(throws: CompanionError.self) {
            try await house.companion.chats.reply(to: "Hello", in: chat.id, by: ada)
        }
        await #expect(throws: CompanionError.self) {
            try await house.companion.chats.start(with: chat.character, by: ada)
        }
        await #expect(throws: CompanionError.self) {
            try await house.companion.characters.add(CharacterCard(name: "Sol"), by: ada)
        }
        #expect(try await house.companion.privacy.erase(ada).isFinished)
    }

    @Test("A turn that runs is ended, and the erasure ends only when it can't write any more")
    func endsTurns() async throws {
        let gate = Gate()
        let house = try await House(model: ScriptedLanguageModel { _ in "Mhm." })
        let ada = try await house.person("Ada")
        let chat = try #require(try await house.companion.chats.chats(by: ada).first)
        let slow = house.companion(
            with: ScriptedLanguageModel { _ in .waiting { try await gate.pass() } })
        let turn = Task { _ = try await slow.chats.reply(to: "Hello", in: chat.id, by: ada) }
        try await gate.waitUntilWaiting()
        let receipt = try await house.companion.privacy.erase(ada)
        #expect(!receipt.isFinished)
        gate.open()
        await #expect(throws: (any Error).self) { try await turn.value }
        house.clock.advance(by: .seconds(60))
        try await house.companion.jobs.workDue()
        #expect(try await house.companion.privacy.erasure(receipt.id).isFinished)
        #expect(try await house.companion.privacy.scan(for: ada).isEmpty)
    }

    @Test("What a program keeps besides is erased too, and found by a scan")
    func parts() async throws {
        let notes = Notes()
        let house = try await House(parts: [notes])
        let ada = try await house.person("Ada")
        notes.count.withLock { $0 = 2_500 }
        #expect(try await house.companion.privacy.scan(for: ada).found["notes"] == 2_500)
        #expect(try await house.companion.privacy.erase(ada).erased["notes"] == 2_500)
        #expect(notes.count.withLock { $0 } == 0)
    }

    @Test("A deleted chat leaves no vectors and no memories behind")
    func chats() async throws {
        let house = try await House()
        let ada = try await house.person("Ada")
        for chat in try await house.companion.chats.chats(by: ada) {
            try await house.companion.chats.delete(chat.id, by: ada)
        }
        try await house.companion.jobs.workDue()
        let found = try await house.companion.privacy.scan(for: ada).found
        for kind in ["chats", "messages", "memories", "vectors", "summaries"] { #expect(found[kind] == nil, "\(kind)") }
    }
}

/// Two and more people with something of everything.
struct House {
    let store: any RelationalStore
    let vectors: any VectorStore
    let blobs: any BlobStore
    let parts: [any PersonalDataPart]
    let clock = ManualClock()
    let model: any LanguageModel
    let companion: Companion

    init(
        model: any LanguageModel = ScriptedLanguageModel { _ in "Mhm." }, parts: [any PersonalDataPart] = [],
        retention: RetentionRules = .init()
    ) async throws {
        let store = InMemoryStore()
        let (vectors, blobs) = (InMemoryVectorStore(), InMemoryBlobStore(clock: clock))
        (self.store, self.vectors, self.blobs) = (store, vectors, blobs)
        self.parts = parts
        self.model = model
        companion = Companion(
            languageModel: model, relationalStore: store, embeddingModel: HashedEmbeddingModel(),
            vectorStore: vectors, memoryExtractor: RuleBasedMemoryExtractor(), blobStore: blobs, personalData: parts,
            clock: clock, configuration: .init(retention: retention))
    }

    /// Another process on the same stores.
    func companion(with model: any LanguageModel) -> Companion {
        Companion(languageModel: model, relationalStore: store, clock: clock)
    }

    /// A process that dies after so many calls of its stores.
    func companion(dyingAfter calls: Int) -> Companion {
        let life = Life(calls: calls)
        return Companion(
            languageModel: model, relationalStore: DoomedStore(base: store, life: life),
            vectorStore: MortalVectors(base: vectors, life: life), blobStore: MortalBlobs(base: blobs, life: life),
            clock: clock)
    }

    func person(_ name: String) async throws -> User.ID {
        let user = try await companion.accounts.register(name: name).id
        let character = try await companion.characters.add(CharacterCard(name: "Luna", firstMessage: "Hi!"), by: user)
        for number in 0..<2 {
            let chat = try await companion.chats.start(with: character.id, by: user)
            for text in ["I live in Turin.", "My sister is called Mia.", "I like tea number \(number)."] {
                _ = try await companion.chats.reply(to: text, in: chat.id, by: user)
                clock.advance(by: .seconds(60))
            }
            _ = try await companion.memories.extractNow(chat.id, by: user)
        }
        if let memory = try await companion.memories.memories(of: user, limit: 10).last {
            try await companion.memories.forget(memory.id, by: user)
        }
        for number in 0..<3 {
            guard let key = BlobKey("files/\(number).txt") else { continue }
            try await blobs.put([UInt8(number)], at: key, in: .user(user))
        }
        clock.advance(by: .seconds(700))
        try await companion.jobs.workDue()
        return user
    }

    func reviveDead() async throws {
        for job in try await companion.jobs.jobs(.dead) { try? await companion.jobs.retry(job.id) }
    }
}

/// How many calls are left until the process dies; all later ones fail.
final class Life: Sendable {
    private let calls: Mutex<Int>

    init(calls: Int) { self.calls = Mutex(calls) }

    func spend() throws {
        let isOver = calls.withLock { calls in
            calls -= 1
            return calls < 0
        }
        if isOver { throw CompanionError(.unavailable, "The process is dead.") }
    }
}

private struct DoomedStore: RelationalStore {
    let base: any RelationalStore
    let life: Life

    func transaction<Result: Sendable>(
        _ body: @Sendable (any StoreTransaction) throws -> Result
    ) async throws -> Result {
        try life.spend()
        return try await base.transaction(body)
    }

    func read<Result: Sendable>(
        _ body: @Sendable (any StoreTransaction) throws -> Result
    ) async throws -> Result {
        try life.spend()
        return try await base.read(body)
    }
}

private struct MortalVectors: VectorStore {
    let base: any VectorStore
    let life: Life
    var consistency: VectorStoreConsistency { base.consistency }

    func upsert(_ records: [VectorRecord], in namespace: VectorNamespace) async throws {
        try life.spend()
        try await base.upsert(records, in: namespace)
    }
    func query(
        _ vector: [Float], in namespace: VectorNamespace, filter: VectorFilter?, limit: Int
    ) async throws -> [VectorMatch] { try await base.query(vector, in: namespace, filter: filter, limit: limit) }
    func delete(_ ids: [String], in namespace: VectorNamespace) async throws {
        try life.spend()
        try await base.delete(ids, in: namespace)
    }
    func delete(matching filter: VectorFilter, in namespace: VectorNamespace) async throws {
        try life.spend()
        try await base.delete(matching: filter, in: namespace)
    }
    func deleteAll(in namespace: VectorNamespace) async throws {
        try life.spend()
        try await base.deleteAll(in: namespace)
    }
    func ids(in namespace: VectorNamespace, after id: String?, limit: Int) async throws -> [String] {
        try await base.ids(in: namespace, after: id, limit: limit)
    }
    func spaces(of user: User.ID) async throws -> [EmbeddingSpace] { try await base.spaces(of: user) }
}

private struct MortalBlobs: BlobStore {
    let base: any BlobStore
    let life: Life

    func put(
        _ body: BlobStream, at key: BlobKey, in scope: BlobScope, attributes: BlobAttributes, condition: BlobCondition
    ) async throws -> BlobHead {
        try await base.put(body, at: key, in: scope, attributes: attributes, condition: condition)
    }
    func get(_ key: BlobKey, in scope: BlobScope, range: Range<Int>?) async throws -> Blob {
        try await base.get(key, in: scope, range: range)
    }
    func head(_ key: BlobKey, in scope: BlobScope) async throws -> BlobHead? { try await base.head(key, in: scope) }
    func delete(_ key: BlobKey, in scope: BlobScope) async throws {
        try life.spend()
        try await base.delete(key, in: scope)
    }
    func list(in scope: BlobScope, prefix: String, after key: BlobKey?, limit: Int) async throws -> [BlobEntry] {
        try await base.list(in: scope, prefix: prefix, after: key, limit: limit)
    }
    func copy(
        _ key: BlobKey, in scope: BlobScope, to destination: BlobKey, in destinationScope: BlobScope,
        condition: BlobCondition
    ) async throws -> BlobHead {
        try await base.copy(key, in: scope, to: destination, in: destinationScope, condition: condition)
    }
}

private final class Notes: PersonalDataPart {
    let count = Mutex(0)
    var name: String { "notes" }

    func eraseSome(of user: User.ID) async throws -> Int {
        count.withLock { count in
            let erased = min(count, 1_000)
            count -= erased
            return erased
        }
    }

    func remains(of user: User.ID) async throws -> Int { count.withLock { $0 } }
}
