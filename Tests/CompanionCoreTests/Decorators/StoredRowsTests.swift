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

@Suite struct StoredRowsTests {
    @Test("A reader of any process never sees what was before a change that is done, however their steps interleave")
    func isNeverStale() async throws {
        var generator = SeededGenerator.announced()
        for _ in 0..<20 {
            let world = try await World(generator.next(), processes: 3)
            try await world.churn(operations: 300, changesOneIn: 5)
            #expect(world.processes.reduce(0) { $0 + $1.base.reads } < world.reads, "something is remembered")
        }
    }

    @Test(
        "With a cache that fails at random, a process sees its own changes, and the others' after the lifetime at the latest"
    )
    func survivesFailures() async throws {
        var generator = SeededGenerator.announced()
        for _ in 0..<20 {
            let world = try await World(generator.next(), processes: 3, failsOneIn: 4)
            try await world.churn(operations: 300, changesOneIn: 5)
        }
    }

    @Test("Many who read at once read the store once")
    func sharesReads() async throws {
        let world = try await World(1, processes: 1)
        let process = world.processes[0]
        _ = try await process.rows.user(world.user.id)
        _ = try await process.store.transaction { [user = world.user] in try $0.users.update(user) }
        let before = process.base.reads
        try await withThrowingTaskGroup(of: User?.self) { group in
            for _ in 0..<100 { group.addTask { try await process.rows.user(world.user.id) } }
            for try await user in group { #expect(user?.id == world.user.id) }
        }
        #expect(process.base.reads - before == 1)
    }

    @Test("That something is not there is remembered until it is")
    func remembersAbsence() async throws {
        let world = try await World(2, processes: 2)
        let (one, other) = (world.processes[0], world.processes[1])
        let character = CompanionCharacter(
            id: .init(UUID()), owner: world.user.id, card: CharacterCard(name: "Luna"), createdAt: world.clock.stamp)
        for _ in 0..<3 { #expect(try await one.rows.character(character.id, of: world.user.id) == nil) }
        #expect(one.base.reads == 1)
        try await other.store.transaction { try $0.characters.insert(character) }
        #expect(try await one.rows.character(character.id, of: world.user.id) == character)
        #expect(try await one.rows.character(character.id, of: .init(UUID())) == nil)
    }

    @Test("Each kind of change makes each kind of row be read again")
    func noticesEachChange() async throws {
        let world = try await World(3, processes: 2)
        let (one, other, user) = (world.processes[0], world.processes[1], world.user)
        let character = CompanionCharacter(
            id: .init(UUID()), owner: user.id, card: CharacterCard(name: "Luna"), createdAt: world.clock.stamp)
        let erasure = Erasure(
            id: .init(UUID()), user: user.id, requestedAt: world.clock.now, settlesAt: world.clock.now)
        let now = world.clock.now
        let changes: [@Sendable (any StoreTransaction) throws -> Void] = [
            { try $0.users.update(user) },
            { try $0.characters.insert(character) },
            { try $0.characters.update(character, of: user.id) },
            { _ = try $0.characters.delete(character.id, of: user.id) },
            { try $0.subscriptions.put(Subscription(user: user.id, tier: "base", startedAt: now)) },
            { _ = try $0.erasures.begin(erasure) },
            { _ = try $0.erasures.eraseSome(of: user.id, limit: 100) },
            { try $0.erasures.finish(erasure.id, at: now) },
        ]
        func readsOfAll() async throws -> Int {
            let before = one.base.reads
            _ = try await one.rows.user(user.id)
            _ = try await one.rows.subscription(of: user.id)
            _ = try await one.rows.character(character.id, of: user.id)
            return one.base.reads - before
        }
        _ = try await readsOfAll()
        for (index, change) in changes.enumerated() {
            #expect(try await readsOfAll() == 0)
            try await other.store.transaction(change)
            #expect(try await readsOfAll() == 3, "change \(index)")
        }
    }

    @Test("A change that throws may have been made: its rows are read again")
    func noticesFailedChanges() async throws {
        let world = try await World(4, processes: 1)
        let process = world.processes[0]
        _ = try await process.rows.user(world.user.id)
        await #expect(throws: CancellationError.self) {
            try await process.store.transaction { [user = world.user] transaction in
                try transaction.users.update(user)
                throw CancellationError()
            }
        }
        _ = try await process.rows.user(world.user.id)
        #expect(process.base.reads == 2)
    }

    @Test(
        "A cache that does not answer holds a read up for the patience, and then is asked by one at a time, after a pause"
    )
    func doesNotWaitForTheCache() async throws {
        let world = try await World(5, processes: 1)
        let process = world.processes[0]
        process.cache.hangs = true
        let first = Task { try await process.rows.user(world.user.id) }
        try await world.clock.waitUntilSleeping()
        world.clock.advance(by: .milliseconds(100))
        #expect(try await first.value?.id == world.user.id)
        let asked = process.cache.calls
        for _ in 0..<10 { _ = try await process.rows.user(world.user.id) }
        #expect(process.cache.calls == asked)
        process.cache.hangs = false
        world.clock.advance(by: .milliseconds(200))
        _ = try await process.rows.user(world.user.id)
        #expect(process.cache.calls > asked)
        let before = process.base.reads
        _ = try await process.rows.user(world.user.id)
        #expect(process.base.reads == before)
    }

    @Test("Keeps no more than its bytes, and what is dropped is read again")
    func isBounded() async throws {
        let world = try await World(6, processes: 1, maximumBytes: 0)
        for _ in 0..<3 { _ = try await world.processes[0].rows.user(world.user.id) }
        #expect(world.processes[0].base.reads == 3)
        #expect(world.processes[0].rows.count(of: world.user.id) == 0)
    }

    @Test("A companion with a cache answers as one without, and reads less")
    func servesCompanions() async throws {
        let base = CountingStore(InMemoryStore())
        let cache = InMemoryCache()
        let companions = (0..<2).map { _ in
            Companion(languageModel: OfflineLanguageModel(), relationalStore: base, cache: cache)
        }
        let ada = try await companions[0].accounts.register(name: "Ada")
        var luna = try await companions[0].characters.add(CharacterCard(name: "Luna"), by: ada.id)
        for companion in companions {
            for _ in 0..<3 {
                #expect(try await companion.characters.character(luna.id, by: ada.id) == luna)
                #expect(try await companion.accounts.user(ada.id) == ada)
            }
        }
        #expect(base.reads == 4)
        luna.card.description = "Keeps a lighthouse."
        luna = try await companions[1].characters.update(luna, by: ada.id)
        for companion in companions {
            #expect(try await companion.characters.character(luna.id, by: ada.id) == luna)
        }
        try await companions[0].characters.delete(luna.id, by: ada.id)
        await #expect(throws: CompanionError.self) {
            try await companions[1].characters.character(luna.id, by: ada.id)
        }
    }
}

