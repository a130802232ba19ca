import CompanionCore
import Foundation
import TestRandomness
import TestSupport
import Testing
import _CompanionHTTP

@Suite("Retries")
struct RetryStateTests {
    static let start = Date(timeIntervalSince1970: 1_763_000_000)

    static func failure(_ retry: CompanionError.RetryAdvice) -> CompanionError {
        CompanionError(.unavailable, "down", retry: retry)
    }

    @Test("An error that says that it will happen again is not tried again")
    func never() {
        var state = RetryState(policy: .init(maximumAttempts: 9), now: Self.start)
        #expect(state.failed(with: Self.failure(.never), now: Self.start, fraction: 0.5) == .giveUp)
    }

    @Test("The wait is a random part of a ceiling that doubles up to the cap")
    func jitter() {
        let policy = RetryPolicy(
            maximumAttempts: 9, base: .seconds(1), cap: .seconds(5), maximumTotalTime: .seconds(1000))
        var state = RetryState(policy: policy, now: Self.start)
        let waits = (1...5).map { _ in state.failed(with: Self.failure(.backOff), now: Self.start, fraction: 0.5) }
        #expect(waits == [0.5, 1, 2, 2.5, 2.5].map { .wait(.seconds($0)) })
    }

    @Test("No wait is shorter than the server asked for")
    func serverWait() {
        var state = RetryState(policy: .init(), now: Self.start)
        #expect(
            state.failed(with: Self.failure(.after(.seconds(7))), now: Self.start, fraction: 0) == .wait(.seconds(7)))
    }

    @Test("Attempts and total time are bounded, whatever fails and however long")
    func bounds() {
        var random = SeededGenerator.announced()
        for _ in 0..<2000 {
            let policy = RetryPolicy(
                maximumAttempts: Int.random(in: 1...6, using: &random),
                base: .milliseconds(Int.random(in: 0...2000, using: &random)),
                cap: .milliseconds(Int.random(in: 0...20_000, using: &random)),
                maximumTotalTime: .milliseconds(Int.random(in: 0...60_000, using: &random)))
            var state = RetryState(policy: policy, now: Self.start)
            var now = Self.start
            var attempts = 1
            while true {
                now += Double.random(in: 0...10, using: &random)
                let advice: CompanionError.RetryAdvice =
                    random.chance(1, in: 2)
                    ? .backOff : .after(.milliseconds(Int.random(in: 0...30_000, using: &random)))
                let fraction = Double.random(in: 0..<1, using: &random)
                guard case .wait(let wait) = state.failed(with: Self.failure(advice), now: now, fraction: fraction)
                else { break }
                #expect(wait >= .zero, "seed \(random.seed)")
                if case .after(let least) = advice { #expect(wait >= least, "seed \(random.seed)") }
                attempts += 1
                now += wait / .seconds(1)
                #expect(
                    .seconds(now.timeIntervalSince(Self.start)) <= policy.maximumTotalTime + .milliseconds(1),
                    "seed \(random.seed)")
            }
            #expect(attempts <= policy.maximumAttempts, "seed \(random.seed)")
        }
    }

    @Test("A clock that is set back does not lengthen the total time without end")
    func clockSetBack() {
        var state = RetryState(policy: .init(maximumAttempts: 3), now: Self.start)
        let past = Self.start - 10_000
        #expect(state.failed(with: Self.failure(.backOff), now: past, fraction: 0) == .wait(.zero))
        #expect(state.failed(with: Self.failure(.backOff), now: past, fraction: 0) == .wait(.zero))
        #expect(state.failed(with: Self.failure(.backOff), now: past, fraction: 0) == .giveUp)
    }
}
