public import CompanionCore
internal import Synchronization

/// A cache in memory: for one process. What was used longest ago goes first where there is no room.
public final class InMemoryCache: Cache {
    private struct Key: Hashable {
        var namespace: CacheNamespace
        /// In UTF-8: texts are equal where they look the same.
        var key: [UInt8]
    }

    private struct Entry {
        var value: [UInt8]
        /// Milliseconds since 1970.
        var expiresAt: Int64
    }

    private let entries: Mutex<RecentlyUsed<Key, Entry>>
    private let clock: any WallClock

    /// - Parameter maximumBytes: The most that values, keys and what goes with them take together.
    public init(maximumBytes: Int = 64 << 20, clock: any WallClock = SystemClock()) {
        entries = Mutex(RecentlyUsed(bound: maximumBytes))
        self.clock = clock
    }

    public func value(for key: String, in namespace: CacheNamespace) async throws -> [UInt8]? {
        let (key, now) = try prepared(key, namespace)
        return entries.withLock { Self.live(key, at: now, in: &$0) }
    }

    public func set(
        _ value: [UInt8], for key: String, in namespace: CacheNamespace, expiringAfter lifetime: Duration
    ) async throws {
        let (key, now) = try prepared(key, namespace)
        let entry = Entry(value: value, expiresAt: now + (try CacheBounds.check(value, expiringAfter: lifetime)))
        entries.withLock { Self.put(entry, for: key, in: &$0) }
    }

    public func setIfAbsent(
        _ value: [UInt8], for key: String, in namespace: CacheNamespace, expiringAfter lifetime: Duration
    ) async throws -> Bool {
        let (key, now) = try prepared(key, namespace)
        let entry = Entry(value: value, expiresAt: now + (try CacheBounds.check(value, expiringAfter: lifetime)))
        return entries.withLock { entries in
            guard Self.live(key, at: now, in: &entries) == nil else { return false }
            Self.put(entry, for: key, in: &entries)
            return true
        }
    }

    public func remove(_ key: String, in namespace: CacheNamespace) async throws {
        let (key, _) = try prepared(key, namespace)
        entries.withLock { _ = $0.remove(key) }
    }

    public func removeAll(of user: User.ID) async throws -> Int {
        let now = clock.now.millisecondsSince1970
        return entries.withLock { entries in
            entries.keys.filter { $0.namespace.user == user }
                .count { key in entries.remove(key).map { $0.expiresAt > now } ?? false }
        }
    }

    public func count(of user: User.ID) async throws -> Int {
        let now = clock.now.millisecondsSince1970
        return entries.withLock { entries in
            entries.keys.filter { $0.namespace.user == user }
                .count { Self.live($0, at: now, in: &entries) != nil }
        }
    }

    private func prepared(_ key: String, _ namespace: CacheNamespace) throws -> (Key, now: Int64) {
        try Task.checkCancellation()
        try CacheBounds.check(key, in: namespace)
        return (Key(namespace: namespace, key: Array(key.utf8)), clock.now.millisecondsSince1970)
    }

    private static func live(_ key: Key, at now: Int64, in entries: inout RecentlyUsed<Key, Entry>) -> [UInt8]? {
        guard let entry = entries.value(for: key) else { return nil }
        if entry.expiresAt > now { return entry.value }
        entries.remove(key)
        return nil
    }

    private static func put(_ entry: Entry, for key: Key, in entries: inout RecentlyUsed<Key, Entry>) {
        // Beside the bytes: two array headers, the namespace, the places in the table.
        entries.insert(entry, for: key, cost: entry.value.count + key.key.count + 256)
    }
}
