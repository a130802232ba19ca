internal import CompanionCore
internal import Synchronization

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// A clock that stands still until a test moves it.
package final class SteppedClock: WallClock {
    private struct Sleeper {
        var wake: Date
        var continuation: CheckedContinuation<Void, any Error>
    }
    private struct State {
        var now: Date
        var sleepers: [UInt64: Sleeper] = [:]
        var next: UInt64 = 0
        var slept: [Duration] = []
    }
    private let state: Mutex<State>

    package init(_ now: Date = Date(timeIntervalSince1970: 1_763_000_000)) { state = Mutex(State(now: now)) }

    package var now: Date { state.withLock(\.now) }
    /// What was asked for so far.
    package var sleeps: [Duration] { state.withLock(\.slept) }
    /// How many sleep now.
    package var sleeperCount: Int { state.withLock(\.sleepers.count) }

    package func advance(by duration: Duration) {
        let woken = state.withLock { state in
            state.now += TimeInterval(duration / .seconds(1))
            let due = state.sleepers.filter { $0.value.wake <= state.now }
            for id in due.keys { state.sleepers[id] = nil }
            return due.values.map(\.continuation)
        }
        for continuation in woken { continuation.resume() }
    }

    package func sleep(for duration: Duration) async throws {
        let id = state.withLock { state in
            state.next += 1
            state.slept.append(duration)
            return state.next
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let isCancelled = state.withLock { state in
                    if Task.isCancelled { return true }
                    let wake = state.now + TimeInterval(duration / .seconds(1))
                    state.sleepers[id] = Sleeper(wake: wake, continuation: continuation)
                    return false
                }
                if isCancelled { continuation.resume(throwing: CancellationError()) }
            }
        } onCancel: {
            state.withLock { $0.sleepers.removeValue(forKey: id) }?.continuation
                .resume(throwing: CancellationError())
        }
    }
}

/// Polls until `condition` holds; false if it does not within a bound of real time.
package func eventually(
    within limit: Duration = .seconds(20), isolation: isolated (any Actor)? = #isolation,
    _ condition: () async throws -> Bool
) async rethrows -> Bool {
    let end = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < end else { return false }
        try? await Task.sleep(for: .milliseconds(2))
    }
    return true
}
