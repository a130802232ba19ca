/// What a Ctrl-C means: the first stops what is going on, another one soon after ends the program.
struct InterruptPolicy: Sendable {
    enum Meaning: Sendable, Hashable {
        case stop, end
    }

    /// How soon the second must follow.
    static let window: Duration = .seconds(2)

    private var last: ContinuousClock.Instant?

    mutating func interrupt(at now: ContinuousClock.Instant) -> Meaning {
        if let last, last.duration(to: now) < Self.window { return .end }
        last = now
        return .stop
    }
}
