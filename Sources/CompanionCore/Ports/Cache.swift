/// Keeps bytes for a while, so that they need not be found out again.
///
/// A cache may lose anything at any time, and nobody's data is lost by it: whoever reads from it can do without. What it does
/// return is what was kept last, byte by byte, and never after its time.
///
/// - A write that has returned is seen by every later call, of every process that shares the cache.
/// - Keys are equal where their UTF-8 is.
/// - Throws ``CompanionError`` (`invalidInput`, `limitExceeded`, `unavailable`, `timedOut`, `unauthenticated`) or
///   `CancellationError`. A failed or cancelled write may have happened or not.
///
/// Implementations: `InMemoryCache` (CompanionInMemory), `RedisCache` (CompanionRedis). Suite: `CacheConformance` (CompanionTesting).
public protocol Cache: Sendable {
    /// What is kept at a key; nil where there is nothing (any more). Reading makes nothing live longer.
    ///
    /// - Throws: `invalidInput` for a key or namespace out of its bounds, as every other call.
    func value(for key: String, in namespace: CacheNamespace) async throws -> [UInt8]?

    /// Keeps a value, instead of what was at the key: its time counts anew from now on, longer or shorter.
    ///
    /// - Parameters:
    ///   - value: At most 1 MiB; empty is a value too.
    ///   - key: 1 to 512 bytes of UTF-8.
    ///   - lifetime: From the end of it on, nothing is there. 1 millisecond to 366 days; parts of a millisecond count as a
    ///     whole one.
    /// - Throws: `limitExceeded` for a larger value, `invalidInput` for another lifetime; then what was there stays.
    func set(
        _ value: [UInt8], for key: String, in namespace: CacheNamespace, expiringAfter lifetime: Duration
    ) async throws

    /// Keeps a value where nothing is kept at the key, in one step: of several that try at once, one succeeds.
    ///
    /// - Returns: False where something is there; it stays, with its time as it was.
    func setIfAbsent(
        _ value: [UInt8], for key: String, in namespace: CacheNamespace, expiringAfter lifetime: Duration
    ) async throws -> Bool

    /// Removes what is kept at a key; where nothing is, nothing happens.
    func remove(_ key: String, in namespace: CacheNamespace) async throws

    /// Removes all that is kept in the namespaces of a person, whatever their purpose.
    ///
    /// - Returns: How much there was.
    @discardableResult
    func removeAll(of user: User.ID) async throws -> Int

    /// How much is kept in the namespaces of a person. For scans; may take long.
    func count(of user: User.ID) async throws -> Int
}

/// Whose entries of a cache, and what for.
public struct CacheNamespace: Sendable, Hashable {
    /// The person whose entries they are, and with whom they go; nil for what is nobody's own.
    public let user: User.ID?
    /// 1 to 64 lower-case ASCII letters, digits, `-`, `_` and `.`.
    public let purpose: String

    private init(user: User.ID?, purpose: String) {
        self.user = user
        self.purpose = purpose
    }

    /// What is one person's own.
    public static func user(_ id: User.ID, _ purpose: String) -> CacheNamespace { .init(user: id, purpose: purpose) }
    /// What is nobody's own. Never personal data.
    public static func shared(_ purpose: String) -> CacheNamespace { .init(user: nil, purpose: purpose) }

    /// Where caches that have one space of names keep the namespace's: `users/…/recall/`, `shared/recall/`.
    public var path: String { (user.map { "users/\($0)/" } ?? "shared/") + purpose + "/" }
}

/// The bounds of every cache.
public enum CacheBounds {
    public static let maximumValueBytes = 1 << 20
    public static let maximumKeyBytes = 512
    public static let lifetimes: ClosedRange<Duration> = .milliseconds(1) ... .seconds(366 * 86_400)

    /// For caches: throws `invalidInput` where a key or a namespace is out of its bounds.
    public static func check(_ key: String, in namespace: CacheNamespace) throws(CompanionError) {
        guard (1...maximumKeyBytes).contains(key.utf8.count) else {
            throw CompanionError(.invalidInput, "A key of a cache has 1 to \(maximumKeyBytes) bytes.")
        }
        guard namespace.purpose.isPlainName else {
            throw CompanionError(.invalidInput, "The purpose of a cache's namespace is not well-formed.")
        }
    }

    /// For caches: throws where a value or a lifetime is out of its bounds.
    ///
    /// - Returns: The lifetime in milliseconds, rounded up.
    public static func check(
        _ value: [UInt8], expiringAfter lifetime: Duration
    ) throws(CompanionError) -> Int64 {
        guard value.count <= maximumValueBytes else {
            throw CompanionError(
                .limitExceeded, "The value has \(value.count) bytes; a cache takes at most \(maximumValueBytes).")
        }
        guard lifetimes.contains(lifetime) else {
            throw CompanionError(.invalidInput, "A cache keeps things for 1 millisecond to 366 days, not \(lifetime).")
        }
        return lifetime.wholeUnits(of: 1_000_000_000_000_000)
    }
}
