/// How long to wait for another process that is writing: short steps first, because a transaction takes microseconds.
struct SQLiteBusyWait: Sendable {
    private static let steps: [Int32] = [1, 1, 1, 2, 2, 5, 5, 10, 10, 15, 20, 25]

    let limit: Duration

    /// Milliseconds to sleep before the next attempt; nil where the limit is reached. Attempts count from 0.
    func milliseconds(beforeAttempt attempt: Int) -> Int32? {
        let last = Self.steps[Self.steps.count - 1]
        let known = Self.steps.prefix(attempt).reduce(0) { $0 + Int64($1) }
        let waited = known + Int64(max(0, attempt - Self.steps.count)) * Int64(last)
        guard .milliseconds(waited) < limit else { return nil }
        return attempt < Self.steps.count ? Self.steps[attempt] : last
    }
}
