public import CompanionCore

/// The contract of `Cache` as checks.
///
/// ```swift
/// @Test(arguments: CacheConformance.checks)
/// func conforms(_ check: CacheConformance.Check) async throws {
///     let clock = ManualClock()
///     try await check.run(on: CacheSubject(cache: InMemoryCache(clock: clock), time: .manual(clock)))
/// }
/// ```
///
/// Each check works in namespaces of its own, so one cache can be put to all of them. It must have room for a few megabytes.
public enum CacheConformance {
    public typealias Check = ConformanceCheck<CacheSubject>

    public static let checks: [Check] = cacheValueChecks + cacheTimeChecks

    static func check(_ rule: String, _ body: @escaping @Sendable (CacheProbe) async throws -> Void) -> Check {
        Check(rule) { subject, random in try await body(CacheProbe(subject: subject, random: random)) }
    }
}

/// A cache under test, and its time.
public struct CacheSubject: Sendable {
    public var cache: any Cache
    public var time: ConformanceTime

    public init(cache: any Cache, time: ConformanceTime) {
        self.cache = cache
        self.time = time
    }
}

/// What the checks of caches need.
struct CacheProbe: Sendable {
    let cache: any Cache
    let time: ConformanceTime
    let random: SeededRandomSource
    private let identifiers = IdentifierGenerator()
    static let day = Duration.seconds(86_400)

    init(subject: CacheSubject, random: SeededRandomSource) {
        cache = subject.cache
        time = subject.time
        self.random = random
    }

    /// Nobody else's, whatever the seed.
    func person() -> User.ID { identifiers.next() }
    func namespace() -> CacheNamespace { .user(person(), "test") }

    func number(in range: ClosedRange<Int>) -> Int { range.lowerBound + Int(random.next() % UInt64(range.count)) }
    func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) } }

    func set(
        _ value: [UInt8], _ key: String = "key", in namespace: CacheNamespace, for lifetime: Duration = day
    ) async throws {
        try await cache.set(value, for: key, in: namespace, expiringAfter: lifetime)
    }

    func add(
        _ value: [UInt8], _ key: String = "key", in namespace: CacheNamespace, for lifetime: Duration = day
    ) async throws -> Bool {
        try await cache.setIfAbsent(value, for: key, in: namespace, expiringAfter: lifetime)
    }

    func value(_ key: String = "key", in namespace: CacheNamespace) async throws -> [UInt8]? {
        try await cache.value(for: key, in: namespace)
    }
}
