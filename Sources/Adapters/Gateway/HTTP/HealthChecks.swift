public import CompanionCore
internal import Synchronization

/// Something that a server stands on, and how to find out whether it is there.
public struct HealthCheck: Sendable {
    /// What those call it who run the server, such as `database`: letters, digits and `-`.
    public var name: String
    /// Whether no request can be served without it; of other things only something is missing meanwhile.
    public var isRequired: Bool
    /// Throws where it is away.
    public var check: @Sendable () async throws -> Void

    public init(_ name: String, isRequired: Bool, check: @escaping @Sendable () async throws -> Void) {
        self.name = name
        self.isRequired = isRequired
        self.check = check
    }

    /// The companion's store, without which nothing can be done: `database`.
    public static func store(of companion: Companion) -> HealthCheck {
        HealthCheck("database", isRequired: true) { _ = try await companion.accounts.users(limit: 1) }
    }
}

/// What a look at everything has found.
public struct HealthReport: Sendable, Hashable, CustomStringConvertible {
    /// What is away, of that which is required, and of the rest; in the order of the checks.
    public var away: [String] = []
    /// Whether requests can be served.
    public var isReady = true

    /// For those who run the server.
    public var description: String {
        away.isEmpty ? "Everything is there." : "Away: \(away.joined(separator: ", "))."
    }

    /// `{"status":"ok"}`, or `degraded` or `unavailable` with the names of what is `away`.
    public var json: JSONValue {
        guard !away.isEmpty else { return ["status": "ok"] }
        return ["status": isReady ? "degraded" : "unavailable", "away": .list(away) { .string($0) }]
    }
}

/// Looks at everything that a server stands on. Copies share what they found, for a second: who asks often disturbs nobody.
public final class HealthChecks: Sendable {
    private let checks: [HealthCheck]
    private let limit: Duration
    private let last = Mutex<(report: Task<HealthReport, Never>, at: ContinuousClock.Instant)?>(nil)

    private static let freshness = Duration.seconds(1)

    /// - Parameter limit: How long one may take; what takes longer is away. Default 2 seconds.
    public init(_ checks: [HealthCheck], limit: Duration = .seconds(2)) {
        self.checks = checks
        self.limit = limit
    }

    /// Looks at all at the same time.
    public func report() async -> HealthReport {
        let task = last.withLock { last in
            let now = ContinuousClock.now
            if let last, last.at.duration(to: now) < Self.freshness { return last.report }
            let task = Task { await self.look() }
            last = (task, now)
            return task
        }
        return await task.value
    }

    private func look() async -> HealthReport {
        await withTaskGroup(of: (Int, Bool).self, returning: HealthReport.self) { group in
            for (index, check) in checks.enumerated() {
                group.addTask { [limit] in (index, await Self.isThere(check, within: limit)) }
            }
            var isAway = Set<Int>()
            for await (index, isThere) in group where !isThere { isAway.insert(index) }
            let away = checks.indices.filter(isAway.contains).map { checks[$0] }
            return HealthReport(away: away.map(\.name), isReady: !away.contains(where: \.isRequired))
        }
    }

    private static func isThere(_ check: HealthCheck, within limit: Duration) async -> Bool {
        let isThere =
            try? await withDeadline(limit, on: SystemClock()) {
                try await check.check()
                return true
            }
        return isThere == true
    }
}
