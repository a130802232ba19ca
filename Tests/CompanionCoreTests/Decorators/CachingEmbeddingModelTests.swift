import CompanionCore
import CompanionInMemory
import CompanionTesting
import Synchronization
import Testing

@Suite struct CachingEmbeddingModelTests {
    @Test("Keeps the contract of an embedding model", arguments: EmbeddingModelConformance.checks)
    func conforms(_ check: EmbeddingModelConformance.Check) async throws {
        try await check.run(on: CachingEmbeddingModel(HashedEmbeddingModel()))
        try await check.run(on: CachingEmbeddingModel(HashedEmbeddingModel(), maximumBytes: 0))
    }

    @Test("Asks once, in one call, for the texts that it does not know, each once")
    func asksForMisses() async throws {
        let base = WatchedModel()
        let model = CachingEmbeddingModel(base)
        let first = try await model.embed(["a", "b", "a"], as: .document)
        let second = try await model.embed(["c", "b", "d", "c"], as: .document)
        #expect(base.calls == [["a", "b"], ["c", "d"]])
        let expected = try await base.embed(["a", "b", "c", "d"], as: .document)
        #expect(first == [expected[0], expected[1], expected[0]])
        #expect(second == [expected[2], expected[1], expected[3], expected[2]])
    }

    @Test("Tells purposes apart, and texts that look alike and are written otherwise")
    func tellsApart() async throws {
        let base = WatchedModel()
        let model = CachingEmbeddingModel(base)
        _ = try await model.embed(["\u{e9}"], as: .document)
        _ = try await model.embed(["\u{e9}"], as: .query)
        _ = try await model.embed(["e\u{301}"], as: .query)
        #expect(base.calls.count == 3)
    }

    @Test("Forgets what was used longest ago when its bytes are used up")
    func forgets() async throws {
        let base = WatchedModel()
        // Room for two.
        let model = CachingEmbeddingModel(base, maximumBytes: 10_000)
        for text in ["a", "b", "a", "c", "a", "b"] { _ = try await model.embed([text], as: .document) }
        #expect(base.calls == [["a"], ["b"], ["c"], ["b"]])
    }

    @Test("Calls at the same time ask once for a text")
    func asksOnceAtATime() async throws {
        let gate = Gate()
        let base = WatchedModel(gate)
        let model = CachingEmbeddingModel(base)
        async let first = model.embed(["a", "b"], as: .document)
        try await gate.waitUntilWaiting()
        async let second = model.embed(["b", "c", "a"], as: .document)
        try await gate.waitUntilWaiting(count: 2)
        gate.open()
        let (left, right) = try await (first, second)
        #expect(base.calls == [["a", "b"], ["c"]])
        #expect(left == [right[2], right[0]])
    }

    @Test("A failure reaches everybody who waits for it, and is not remembered")
    func sharesFailures() async throws {
        let gate = Gate()
        let base = WatchedModel(gate, failingCalls: [0])
        let model = CachingEmbeddingModel(base)
        let first = Task { try await model.embed(["a"], as: .document) }
        try await gate.waitUntilWaiting()
        let second = Task { try await model.embed(["b", "a"], as: .document) }
        try await gate.waitUntilWaiting(count: 2)
        gate.open()
        for task in [first, second] {
            let error = await #expect(throws: CompanionError.self) { try await task.value }
            #expect(error?.code == .unavailable)
        }
        _ = try await model.embed(["a", "b"], as: .document)
        #expect(base.calls == [["a"], ["b"], ["a"]])
    }

    @Test("Who waits for a call that is cancelled asks itself; who waits and is cancelled throws at once")
    func cancellation() async throws {
        let gate = Gate()
        let base = WatchedModel(gate)
        let model = CachingEmbeddingModel(base)
        let asking = Task { try await model.embed(["a"], as: .document) }
        try await gate.waitUntilWaiting()
        let impatient = Task { try await model.embed(["a"], as: .document) }
        let patient = Task { try await model.embed(["a", "b"], as: .document) }
        try await gate.waitUntilWaiting(count: 2)
        impatient.cancel()
        await #expect(throws: CancellationError.self) { try await impatient.value }
        asking.cancel()
        await #expect(throws: CancellationError.self) { try await asking.value }
        gate.open()
        #expect(try await patient.value.count == 2)
        #expect(base.calls == [["a"], ["b"], ["a"]])
    }

    @Test("A model that gives too few vectors throws malformedResponse")
    func tooFew() async throws {
        let model = CachingEmbeddingModel(WatchedModel(losesVectors: true))
        let error = await #expect(throws: CompanionError.self) { try await model.embed(["a", "b"], as: .document) }
        #expect(error?.code == .malformedResponse)
    }
}

/// Says what it was asked, and can be held up.
private final class WatchedModel: EmbeddingModel {
    private let base = HashedEmbeddingModel()
    private let gate: Gate?
    private let failingCalls: Set<Int>
    private let losesVectors: Bool
    private let state = Mutex<[[String]]>([])

    init(_ gate: Gate? = nil, failingCalls: Set<Int> = [], losesVectors: Bool = false) {
        self.gate = gate
        self.failingCalls = failingCalls
        self.losesVectors = losesVectors
    }

    var space: EmbeddingSpace { base.space }
    var calls: [[String]] { state.withLock { $0 } }

    func embed(_ texts: [String], as purpose: EmbeddingPurpose) async throws -> [[Float]] {
        let call = state.withLock { calls in
            calls.append(texts)
            return calls.count - 1
        }
        try await gate?.pass()
        if failingCalls.contains(call) { throw CompanionError(.unavailable, "Down.") }
        return Array(try await base.embed(texts, as: purpose).dropFirst(losesVectors ? 1 : 0))
    }
}
