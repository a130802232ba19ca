import CompanionInMemory
import CompanionTesting
import Synchronization
import TestRandomness
import Testing

@testable import CompanionCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Random schedules of turns, edits, deletions, undoings, kills and retries, by several workers on one store.
struct ScheduleTests {
    @Test("Whatever dies, each message is covered exactly once, and no memory is without a live source")
    func schedules() async throws {
        var random = SeededGenerator.announced()
        for _ in 0..<Self.count {
            let seed = random.next()
            try await Schedule(seed: seed).run()
        }
    }

    /// How many schedules one run of the tests tries; `SCHEDULES` sets another number.
    static let count = ProcessInfo.processInfo.environment["SCHEDULES"].flatMap { Int($0) } ?? 20
}

/// One schedule.
private final class Schedule {
    private var random: SeededGenerator
    private let seed: UInt64
    private let store = InMemoryStore()
    private let fixture: MemoryFixture
    private let faults: FaultyStore
    private let extractor: RecordingExtractor
    private var next = 0

    init(seed: UInt64) async throws {
        self.seed = seed
        random = SeededGenerator(seed: seed)
        let chance = SeededRandomSource(seed: seed)
        faults = FaultyStore(store, random: chance)
        extractor = RecordingExtractor { batch in
            if chance.nextFraction() < 0.15 { throw CompanionError(.unavailable, "The model is away.") }
            let lines = batch.lines.filter(\.isCitable)
            if lines.count > 1, chance.nextFraction() < 0.1 { throw CompanionError(.refused, "The model will not.") }
            // Numbers that differ make memories that are never the same: each message is known by its own.
            return lines.map { MemoryCandidate(text: "Ada noted \($0.text)", kind: .fact, lines: [$0.number]) }
        }
        var configuration = Companion.Configuration()
        configuration.memory.messagesPerExtraction = Int.random(in: 2...12, using: &random)
        configuration.memory.maximumBatchMessages = Int.random(in: 2...12, using: &random)
        configuration.jobs.maximumAttempts = 1_000
        configuration.jobs.leaseDuration = .seconds(30)
        fixture = try await MemoryFixture(store: store, extractor: extractor, configuration: configuration)
    }

    func run() async throws {
        for _ in 0..<Int.random(in: 10...40, using: &random) { try await step() }
        try await finish()
        try await check()
    }

    private func step() async throws {
        let (companion, chat, user) = (fixture.companion, fixture.chat, fixture.user)
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<9:
            next += 1
            try await fixture.say("number \(next)")
        case 9, 10:
            guard let message = try await anyMessage() else { return }
            next += 1
            _ = try await companion.chats.edit(message.id, to: "number \(next)", by: user)
        case 11, 12:
            guard let message = try await anyMessage() else { return }
            let following = Int.random(in: 0..<4, using: &random) == 0
            try await companion.chats.delete(message.id, andFollowing: following, by: user)
        case 13, 14: _ = try await companion.chats.undo(in: chat, by: user)
        case 15: fixture.clock.advance(by: .seconds(Double.random(in: 0...900, using: &random)))
        case 16: _ = try? await companion.memories.extractNow(chat, by: user)
        default: try await work()
        }
    }

    private func anyMessage() async throws -> Message? {
        try await fixture.companion.chats.messages(in: fixture.chat, by: fixture.user, limit: 500)
            .filter { $0.author == .user }
            .randomElement(using: &random)
    }

    /// Some workers work at once, while the person goes on changing things; some of them die.
    private func work() async throws {
        let mortals = (0..<Int.random(in: 1...3, using: &random)).map { _ in MortalStore(faults) }
        let edit = try await anyMessage()
        // The call of the model in which a worker's process dies.
        let deaths = mortals.map { _ in Int.random(in: 0..<6, using: &random) }
        faults.isFaulty = true
        await withTaskGroup(of: Void.self) { group in
            for (mortal, death) in zip(mortals, deaths) {
                let calls = Counter()
                let doomed = RecordingExtractor { [extractor] batch in
                    if calls.count == death { mortal.die() }
                    calls.increment()
                    return try await extractor.extract(from: batch).candidates
                }
                let context = Companion(
                    languageModel: MemoryFixture.listener, relationalStore: mortal, memoryExtractor: doomed,
                    clock: fixture.clock, random: SeededRandomSource(seed: random.next()),
                    configuration: fixture.companion.context.configuration
                ).context
                let worker = JobWorker(context: context, handlers: context.jobHandlers)
                group.addTask {
                    for _ in 0..<4 { _ = try? await worker.workOnNext() }
                }
            }
            if let edit {
                next += 1
                let text = "number \(next)"
                let (companion, user) = (fixture.companion, fixture.user)
                group.addTask { _ = try? await companion.chats.edit(edit.id, to: text, by: user) }
            }
        }
        faults.isFaulty = false
    }

    /// Nothing fails any more, and all the work is done.
    private func finish() async throws {
        for _ in 0..<200 {
            fixture.clock.advance(by: .seconds(900))
            while true {
                do { if try await fixture.companion.jobs.workDue() == 0 { break } } catch {}
            }
            if try await fixture.companion.jobs.jobs().isEmpty { return }
        }
        Issue.record("Work was left: seed \(seed)")
    }

    private func check() async throws {
        let messages = try await fixture.companion.chats.messages(in: fixture.chat, by: fixture.user, limit: 500)
        let live = messages.filter { $0.author == .user }
        let memories = try await fixture.memories(.always)
        var covered: [Message.ID: Int] = [:]
        for memory in memories {
            #expect(memory.strength == 1 && memory.sources.count == 1, "seed \(seed)")
            for source in memory.sources.compactMap(\.message) { covered[source.message, default: 0] += 1 }
        }
        for message in live {
            let count = covered[message.id] ?? 0
            if count != 1 { Issue.record("'\(message.text)' is covered \(count) times: seed \(seed)") }
            let own = memories.first { $0.sources.contains { $0.message?.message == message.id } }
            #expect(own.map { $0.text == "Ada noted \(message.text)" } ?? true, "seed \(seed)")
        }
        #expect(memories.count == live.count, "A memory without a live source: seed \(seed)")
        let (chat, user) = (fixture.chat, fixture.user)
        let coverage = try await store.read { transaction in
            (
                try transaction.coverage.cursor(of: chat, of: user),
                try transaction.coverage.reopened(in: chat, of: user, limit: 10),
                try transaction.chats.chat(chat, of: user)?.lastSequence
            )
        }
        #expect(coverage.0 == coverage.2 && coverage.1.isEmpty, "seed \(seed)")
    }
}

/// A store whose transactions fail now and then: before they begin, or after they were committed.
private final class FaultyStore: RelationalStore {
    private let base: any RelationalStore
    private let random: SeededRandomSource
    private let faulty = Mutex(false)

    var isFaulty: Bool {
        get { faulty.withLock { $0 } }
        set { faulty.withLock { $0 = newValue } }
    }

    init(_ base: any RelationalStore, random: SeededRandomSource) {
        self.base = base
        self.random = random
    }

    private func fail(_ chance: Double) throws {
        guard isFaulty, random.nextFraction() < chance else { return }
        throw CompanionError(.unavailable, "The store is away.")
    }

    func transaction<Result: Sendable>(
        _ body: @Sendable (any StoreTransaction) throws -> Result
    ) async throws -> Result {
        try fail(0.1)
        let result = try await base.transaction(body)
        try fail(0.05)
        return result
    }

    func read<Result: Sendable>(_ body: @Sendable (any StoreTransaction) throws -> Result) async throws -> Result {
        try fail(0.1)
        return try await base.read(body)
    }
}
