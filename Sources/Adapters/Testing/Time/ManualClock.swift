public import CompanionCore
internal import Synchronization

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// A clock that stands still until a test moves it.
///
/// ```swift
/// let clock = ManualClock()
/// async let late: Void = clock.sleep(for: .seconds(30))
/// try await clock.waitUntilSleeping()
/// clock.advance(by: .seconds(30))
/// try await late
/// ```
public final class ManualClock: WallClock {
    private struct Sleeper {
        var id: UInt64
        var deadline: Duration
        var continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var epoch: Date
        var elapsed = Duration.zero
        var nextID: UInt64 = 0
        /// In the order of their deadlines, of equal ones the earlier call first.
        var sleepers: [Sleeper] = []
    }

    private let state: Mutex<State>

    /// - Parameter now: Where the clock starts: by default 1 June 2025, 12:00 UTC.
    public init(now: Date = Date(timeIntervalSince1970: 1_748_779_200)) {
        state = Mutex(State(epoch: now))
    }

    public var now: Date {
        state.withLock { $0.epoch.addingTimeInterval($0.elapsed / .seconds(1)) }
    }

    /// How many tasks sleep.
    public var sleeperCount: Int { state.withLock { $0.sleepers.count } }

    /// Lets time pass, and wakes whose time has come, the earliest deadline first.
    ///
    /// Who sleeps again after waking sleeps from the new time on: advance in steps where a loop should run many times.
    public func advance(by duration: Duration) {
        precondition(duration >= .zero, "Time passes forwards; use set(to:) to turn the clock back.")
        let woken = state.withLock { state in
            state.elapsed += duration
            let count = state.sleepers.prefix { $0.deadline <= state.elapsed }.count
            defer { state.sleepers.removeFirst(count) }
            return state.sleepers.prefix(count).map(\.continuation)
        }
        for continuation in woken { continuation.resume() }
    }

    /// Sets the time of day, forwards or back, as people do with a machine's clock: nobody wakes from it.
    public func set(to now: Date) {
        state.withLock { $0.epoch = now.addingTimeInterval(-($0.elapsed / .seconds(1))) }
    }

    public func sleep(for duration: Duration) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isAwake = state.withLock { state in
                    // Under the lock that the cancellation handler takes: a cancellation is seen here or finds us there.
                    guard duration > .zero, !Task.isCancelled else { return true }
                    let deadline = state.elapsed + duration
                    let place = state.sleepers.firstIndex { $0.deadline > deadline } ?? state.sleepers.endIndex
                    state.sleepers.insert(Sleeper(id: id, deadline: deadline, continuation: continuation), at: place)
                    return false
                }
                if isAwake { continuation.resume() }
            }
            try Task.checkCancellation()
        } onCancel: {
            let sleeper = state.withLock { state in
                state.sleepers.firstIndex { $0.id == id }.map { state.sleepers.remove(at: $0) }
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Returns as soon as at least `count` tasks sleep.
    ///
    /// Throws ``ConditionTimeout`` where they do not within `limit` of real time.
    public func waitUntilSleeping(count: Int = 1, within limit: Duration = .seconds(60)) async throws {
        try await eventually("\(count) tasks sleep", within: limit) { sleeperCount >= count }
    }
}