// MARK: - What it is tested with

/// Some processes that share a store and a cache, each with its own way to both.
private final class World: Sendable {
    let clock = ManualClock()
    let user: User
    let processes: [Process]
    private let lifetime = Duration.seconds(30)
    private let generator: Mutex<SeededGenerator>
    private let failsOneIn: Int?
    private let asked = Mutex(0)
    /// Each change whose caller was told that it is done: who made it, and when.
    private let done = Mutex<[(process: Int, version: Int, at: Date)]>([])

    struct Process: Sendable {
        let base: CountingStore
        let cache: UnsteadyCache
        let store: WatchedStore
        let rows: StoredRows
    }

    init(_ seed: UInt64, processes count: Int, failsOneIn: Int? = nil, maximumBytes: Int = 1 << 20) async throws {
        let shared = InMemoryStore()
        let sharedCache = InMemoryCache(clock: clock)
        let configuration = RowCacheConfiguration(lifetime: lifetime, maximumBytes: maximumBytes)
        let clock = clock
        var seeds = SeededGenerator(seed: seed)
        processes = (0..<count).map { _ in
            let base = CountingStore(shared, seed: seeds.next())
            let cache = UnsteadyCache(sharedCache, seed: seeds.next(), failsOneIn: failsOneIn)
            let marks = RowMarks(
                cache, configuration: configuration, clock: clock, random: SystemRandomSource())
            let store = WatchedStore(base: base, marks: marks)
            return Process(
                base: base, cache: cache, store: store,
                rows: StoredRows(store: store, marks: marks, configuration: configuration))
        }
        user = User(id: .init(UUID()), name: "0", createdAt: clock.stamp)
        self.failsOneIn = failsOneIn
        generator = Mutex(seeds)
        try await shared.transaction { [user] in try $0.users.insert(user) }
    }

    private func pick(_ bound: Int) -> Int { generator.withLock { Int.random(in: 0..<bound, using: &$0) } }

