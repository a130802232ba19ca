import CompanionCore
import CompanionTesting
import Synchronization

/// Logs that are wrong in one way, so that the checks can show that they see it.
final class SabotagedReplyLog: ReplyLog {
    enum Sabotage: Sendable {
        case nothing, ignoresTheLimit, readsFromTheNumber, appendsTwice, fillsGaps, hidesLosses, ignoresTheName
        case acceptsAnything, neverWakes, skipsWhenWaiting, doesNotWait, ignoresCancellation, expiresEarly
        case countsFromTheFirst, removesNothing, countsNothing
    }

    private let sabotage: Sabotage
    private let base: any ReplyLog
    private let firsts = Mutex<[ReplyLogKey: Duration]>([:])

    init(_ sabotage: Sabotage, base: any ReplyLog) {
        self.sabotage = sabotage
        self.base = base
    }

    private func place(_ log: ReplyLogKey) -> ReplyLogKey {
        switch sabotage {
        case .ignoresTheName: ReplyLogKey(user: log.user, name: "log")
        case .acceptsAnything: ReplyLogKey(user: log.user, name: "reply")
        default: log
        }
    }

    func append(
        _ frames: [[UInt8]], at sequence: Int, to log: ReplyLogKey, expiringAfter lifetime: Duration
    ) async throws {
        let place = place(log)
        func last() async throws -> Int {
            try await base.frames(of: place, after: 0, limit: 1_000, waitingUpTo: .zero).last?.sequence ?? 0
        }
        switch sabotage {
        case .appendsTwice:
            try await base.append(frames, at: last() + 1, to: place, expiringAfter: lifetime)
        case .fillsGaps where sequence > 1:
            let last = (try? await last()) ?? sequence - 1
            let filler = Array(repeating: [UInt8](), count: max(0, sequence - 1 - last))
            try await base.append(filler + frames, at: min(sequence, last + 1), to: place, expiringAfter: lifetime)
        case .acceptsAnything:
            let bounded = frames.prefix(1_000).map { Array($0.prefix(1_000)) }
            try await base.append(
                bounded, at: min(max(sequence, 1), 1_000), to: place,
                expiringAfter: min(max(lifetime, .seconds(1)), .seconds(86_400)))
        case .expiresEarly:
            try await base.append(frames, at: sequence, to: place, expiringAfter: lifetime / 2)
        case .countsFromTheFirst:
            let first = firsts.withLock { firsts in
                defer { firsts[place] = firsts[place] ?? lifetime }
                return firsts[place] ?? lifetime
            }
            try await base.append(frames, at: sequence, to: place, expiringAfter: first)
        default: try await base.append(frames, at: sequence, to: place, expiringAfter: lifetime)
        }
    }

    func frames(
        of log: ReplyLogKey, after sequence: Int, limit: Int, waitingUpTo patience: Duration
    ) async throws -> [ReplyFrame] {
        let place = place(log)
        func read(_ patience: Duration) async throws -> [ReplyFrame] {
            try await base.frames(of: place, after: sequence, limit: limit, waitingUpTo: patience)
        }
        switch sabotage {
        case .ignoresTheLimit:
            return try await base.frames(of: place, after: sequence, limit: 1_000, waitingUpTo: patience)
        case .readsFromTheNumber where sequence > 0:
            return try await base.frames(of: place, after: sequence - 1, limit: limit, waitingUpTo: patience)
        case .hidesLosses:
            do { return try await read(patience) } catch let error as CompanionError where error.code == .notFound {
                return []
            }
        case .acceptsAnything:
            return try await base.frames(
                of: place, after: sequence, limit: min(max(limit, 1), 1_000), waitingUpTo: patience)
        case .neverWakes:
            let found = try await read(.zero)
            return found.isEmpty ? try await read(.milliseconds(1)) : found
        case .skipsWhenWaiting:
            let found = try await read(patience)
            return patience > .zero && found.count > 1 ? Array(found.dropFirst()) : found
        case .doesNotWait: return try await read(.zero)
        case .ignoresCancellation:
            do { return try await read(patience) } catch is CancellationError { return [] }
        default: return try await read(patience)
        }
    }

    func remove(_ log: ReplyLogKey) async throws {
        if sabotage != .removesNothing { try await base.remove(place(log)) }
    }

    func removeAll(of user: User.ID) async throws -> Int { try await base.removeAll(of: user) }
    func count(of user: User.ID) async throws -> Int {
        sabotage == .countsNothing ? 0 : try await base.count(of: user)
    }
}
