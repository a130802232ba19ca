/// Runs an operation to its end, also when the calling task is cancelled meanwhile: for what must be all or nothing, and
/// takes no longer than a store's transaction.
func uncancelled<Result: Sendable>(
    _ operation: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await Task { try await operation() }.value
}
