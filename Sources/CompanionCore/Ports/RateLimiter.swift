/// Bounds how often something happens: by the generic cell rate algorithm (GCRA), a bucket of `burst` drops that one drop
/// leaks from in each interval.
///
/// - Each call is decided in one step: whatever calls at once, from whatever process, no more is allowed than one call
///   after the other would be.
/// - Time is one clock's, that of the process or of the server; where it is set back, nobody waits longer than from a full
///   bucket.
/// - A limiter may forget, when it is restarted or has too much to remember: then a bucket is empty again.
/// - Throws ``CompanionError`` (`invalidInput`, `unavailable`, `timedOut`, `unauthenticated`) or `CancellationError`. What is
///   thrown is no refusal: whoever asks decides what then.
///
/// Implementations: `InMemoryRateLimiter` (CompanionInMemory), `RedisRateLimiter` (CompanionRedis). Suite: `RateLimiterConformance` (CompanionTesting).
public protocol RateLimiter: Sendable {
    /// Takes `cost` from every one of the limits, or, where one of them has not that much left, from none.
    ///
    /// A subject's bucket is known by the limit's name: with other numbers under the same name it goes on, and is at most
    /// full by them.
    ///
    /// - Parameters:
    ///   - cost: 0 looks without taking, and is always allowed. A cost above a limit's burst is never allowed.
    ///   - limits: 1 to 8, of different names.
    /// - Returns: What was decided, and how the limits stand now.
    /// - Throws: `invalidInput` where an argument is out of its bounds.
    func take(
        _ cost: Int, for subject: RateLimitSubject, within limits: [RateLimit]
    ) async throws -> RateLimitDecision
}

/// Who is limited.
public struct RateLimitSubject: Sendable, Hashable {
    private enum Kind: Hashable {
        case user(User.ID)
        case named([UInt8])
    }
    private let kind: Kind

    public static func user(_ id: User.ID) -> RateLimitSubject { RateLimitSubject(kind: .user(id)) }

    /// Somebody or something else, such as a network address: 1 to 256 bytes of UTF-8, equal where these are.
    public static func named(_ name: String) -> RateLimitSubject { RateLimitSubject(kind: .named(Array(name.utf8))) }

    /// The person; nil for others.
    public var user: User.ID? { if case .user(let id) = kind { id } else { nil } }

    /// Where limiters that have one space of names keep the subject's: `users/…/`, `others/…/`.
    public var path: String {
        switch kind {
        case .user(let id): "users/\(id)/"
        case .named(let name): "others/\(String(decoding: name, as: UTF8.self))/"
        }
    }

    /// For limiters: throws `invalidInput` where the name is out of its bounds.
    public func check() throws(CompanionError) {
        guard case .named(let name) = kind else { return }
        guard (1...256).contains(name.count) else {
            throw CompanionError(.invalidInput, "The subject of a rate limit has 1 to 256 bytes.")
        }
    }
}

/// So many, in so much time.
public struct RateLimit: Sendable, Hashable {
    /// 1 to 64 lower-case ASCII letters, digits, `-`, `_` and `.`.
    public var name: String
    /// How many in each period, in the long run: 1 to 1,000,000,000.
    public var count: Int
    /// 1 millisecond to 366 days.
    public var period: Duration
    /// How many at once, where there were none for long: 1 to 1,000,000,000, and no more than ten years have room for.
    public var burst: Int

    /// - Parameter burst: Nil is `count`.
    public init(_ name: String, count: Int, per period: Duration, burst: Int? = nil) {
        self.name = name
        self.count = count
        self.period = period
        self.burst = burst ?? count
    }

    /// The time in which one drop leaks: the period's share of one, in whole microseconds, rounded up.
    ///
    /// - Throws: `invalidInput` where a value is out of its bounds.
    public func interval() throws(CompanionError) -> Duration { .microseconds(try microseconds()) }

    package func microseconds() throws(CompanionError) -> Int64 {
        guard name.isPlainName, (1...1_000_000_000).contains(count), (1...1_000_000_000).contains(burst),
            (.milliseconds(1) ... .seconds(366 * 86_400)).contains(period)
        else { throw CompanionError(.invalidInput, "The rate limit \(name.debugDescription) is out of its bounds.") }
        let interval = (period.wholeUnits(of: 1_000_000_000_000) + Int64(count) - 1) / Int64(count)
        guard interval.multipliedReportingOverflow(by: Int64(burst)).partialValue <= 315_576_000_000_000,
            !interval.multipliedReportingOverflow(by: Int64(burst)).overflow
        else {
            throw CompanionError(.invalidInput, "The burst of the rate limit \(name.debugDescription) is too large.")
        }
        return interval
    }
}

extension RateLimit {
    /// For limiters: throws `invalidInput` where an argument of ``RateLimiter/take(_:for:within:)`` is out of its bounds.
    public static func check(
        _ cost: Int, for subject: RateLimitSubject, within limits: [RateLimit]
    ) throws(CompanionError) {
        guard cost >= 0 else { throw CompanionError(.invalidInput, "A cost is not negative.") }
        guard (1...8).contains(limits.count), Set(limits.map(\.name)).count == limits.count else {
            throw CompanionError(.invalidInput, "1 to 8 rate limits of different names are taken at once.")
        }
        try subject.check()
        for limit in limits { _ = try limit.microseconds() }
    }
}

/// What a limiter has decided.
public struct RateLimitDecision: Sendable, Hashable {
    public var isAllowed: Bool
    /// How the limits stand now, in the order in which they were given.
    public var states: [RateLimitState]

    public init(isAllowed: Bool, states: [RateLimitState]) {
        self.isAllowed = isAllowed
        self.states = states
    }

    /// How long until this cost can be taken from all limits, if nobody else takes any: zero where it was or could be now,
    /// nil where it never can.
    public var retryAfter: Duration? {
        var longest = Duration.zero
        for state in states {
            guard let wait = state.retryAfter else { return nil }
            longest = max(longest, wait)
        }
        return longest
    }

    /// The limit that has the least left; of equal ones the first.
    public var tightest: RateLimitState? { states.min { $0.remaining < $1.remaining } }
}

/// How one limit stands.
public struct RateLimitState: Sendable, Hashable {
    /// The limit's name.
    public var name: String
    /// The most at once: the limit's burst.
    public var limit: Int
    /// How many can be taken now.
    public var remaining: Int
    /// How long until this cost could be taken from this limit: zero where it was or could be now, nil where it never can.
    public var retryAfter: Duration?
    /// How long until all of `limit` can be taken.
    public var resetAfter: Duration

    public init(name: String, limit: Int, remaining: Int, retryAfter: Duration?, resetAfter: Duration) {
        self.name = name
        self.limit = limit
        self.remaining = remaining
        self.retryAfter = retryAfter
        self.resetAfter = resetAfter
    }
}
