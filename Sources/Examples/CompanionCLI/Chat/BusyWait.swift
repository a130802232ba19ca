internal import CompanionCore

/// Waits for a chat that another program holds, as long as a dead one could hold it.
struct BusyWait: Sendable {
    var clock: any WallClock = SystemClock()
    /// The most that is waited: the time of a lease.
    var longest = Companion.Configuration().leaseDuration
    /// How often to try again meanwhile.
    var interval = Duration.milliseconds(500)

    /// Runs `turn` until it is not `busy` any more, or the time is up; then throws what it threw.
    ///
    /// - Parameter announce: Called once, when the waiting begins.
    @MainActor func retry(_ turn: () async throws -> Void, announce: () -> Void) async throws {
        var waited = Duration.zero
        while true {
            do {
                return try await turn()
            } catch let error as CompanionError where error.code == .busy && waited < longest {
                if waited == .zero { announce() }
                var pause = min(interval, longest - waited)
                if case .after(let rest) = error.retry { pause = min(pause, max(rest, .milliseconds(10))) }
                try await clock.sleep(for: pause)
                waited += pause
            }
        }
    }
}
