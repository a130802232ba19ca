public import CompanionCore
internal import Synchronization

/// Logs of replies in memory: for one process. The log that was used longest ago goes first where there is no room.
public final class InMemoryReplyLog: ReplyLog {
    private struct Log {
        /// The number of the first frame.
        var first: Int
        var frames: [[UInt8]]
        var bytes: Int
        /// Milliseconds since 1970.
        var expiresAt: Int64

        var last: Int { first + frames.count - 1 }
    }

    private typealias Waiter = CheckedContinuation<Void, Never>

    private struct State {
        var logs: RecentlyUsed<ReplyLogKey, Log>
        var waiting: [ReplyLogKey: [Int: Waiter]] = [:]
        var nextWaiter = 0
    }

    private let state: Mutex<State>
    private let clock: any WallClock

    /// - Parameter maximumBytes: The most that frames and what goes with them take together.
    public init(maximumBytes: Int = 64 << 20, clock: any WallClock = SystemClock()) {
        state = Mutex(State(logs: RecentlyUsed(bound: maximumBytes)))
        self.clock = clock
    }

    public func append(
        _ frames: [[UInt8]], at sequence: Int, to log: ReplyLogKey, expiringAfter lifetime: Duration
    ) async throws {
        try Task.checkCancellation()
        let lifetime = try ReplyLogBounds.check(frames, at: sequence, to: log, expiringAfter: lifetime)
        guard !frames.isEmpty else { return }
        let now = clock.now.millisecondsSince1970
        let woken = try state.withLock { state in
            var kept =
                Self.live(log, at: now, in: &state.logs) ?? Log(first: sequence, frames: [], bytes: 0, expiresAt: 0)
            guard sequence <= kept.last + 1 else { throw ReplyLogBounds.gap }
            // While it is changed here, nobody else holds it, so that its frames are not copied.
            state.logs.remove(log)
            for frame in frames.dropFirst(kept.last + 1 - sequence) {
                kept.frames.append(frame)
                kept.bytes += frame.count + 32
            }
            kept.expiresAt = now + lifetime
            state.logs.insert(kept, for: log, cost: kept.bytes + 256)
            return state.waiting.removeValue(forKey: log) ?? [:]
        }
        for waiter in woken.values { waiter.resume() }
    }

    public func frames(
        of log: ReplyLogKey, after sequence: Int, limit: Int, waitingUpTo patience: Duration
    ) async throws -> [ReplyFrame] {
        let patience = try ReplyLogBounds.check(log, after: sequence, limit: limit, waitingUpTo: patience)
        try Task.checkCancellation()
        let now = try read(log, sequence, limit)
        guard now.isEmpty, patience > 0 else { return now }
        return try await withThrowingTaskGroup(of: [ReplyFrame]?.self) { [self] group in
            group.addTask {
                try await Task.sleep(for: .milliseconds(patience))
                return nil
            }
            group.addTask { try await self.awaitFrames(of: log, after: sequence, limit) }
            defer { group.cancelAll() }
            return try await group.next().flatMap(\.self) ?? read(log, sequence, limit)
        }
    }

    private func awaitFrames(of log: ReplyLogKey, after sequence: Int, _ limit: Int) async throws -> [ReplyFrame] {
        while true {
            let number = state.withLock { state in
                state.nextWaiter += 1
                return state.nextWaiter
            }
            await withTaskCancellationHandler {
                await withCheckedContinuation { (waiter: Waiter) in
                    let isOver = state.withLock { state in
                        // Under the same lock as appending, so that nothing is missed in between.
                        let isThere = (state.logs.value(for: log)?.last ?? 0) > sequence
                        guard !isThere, !Task.isCancelled else { return true }
                        state.waiting[log, default: [:]][number] = waiter
                        return false
                    }
                    if isOver { waiter.resume() }
                }
            } onCancel: {
                let waiter = state.withLock { state in
                    let waiter = state.waiting[log]?.removeValue(forKey: number)
                    if state.waiting[log]?.isEmpty == true { state.waiting[log] = nil }
                    return waiter
                }
                waiter?.resume()
            }
            try Task.checkCancellation()
            let frames = try read(log, sequence, limit)
            if !frames.isEmpty { return frames }
        }
    }

    private func read(_ log: ReplyLogKey, _ sequence: Int, _ limit: Int) throws -> [ReplyFrame] {
        let now = clock.now.millisecondsSince1970
        return try state.withLock { state in
            guard let kept = Self.live(log, at: now, in: &state.logs), kept.last > sequence else { return [] }
            guard kept.first <= sequence + 1 else { throw ReplyLogBounds.lost }
            let start = sequence + 1 - kept.first
            return kept.frames[start...].prefix(limit).enumerated().map { index, bytes in
                ReplyFrame(sequence: sequence + 1 + index, bytes: bytes)
            }
        }
    }

    public func remove(_ log: ReplyLogKey) async throws {
        try ReplyLogBounds.check(log)
        state.withLock { _ = $0.logs.remove(log) }
    }

    public func removeAll(of user: User.ID) async throws -> Int {
        let now = clock.now.millisecondsSince1970
        return state.withLock { state in
            state.logs.keys.filter { $0.user == user }
                .count { key in state.logs.remove(key).map { $0.expiresAt > now } ?? false }
        }
    }

    public func count(of user: User.ID) async throws -> Int {
        let now = clock.now.millisecondsSince1970
        return state.withLock { state in
            state.logs.keys.filter { $0.user == user }.count { Self.live($0, at: now, in: &state.logs) != nil }
        }
    }

    private static func live(
        _ key: ReplyLogKey, at now: Int64, in logs: inout RecentlyUsed<ReplyLogKey, Log>
    ) -> Log? {
        guard let log = logs.value(for: key) else { return nil }
        if log.expiresAt > now { return log }
        logs.remove(key)
        return nil
    }
}
