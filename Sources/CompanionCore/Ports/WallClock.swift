#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// The time of day and the passing of time, so that tests can set both.
public protocol WallClock: Sendable {
    /// The current instant. May step back when the machine's clock is set.
    var now: Date { get }

    /// Returns after `duration`, or throws `CancellationError` as soon as the task is cancelled.
    func sleep(for duration: Duration) async throws
}

/// The machine's clock. Whoever sleeps for a second or longer may wake up to 32 milliseconds late.
public struct SystemClock: WallClock {
    private static let longSleeps = SharedSleeps(interval: .milliseconds(32))

    public init() {}
    public var now: Date { Date() }
    public func sleep(for duration: Duration) async throws {
        if duration < .seconds(1) { return try await Task.sleep(for: duration) }
        try await Self.longSleeps.sleep(for: duration)
    }
}

extension WallClock {
    /// `now` in whole milliseconds: the precision that every store keeps.
    public var stamp: Date { now.wholeMilliseconds }
}

extension Date {
    /// Milliseconds since 1970, rounded to the nearest.
    public var millisecondsSince1970: Int64 { Int64((timeIntervalSince1970 * 1000).rounded(.toNearestOrEven)) }

    public init(millisecondsSince1970 milliseconds: Int64) {
        self.init(timeIntervalSince1970: Double(milliseconds) / 1000)
    }

    /// The same instant, rounded to the milliseconds that stores keep.
    public var wholeMilliseconds: Date { Date(millisecondsSince1970: millisecondsSince1970) }

    /// The instant that much later.
    func advanced(by duration: Duration) -> Date {
        let (seconds, attoseconds) = duration.components
        return addingTimeInterval(Double(seconds) + Double(attoseconds) * 1e-18).wholeMilliseconds
    }
}

extension Duration {
    /// How many units of so many attoseconds it takes to hold it: rounded up. For durations of less than a century.
    func wholeUnits(of attoseconds: Int64) -> Int64 {
        let (seconds, rest) = components
        return seconds * (1_000_000_000_000_000_000 / attoseconds) + (rest + attoseconds - 1) / attoseconds
    }
}
