/// The operation's result; nil where the deadline came first, and the operation was cancelled.
package func withDeadline<Result: Sendable>(
    _ deadline: Duration, on clock: any WallClock, _ operation: @escaping @Sendable () async throws -> Result
) async throws -> Result? {
    try await withThrowingTaskGroup(of: Result?.self) { group in
        group.addTask { try await operation() }
        group.addTask {
            try await clock.sleep(for: deadline)
            return nil
        }
        defer { group.cancelAll() }
        return try await group.next() ?? nil
    }
}