    /// Reads and changes at random, many at once.
    func churn(operations: Int, changesOneIn: Int) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask { [self] in
                    for _ in 0..<operations / 8 {
                        let process = pick(processes.count)
                        if pick(changesOneIn) == 0 {
                            try await change(by: process)
                        } else {
                            try await read(by: process)
                        }
                        if failsOneIn != nil, pick(4) == 0 { clock.advance(by: .seconds(pick(20))) }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Counts the name up.
    private func change(by process: Int) async throws {
        let version = try await processes[process].store.transaction { [user] transaction in
            var user = try transaction.users.require(user.id)
            let version = (Int(user.name) ?? 0) + 1
            user.name = "\(version)"
            try transaction.users.update(user)
            return version
        }
        let now = clock.now
        done.withLock { $0.append((process, version, now)) }
    }

    /// How many reads there were, of the store or not.
    var reads: Int { asked.withLock { $0 } }

    private func read(by process: Int) async throws {
        asked.withLock { $0 += 1 }
        let now = clock.now
        let least = done.withLock { done in
            done.filter { change in
                failsOneIn == nil || change.process == process || now.timeIntervalSince(change.at) >= 30
            }.map(\.version).max() ?? 0
        }
        let seen = try await Int(processes[process].rows.user(user.id)?.name ?? "") ?? -1
        #expect(seen >= least, "process \(process) saw version \(seen) of at least \(least)")
    }
}

/// Counts the reads, and lets others go first at random before and after each call.
private final class CountingStore: RelationalStore {
    private let base: any RelationalStore
    private let count = Mutex(0)
    private let steps: Steps

    init(_ base: any RelationalStore, seed: UInt64 = 0) {
        self.base = base
        steps = Steps(seed)
    }

    var reads: Int { count.withLock { $0 } }

    func transaction<Result: Sendable>(
        _ body: @Sendable (any StoreTransaction) throws -> Result
    ) async throws -> Result {
        await steps.take()
        let result = try await base.transaction(body)
        await steps.take()
        return result
    }

    func read<Result: Sendable>(
        _ body: @Sendable (any StoreTransaction) throws -> Result
    ) async throws -> Result {
        count.withLock { $0 += 1 }
        await steps.take()
        let result = try await base.read(body)
        await steps.take()
        return result
    }
}

/// Lets others go first at random, and fails at random, before it has done what it is asked for or after.
private final class UnsteadyCache: Cache {
    private let base: any Cache
    private let failsOneIn: Int?
    private let steps: Steps
    private let state = Mutex((calls: 0, hangs: false))

    init(_ base: any Cache, seed: UInt64, failsOneIn: Int?) {
        self.base = base
        self.failsOneIn = failsOneIn
        steps = Steps(seed)
    }

    var calls: Int { state.withLock { $0.calls } }
    var hangs: Bool {
        get { state.withLock { $0.hangs } }
        set { state.withLock { $0.hangs = newValue } }
    }

    private func around<Result>(_ body: () async throws -> Result) async throws -> Result {
        let hangs = state.withLock { state in
            state.calls += 1
            return state.hangs
        }
        // Until it is cancelled: nobody moves that clock.
        if hangs { try await ManualClock().sleep(for: .seconds(1)) }
        await steps.take()
        try failAtRandom()
        let result = try await body()
        await steps.take()
        try failAtRandom()
        return result
    }

    private func failAtRandom() throws {
        if let failsOneIn, steps.pick(failsOneIn * 2) == 0 { throw CompanionError(.unavailable, "As it happens.") }
    }

    func value(for key: String, in namespace: CacheNamespace) async throws -> [UInt8]? {
        try await around { try await base.value(for: key, in: namespace) }
    }

    func set(
        _ value: [UInt8], for key: String, in namespace: CacheNamespace, expiringAfter lifetime: Duration
    ) async throws {
        try await around { try await base.set(value, for: key, in: namespace, expiringAfter: lifetime) }
    }

    func setIfAbsent(
        _ value: [UInt8], for key: String, in namespace: CacheNamespace, expiringAfter lifetime: Duration
    ) async throws -> Bool {
        try await around { try await base.setIfAbsent(value, for: key, in: namespace, expiringAfter: lifetime) }
    }

    func remove(_ key: String, in namespace: CacheNamespace) async throws {
        try await around { try await base.remove(key, in: namespace) }
    }

    func removeAll(of user: User.ID) async throws -> Int { try await around { try await base.removeAll(of: user) } }
    func count(of user: User.ID) async throws -> Int { try await around { try await base.count(of: user) } }
}

private final class Steps: Sendable {
    private let generator: Mutex<SeededGenerator>

    init(_ seed: UInt64) { generator = Mutex(SeededGenerator(seed: seed)) }

    func pick(_ bound: Int) -> Int { generator.withLock { Int.random(in: 0..<bound, using: &$0) } }
    func take() async { for _ in 0..<pick(6) { await Task.yield() } }
}
