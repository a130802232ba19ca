import CompanionInMemory
import CompanionTesting
import Synchronization
import Testing

@testable import CompanionCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

struct JobWorkerTests {
    let store = InMemoryStore()
    let clock = ManualClock()
    static let kind = Job.Kind("test")

    func context(_ configuration: JobConfiguration = .init(), store: (any RelationalStore)? = nil) -> CompanionContext {
        Companion(
            languageModel: MemoryFixture.listener, relationalStore: store ?? self.store, clock: clock,
            random: SeededRandomSource(), configuration: .init(jobs: configuration)
        ).context
    }

    func worker(
        _ configuration: JobConfiguration = .init(), store: (any RelationalStore)? = nil,
        _ perform: @escaping @Sendable (JobClaim) async throws -> Void
    ) -> JobWorker {
        JobWorker(
            context: context(configuration, store: store), handlers: [JobHandler(kind: Self.kind, perform: perform)])
    }

    @discardableResult
    func enqueue(_ key: String = "a", at seconds: Double = 0) async throws -> Job.ID {
        let now = clock.stamp
        let job = Job(
            id: IdentifierGenerator(clock: clock).next(), kind: Self.kind, key: key, user: nil,
            runAt: now.addingTimeInterval(seconds), createdAt: now)
        return try await store.transaction { try $0.jobs.enqueue(job) }
    }

    var jobs: [Job] { get async throws { try await store.read { try $0.jobs.jobs(nil, after: nil, limit: 100) } } }

    @Test("What is due is done once, what is not due waits")
    func due() async throws {
        let done = Mutex<[String]>([])
        let worker = worker { claim in done.withLock { $0.append(claim.job.key) } }
        try await enqueue("a")
        try await enqueue("b", at: 60)
        #expect(try await worker.workOnNext())
        #expect(try await !worker.workOnNext())
        clock.advance(by: .seconds(60))
        #expect(try await worker.workOnNext())
        #expect(done.withLock { $0 } == ["a", "b"])
        #expect(try await jobs.isEmpty)
    }

