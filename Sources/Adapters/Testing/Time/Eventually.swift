/// Returns as soon as `condition` holds; asks about every millisecond.
///
/// For what another task or process brings about, without sleeping for a guessed time. Throws ``ConditionTimeout`` where
/// it does not hold within `limit` of real time, `CancellationError` when the task is cancelled.
public func eventually(
    _ what: String, within limit: Duration = .seconds(60), isolation: isolated (any Actor)? = #isolation,
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < deadline else { throw ConditionTimeout(what: what, limit: limit) }
        try await Task.sleep(for: .milliseconds(1))
    }
}

/// What a test waited for did not come.
public struct ConditionTimeout: Error, CustomStringConvertible {
    public let what: String
    public let limit: Duration

    public var description: String { "It did not come within \(limit): \(what)." }
}
