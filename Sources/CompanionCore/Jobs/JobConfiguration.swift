/// How background work is done. Every default stands in the initialiser.
public struct JobConfiguration: Sendable {
    /// How many jobs are worked on at a time; 0 leaves them to other processes on the same store.
    public var workers: Int
    /// How long a job stays held after its process has died. Renewed at a third of it.
    public var leaseDuration: Duration
    /// After how many attempts a job is given up.
    public var maximumAttempts: Int
    /// The wait after the first failed attempt; it doubles with each one.
    public var firstRetry: Duration
    /// The longest wait.
    public var longestRetry: Duration
    /// How often a worker without work looks for some.
    public var pollInterval: Duration

    public init(
        workers: Int = 1, leaseDuration: Duration = .seconds(60), maximumAttempts: Int = 8,
        firstRetry: Duration = .seconds(5), longestRetry: Duration = .seconds(600),
        pollInterval: Duration = .seconds(2)
    ) {
        self.workers = workers
        self.leaseDuration = leaseDuration
        self.maximumAttempts = maximumAttempts
        self.firstRetry = firstRetry
        self.longestRetry = longestRetry
        self.pollInterval = pollInterval
    }

    /// The wait before the next attempt: half of the doubled wait, and up to as much again by chance, so that jobs that
    /// failed together do not come back together. Never shorter than the other side asked for.
    func wait(afterAttempts attempts: Int, advice: CompanionError.RetryAdvice, random: any RandomSource) -> Duration {
        var wait = firstRetry
        for _ in 1..<max(attempts, 1) where wait < longestRetry { wait *= 2 }
        wait = min(wait, longestRetry)
        wait = wait * (0.5 + random.nextFraction() / 2)
        if case .after(let asked) = advice { wait = max(wait, asked) }
        return wait
    }
}
