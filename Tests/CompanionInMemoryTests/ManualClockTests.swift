import CompanionCore
import CompanionTesting
import Foundation
import Synchronization
import Testing

@Suite struct ManualClockTests {
    private final class Log: Sendable {
        let entries = Mutex<[Int]>([])
    }

    @Test("Stands still until it is advanced")
    func advancing() {
        let clock = ManualClock(now: Date(timeIntervalSince1970: 1_000))
        #expect(clock.now == clock.now)
        clock.advance(by: .milliseconds(1_500))
        #expect(clock.now == Date(timeIntervalSince1970: 1_001.5))
    }

    @Test("Wakes whose time has come, and nobody else")
    func waking() async throws {
        let clock = ManualClock()
        let woken = Log()
        try await withThrowingTaskGroup { group in
            for (count, seconds) in [3, 1, 2].enumerated() {
                group.addTask {
                    try await clock.sleep(for: .seconds(seconds))
                    woken.entries.withLock { $0.append(seconds) }
                }
                try await clock.waitUntilSleeping(count: count + 1)
            }
            clock.advance(by: .milliseconds(999))
            #expect(clock.sleeperCount == 3)
            for count in 1...3 {
                clock.advance(by: .seconds(1))
                #expect(clock.sleeperCount == 3 - count)
                try await eventually("\(count) are awake") { woken.entries.withLock(\.count) == count }
            }
            try await group.waitForAll()
        }
        #expect(woken.entries.withLock { $0 } == [1, 2, 3])
    }

    @Test("Turning the clock back or forth wakes nobody and changes no deadline")
    func setting() async throws {
        let clock = ManualClock()
        async let sleep: Void = clock.sleep(for: .seconds(10))
        try await clock.waitUntilSleeping()
        clock.set(to: Date(timeIntervalSince1970: 0))
        #expect(clock.now == Date(timeIntervalSince1970: 0))
        clock.set(to: Date(timeIntervalSince1970: 4_000_000_000))
        #expect(clock.sleeperCount == 1)
        clock.advance(by: .seconds(10))
        #expect(clock.now == Date(timeIntervalSince1970: 4_000_000_010))
        try await sleep
    }

    @Test("A sleep of no time returns at once")
    func noTime() async throws {
        try await ManualClock().sleep(for: .zero)
        try await ManualClock().sleep(for: .seconds(-1))
    }

    @Test("Cancellation ends a sleep, whether it comes before, at or after its beginning")
    func cancellation() async throws {
        let clock = ManualClock()
        for round in 0..<200 {
            let task = Task { try await clock.sleep(for: .seconds(60)) }
            if round.isMultiple(of: 3) { try await clock.waitUntilSleeping() }
            if round.isMultiple(of: 5) { await Task.yield() }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(clock.sleeperCount == 0)
        }
    }

    @Test("Waiting for sleepers that do not come ends with an error")
    func timeout() async {
        await #expect(throws: ConditionTimeout.self) {
            try await ManualClock().waitUntilSleeping(within: .milliseconds(20))
        }
    }
}

@Suite struct GateTests {
    @Test("Lets through who waits and who comes later, until it is closed")
    func opening() async throws {
        let gate = Gate()
        try await withThrowingTaskGroup { group in
            for _ in 0..<3 { group.addTask { try await gate.pass() } }
            try await gate.waitUntilWaiting(count: 3)
            gate.open()
            try await group.waitForAll()
        }
        try await gate.pass()
        gate.close()
        let late = Task { try await gate.pass() }
        try await gate.waitUntilWaiting()
        late.cancel()
        await #expect(throws: CancellationError.self) { try await late.value }
        #expect(gate.waiterCount == 0)
    }
}

@Suite struct SeededRandomSourceTests {
    @Test("Gives the bits of SplitMix64 for its seed")
    func reference() {
        // The first outputs for the seed 1234567, as the algorithm's authors and many others publish them.
        let source = SeededRandomSource(seed: 1_234_567)
        #expect(
            (0..<5).map { _ in source.next() } == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
                4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
            ])
    }

    @Test("Without a seed takes another one each time, and names it")
    func seeds() {
        let (one, other) = (SeededRandomSource(), SeededRandomSource())
        #expect(one.seed != other.seed)
        #expect(one.description == "seed \(one.seed)")
    }
}
