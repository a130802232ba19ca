public import CompanionCore

/// The contract of `ReplyLog` as checks.
///
/// ```swift
/// @Test(arguments: ReplyLogConformance.checks)
/// func conforms(_ check: ReplyLogConformance.Check) async throws {
///     let clock = ManualClock()
///     try await check.run(on: ReplyLogSubject(log: InMemoryReplyLog(clock: clock), time: .manual(clock)))
/// }
/// ```
///
/// Each check works with logs of its own, so one store can be put to all of them. It must have room for a few megabytes.
public enum ReplyLogConformance {
    public typealias Check = ConformanceCheck<ReplyLogSubject>

    public static let checks: [Check] = replyLogFrameChecks + replyLogWaitingChecks + replyLogLifeChecks

    static func check(_ rule: String, _ body: @escaping @Sendable (ReplyLogProbe) async throws -> Void) -> Check {
        Check(rule) { subject, random in try await body(ReplyLogProbe(subject: subject, random: random)) }
    }
}

/// Logs under test, and their time.
public struct ReplyLogSubject: Sendable {
    public var log: any ReplyLog
    public var time: ConformanceTime

    public init(log: any ReplyLog, time: ConformanceTime) {
        self.log = log
        self.time = time
    }
}

/// What the checks of logs need.
struct ReplyLogProbe: Sendable {
    let log: any ReplyLog
    let time: ConformanceTime
    let random: SeededRandomSource
    private let identifiers = IdentifierGenerator()
    static let day = Duration.seconds(86_400)
    /// Longer than any check takes.
    static let long = Duration.seconds(60)

    init(subject: ReplyLogSubject, random: SeededRandomSource) {
        log = subject.log
        time = subject.time
        self.random = random
    }

    func person() -> User.ID { identifiers.next() }
    func key() -> ReplyLogKey { ReplyLogKey(user: person(), name: "reply") }
    func number(in range: ClosedRange<Int>) -> Int { range.lowerBound + Int(random.next() % UInt64(range.count)) }
    func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) } }

    func append(
        _ frames: [[UInt8]], at sequence: Int, to key: ReplyLogKey, for lifetime: Duration = day
    ) async throws {
        try await log.append(frames, at: sequence, to: key, expiringAfter: lifetime)
    }

    func read(_ key: ReplyLogKey, after sequence: Int = 0, limit: Int = 1_000) async throws -> [ReplyFrame] {
        try await log.frames(of: key, after: sequence, limit: limit, waitingUpTo: .zero)
    }

    func wait(_ key: ReplyLogKey, after sequence: Int = 0, upTo patience: Duration = long) async throws -> [ReplyFrame]
    {
        try await log.frames(of: key, after: sequence, limit: 1_000, waitingUpTo: patience)
    }

    func frames(_ bytes: [[UInt8]], from sequence: Int = 1) -> [ReplyFrame] {
        bytes.enumerated().map { ReplyFrame(sequence: sequence + $0, bytes: $1) }
    }
}