    @Test("A failed job waits, longer each time, and is given up with its reason after its last attempt")
    func retries() async throws {
        let worker = worker(.init(maximumAttempts: 4)) { _ in
            throw CompanionError(.unavailable, "The model is away.")
        }
        try await enqueue()
        var waits: [Double] = []
        while try await worker.workOnNext() {
            let job = try #require(try await jobs.first)
            guard job.status == .waiting else { break }
            let wait = job.runAt.timeIntervalSince(clock.now)
            waits.append(wait)
            clock.advance(by: .milliseconds(Int64((wait * 1000).rounded()) - 1))
            #expect(try await !worker.workOnNext())
            clock.advance(by: .milliseconds(1))
        }
        #expect(waits.count == 3)
        for (wait, range) in zip(waits, [2.5...5, 5...10, 10...20]) { #expect(range.contains(wait)) }
        let dead = try #require(try await jobs.first)
        #expect(dead.status == .dead && dead.lastError == "unavailable: The model is away.")
        let service = JobService(context: context())
        try await service.retry(dead.id)
        #expect(try await service.job(dead.id).status == .waiting)
        try await service.delete(dead.id)
        #expect(try await service.jobs().isEmpty)
    }

    @Test("What can't succeed is given up at once; what is asked to wait waits that long")
    func advice() async throws {
        let error = Mutex(CompanionError(.rateLimited, "Slow down.", retry: .after(.seconds(90))))
        let worker = worker { _ in throw error.withLock { $0 } }
        try await enqueue()
        #expect(try await worker.workOnNext())
        #expect(try await jobs.first?.runAt == clock.now.addingTimeInterval(90))
        error.withLock { $0 = CompanionError(.corrupted, "Broken.") }
        clock.advance(by: .seconds(90))
        #expect(try await worker.workOnNext())
        #expect(try await jobs.first?.status == .dead)
    }

    @Test("Work that is given up again and again leaves one dead job")
    func oneDead() async throws {
        let worker = worker { _ in throw CompanionError(.corrupted, "Broken.") }
        for key in ["a", "a", "b", "a"] {
            try await enqueue(key)
            #expect(try await worker.workOnNext())
        }
        #expect(try await jobs.map(\.key).sorted() == ["a", "b"])
    }

    @Test("What others' errors say is not kept: it may hold people's words")
    func safeReason() async throws {
        struct Leak: Error { var words = "Ada's secret" }
        try await enqueue()
        _ = try await worker { _ in throw Leak() }.workOnNext()
        #expect(try await jobs.first?.lastError == "An error of the type Leak.")
    }

    @Test("A lease is renewed while a job is worked on, and taken over when its process dies")
    func leases() async throws {
        let gate = Gate()
        let mortal = MortalStore(store)
        let first = worker(store: mortal) { _ in try await gate.pass() }
        let taken = Counter()
        let second = worker { _ in taken.increment() }
        try await enqueue()
        let work = Task { try await first.workOnNext() }
        try await gate.waitUntilWaiting()
        for _ in 0..<12 {
            try await clock.waitUntilSleeping()
            clock.advance(by: .seconds(20))
            try await eventually("the lease is renewed") {
                try await jobs[0].leaseExpiresAt! > clock.now.addingTimeInterval(50)
            }
            #expect(try await !second.workOnNext())
        }
        mortal.die()
        clock.advance(by: .seconds(61))
        #expect(try await second.workOnNext())
        #expect(taken.count == 1)
        #expect(try await jobs.isEmpty)
        work.cancel()
        _ = try? await work.value
    }

    @Test("A job that kills its process each time is given up")
    func deadly() async throws {
        let id = try await enqueue()
        for _ in 0..<3 {
            let now = clock.stamp
            let token: Job.Token = IdentifierGenerator(clock: clock).next()
            let job = try await store.transaction {
                try $0.jobs.claim(kinds: nil, token: token, until: now.advanced(by: .seconds(60)), now: now)
            }
            #expect(job?.id == id)
            clock.advance(by: .seconds(60))
        }
        let ran = Counter()
        #expect(try await worker(.init(maximumAttempts: 3)) { _ in ran.increment() }.workOnNext())
        #expect(ran.count == 0)
        #expect(try await jobs.first?.status == .dead)
    }

    @Test("A stopped worker gives its job back at once")
    func stopped() async throws {
        let gate = Gate()
        let worker = worker { _ in try await gate.pass() }
        try await enqueue()
        let work = Task { try await worker.run() }
        try await gate.waitUntilWaiting()
        work.cancel()
        await #expect(throws: CancellationError.self) { try await work.value }
        let job = try #require(try await jobs.first)
        #expect(job.status == .waiting && job.runAt <= clock.now)
    }

    @Test("Many workers do each job once")
    func many() async throws {
        for index in 0..<60 { try await enqueue("\(index)") }
        let done = Mutex<[String: Int]>([:])
        let worker = worker { claim in
            done.withLock { $0[claim.job.key, default: 0] += 1 }
            await Task.yield()
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { while try await worker.workOnNext() {} } }
            try await group.waitForAll()
        }
        #expect(done.withLock { $0 }.count == 60 && done.withLock { $0.values.allSatisfy { $0 == 1 } })
    }

    @Test("What is enqueued while a worker sleeps is found at its next look")
    func polling() async throws {
        let done = Counter()
        let worker = worker { _ in done.increment() }
        let work = Task { try await worker.run() }
        try await clock.waitUntilSleeping()
        try await enqueue()
        clock.advance(by: .seconds(2))
        try await eventually("it is done") { done.count == 1 }
        work.cancel()
        _ = try? await work.value
    }
}

final class Counter: Sendable {
    private let value = Mutex(0)
    var count: Int { value.withLock { $0 } }
    func increment() { value.withLock { $0 += 1 } }
}
