internal import Synchronization

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A random mark for each person's rows, in a cache that all processes share.
///
/// Who has changed a row of a person's removes the person's mark before the change counts as done; who finds none makes a new one.
/// What was read from the store after a mark was seen is therefore right as long as the mark is there. A mark never comes back, so
/// a removal that happens twice, or late, does no harm, as would the writing of a value.
///
/// Where the cache does not answer, there is no mark. A change whose mark could not be removed is owed: this process uses no mark
/// of that person until it is, or until the marks of that time are gone by themselves.
final class RowMarks: Sendable {
    private struct State {
        /// One after the other.
        var failures = 0
        var resumesAt = Date.distantPast
        var isTrying = false
        /// Whose mark is still to be removed.
        var owed: [User.ID: Debt] = [:]
        var debts = 0
        /// Until then nobody's mark counts, because too many are owed.
        var owesAllUntil = Date.distantPast
        var isPaying = false
    }

    private struct Debt {
        /// Each has its own.
        var number: Int
        /// Then the mark is gone by itself.
        var until: Date
    }

    private static let key = "mark"
    private static let purpose = "rows"
    private static let maximumOwed = 10_000
    private static let pauses: ClosedRange<Duration> = .milliseconds(100) ... .seconds(5)

    private let cache: any Cache
    private let clock: any WallClock
    private let random: any RandomSource
    private let lifetime: Duration
    private let patience: Duration
    private let state = Mutex(State())

    init(
        _ cache: any Cache, configuration: RowCacheConfiguration, clock: any WallClock, random: any RandomSource
    ) {
        self.cache = cache
        self.clock = clock
        self.random = random
        lifetime = configuration.lifetime
        patience = configuration.patience
    }

    // MARK: Reading

    /// The mark of a person's rows; nil where the store has to be asked.
    func mark(of user: User.ID) async -> [UInt8]? {
        guard mayAsk(for: user) else { return nil }
        do {
            guard let mark = try await withDeadline(patience, on: clock, { try await self.found(user) }) else {
                failed()
                return nil
            }
            succeeded()
            // A change of ours may have become owed meanwhile.
            return isOwed(user) ? nil : mark
        } catch {
            // Who is cancelled knows nothing of the cache.
            if error is CancellationError || Task.isCancelled { gaveUp() } else { failed() }
            return nil
        }
    }

    private func found(_ user: User.ID) async throws -> [UInt8] {
        let namespace = CacheNamespace.user(user, Self.purpose)
        if let mark = try await cache.value(for: Self.key, in: namespace) { return mark }
        let mark = makeMark()
        if try await cache.setIfAbsent(mark, for: Self.key, in: namespace, expiringAfter: lifetime) { return mark }
        // Somebody was first; where theirs is gone already, one that is kept nowhere lets nothing be found.
        return try await cache.value(for: Self.key, in: namespace) ?? mark
    }

    private func makeMark() -> [UInt8] {
        (0..<2).flatMap { _ in
            let bits = random.next()
            return (0..<8).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
        }
    }

    // MARK: Changing

    /// Removes the marks of people whose rows have changed. Returns when that is done, or owed; also where the task is cancelled,
    /// since the change is made.
    func renew(_ users: Set<User.ID>) async {
        guard !users.isEmpty else { return }
        await Task { await remove(users) }.value
    }

    private func remove(_ users: Set<User.ID>) async {
        let isDone =
            try? await withDeadline(patience, on: clock) {
                for user in users { try await self.cache.remove(Self.key, in: .user(user, Self.purpose)) }
                return true
            }
        if isDone != true { owe(users) }
    }

    private func owe(_ users: Set<User.ID>) {
        let until = clock.now.advanced(by: lifetime)
        let isPaying = state.withLock { state in
            if state.owed.count + users.count > Self.maximumOwed {
                state.owesAllUntil = until
                state.owed.removeAll()
            } else {
                state.debts += 1
                for user in users { state.owed[user] = Debt(number: state.debts, until: until) }
            }
            defer { state.isPaying = true }
            return state.isPaying
        }
        // Ends by itself when all is paid or has lapsed, within the lifetime.
        if !isPaying { Task { await pay() } }
    }

    private func pay() async {
        var pause = Self.pauses.lowerBound
        while true {
            try? await clock.sleep(for: pause)
            pause = min(pause * 2, Self.pauses.upperBound)
            let now = clock.now
            let owed: [User.ID: Debt] = state.withLock { state in
                state.owed = state.owed.filter { $0.value.until > now }
                if state.owed.isEmpty { state.isPaying = false }
                return state.owed
            }
            guard !owed.isEmpty else { return }
            for (user, debt) in owed {
                let namespace = CacheNamespace.user(user, Self.purpose)
                let isPaid =
                    try? await withDeadline(patience, on: clock) {
                        try await self.cache.remove(Self.key, in: namespace)
                        return true
                    }
                guard isPaid == true else { break }
                // Unless another change was added meanwhile.
                state.withLock { if $0.owed[user]?.number == debt.number { $0.owed[user] = nil } }
            }
        }
    }

    // MARK: When not to ask

    private func isOwed(_ user: User.ID) -> Bool {
        let now = clock.now
        return state.withLock { $0.owesAllUntil > now || ($0.owed[user].map { $0.until > now } ?? false) }
    }

    /// Where the cache has failed, one at a time tries it again, after a pause.
    private func mayAsk(for user: User.ID) -> Bool {
        guard !isOwed(user) else { return false }
        let now = clock.now
        return state.withLock { state in
            guard state.failures > 0 else { return true }
            guard now >= state.resumesAt, !state.isTrying else { return false }
            state.isTrying = true
            return true
        }
    }

    private func succeeded() {
        state.withLock { state in
            state.failures = 0
            state.isTrying = false
        }
    }

    private func gaveUp() { state.withLock { $0.isTrying = false } }

    private func failed() {
        let now = clock.now
        state.withLock { state in
            let pause = min(Self.pauses.lowerBound * (1 << min(state.failures, 10)), Self.pauses.upperBound)
            state.failures += 1
            state.resumesAt = now.advanced(by: pause)
            state.isTrying = false
        }
    }
}
