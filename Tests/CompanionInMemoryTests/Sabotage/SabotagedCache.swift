import CompanionCore
import CompanionTesting
import Synchronization

/// A cache that is wrong in one way, so that the checks can show that they see it.
final class SabotagedCache: Cache {
    enum Sabotage: Sendable {
        case nothing, takesEmptyForNothing, cutsValues, comparesCharacters, foldsCase, ignoresThePerson
        case ignoresThePurpose, addsAlways, addsInTwoSteps, acceptsAnything, removesFirst, removesOnePurpose
        case countsNothing, expiresLate, expiresEarly, livesByReading, keepsOldTimes
    }

    private let sabotage: Sabotage
    private let base: any Cache
    private let clock: ManualClock
    private let ends = Mutex<[String: Duration]>([:])

    init(_ sabotage: Sabotage, base: any Cache, clock: ManualClock) {
        self.sabotage = sabotage
        self.base = base
        self.clock = clock
    }

    private func key(_ key: String) -> String {
        switch sabotage {
        // "é" in one scalar is what the characters of both forms have in common here.
        case .comparesCharacters: key == "\u{E9}" ? "\u{E9}" : key
        case .foldsCase: key.lowercased()
        case .acceptsAnything: key.isEmpty ? "empty" : String(key.prefix(100)) + "\(key.utf8.count)"
        default: key
        }
    }

    private func place(_ namespace: CacheNamespace) -> CacheNamespace {
        switch sabotage {
        case .ignoresThePerson: .shared(namespace.purpose)
        case .ignoresThePurpose: namespace.user.map { .user($0, "all") } ?? .shared("all")
        case .acceptsAnything: namespace.user.map { .user($0, "all") } ?? .shared("all")
        default: namespace
        }
    }

    private func lifetime(_ lifetime: Duration, _ name: String) -> Duration {
        switch sabotage {
        case .acceptsAnything: min(max(lifetime, .seconds(1)), .seconds(86_400))
        case .expiresLate: lifetime + .milliseconds(1)
        case .expiresEarly: max(lifetime - .milliseconds(1), .milliseconds(1))
        case .keepsOldTimes:
            ends.withLock { ends in
                let now = Duration.milliseconds(clock.now.millisecondsSince1970)
                if let end = ends[name], end > now { return end - now }
                ends[name] = now + lifetime
                return lifetime
            }
        default: lifetime
        }
    }

    private func forget(_ name: String) { ends.withLock { $0[name] = nil } }

    func value(for key: String, in namespace: CacheNamespace) async throws -> [UInt8]? {
        let (key, namespace) = (self.key(key), place(namespace))
        let value = try await base.value(for: key, in: namespace)
        if sabotage == .livesByReading, let value {
            try await base.set(value, for: key, in: namespace, expiringAfter: .seconds(3))
        }
        return sabotage == .takesEmptyForNothing && value?.isEmpty == true ? nil : value
    }

    func set(
        _ value: [UInt8], for key: String, in namespace: CacheNamespace, expiringAfter lifetime: Duration
    ) async throws {
        let name = namespace.path + key
        let (key, namespace) = (self.key(key), place(namespace))
        if sabotage == .removesFirst { try await base.remove(key, in: namespace) }
        let bound = sabotage == .cutsValues ? 100 : sabotage == .acceptsAnything ? 1_000 : .max
        try await base.set(
            Array(value.prefix(bound)), for: key, in: namespace, expiringAfter: self.lifetime(lifetime, name))
    }

    func setIfAbsent(
        _ value: [UInt8], for key: String, in namespace: CacheNamespace, expiringAfter lifetime: Duration
    ) async throws -> Bool {
        switch sabotage {
        case .addsAlways:
            try await set(value, for: key, in: namespace, expiringAfter: lifetime)
            return true
        case .addsInTwoSteps, .takesEmptyForNothing:
            guard try await self.value(for: key, in: namespace) == nil else { return false }
            for _ in 0..<10 { await Task.yield() }
            try await set(value, for: key, in: namespace, expiringAfter: lifetime)
            return true
        default:
            return try await base.setIfAbsent(
                value, for: self.key(key), in: place(namespace),
                expiringAfter: self.lifetime(lifetime, namespace.path + key))
        }
    }

    func remove(_ key: String, in namespace: CacheNamespace) async throws {
        forget(namespace.path + key)
        try await base.remove(self.key(key), in: place(namespace))
    }

    func removeAll(of user: User.ID) async throws -> Int {
        guard sabotage == .removesOnePurpose else { return try await base.removeAll(of: user) }
        var count = 0
        for number in 0..<25 where try await base.value(for: "key \(number)", in: .user(user, "one")) != nil {
            try await base.remove("key \(number)", in: .user(user, "one"))
            count += 1
        }
        return count
    }

    func count(of user: User.ID) async throws -> Int {
        sabotage == .countsNothing ? 0 : try await base.count(of: user)
    }
}
