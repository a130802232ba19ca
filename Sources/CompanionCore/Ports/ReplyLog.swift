/// Keeps the frames of replies for a while, so that whoever lost a stream goes on where they were, in whatever process.
///
/// A log is a sequence of frames, numbered from 1 on; what a frame means is its writer's and reader's matter. It has one
/// writer.
///
/// - A log may be lost at any time, as a whole, and nobody's data with it: the reply itself is in the relational store.
/// - A frame that was appended is seen by every later call, of every process that shares the log.
/// - Throws ``CompanionError`` (`invalidInput`, `limitExceeded`, `conflict`, `notFound`, `unavailable`, `timedOut`,
///   `unauthenticated`) or `CancellationError`. A failed or cancelled append may have happened or not.
///
/// Implementations: `InMemoryReplyLog` (CompanionInMemory), `RedisReplyLog` (CompanionRedis). Suite: `ReplyLogConformance`
/// (CompanionTesting).
public protocol ReplyLog: Sendable {
    /// Appends frames, in one step, and wakes those who wait for them. The log's time counts anew from now on.
    ///
    /// Frames whose numbers there are already stay as they are, so appending the same again is harmless.
    ///
    /// - Parameters:
    ///   - frames: At most 1,000, of together at most 1 MiB; empty ones are frames too. No frames do nothing.
    ///   - sequence: The number of the first of them: 1 to 1,000,000, one more than the last one's. A log of which nothing is
    ///     there (any more) begins with any number.
    ///   - lifetime: From the end of it on nothing of the log is there. 1 millisecond to 366 days.
    /// - Throws: `conflict` where frames before `sequence` are missing, `limitExceeded` for more or larger ones; then nothing
    ///   is appended.
    func append(
        _ frames: [[UInt8]], at sequence: Int, to log: ReplyLogKey, expiringAfter lifetime: Duration
    ) async throws

    /// At most `limit` frames after the one that has the number `sequence`, without a gap. Where there are none yet, waits for
    /// some, and after `patience` returns none.
    ///
    /// - Parameters:
    ///   - sequence: 0 to 1,000,000; 0 is before the first.
    ///   - limit: 1 to 1,000.
    ///   - patience: 0 does not wait. At most an hour.
    /// - Throws: `notFound` where there are later frames, and the next one is not there any more.
    func frames(
        of log: ReplyLogKey, after sequence: Int, limit: Int, waitingUpTo patience: Duration
    ) async throws -> [ReplyFrame]

    /// Removes a log; where there is none, nothing happens.
    func remove(_ log: ReplyLogKey) async throws

    /// Removes all logs of a person.
    ///
    /// - Returns: How many there were.
    @discardableResult
    func removeAll(of user: User.ID) async throws -> Int

    /// How many logs of a person there are. For scans.
    func count(of user: User.ID) async throws -> Int
}

/// Whose log, and which.
public struct ReplyLogKey: Sendable, Hashable {
    public var user: User.ID
    /// 1 to 64 lower-case ASCII letters, digits, `-`, `_` and `.`.
    public var name: String

    public init(user: User.ID, name: String) {
        self.user = user
        self.name = name
    }
}

/// A piece of a reply as its reader gets it.
public struct ReplyFrame: Sendable, Hashable {
    public var sequence: Int
    public var bytes: [UInt8]

    public init(sequence: Int, bytes: [UInt8]) {
        self.sequence = sequence
        self.bytes = bytes
    }
}

/// The bounds of every log.
public enum ReplyLogBounds {
    public static let maximumFrames = 1_000
    public static let maximumBytes = 1 << 20
    public static let maximumSequence = 1_000_000
    public static let maximumPatience = Duration.seconds(3_600)

    /// Throws `invalidInput` where the log's name is not well-formed.
    public static func check(_ log: ReplyLogKey) throws(CompanionError) {
        guard log.name.isPlainName else {
            throw CompanionError(.invalidInput, "The name of a log of a reply is not well-formed.")
        }
    }

    /// Throws where an argument of ``ReplyLog/append(_:at:to:expiringAfter:)`` is out of its bounds.
    ///
    /// - Returns: The lifetime in milliseconds, rounded up.
    public static func check(
        _ frames: [[UInt8]], at sequence: Int, to log: ReplyLogKey, expiringAfter lifetime: Duration
    ) throws(CompanionError) -> Int64 {
        try check(log)
        guard frames.count <= maximumFrames, frames.reduce(0, { $0 + $1.count }) <= maximumBytes else {
            throw CompanionError(
                .limitExceeded, "At most \(maximumFrames) frames of \(maximumBytes) bytes are appended at once.")
        }
        guard sequence >= 1, sequence <= maximumSequence + 1 - max(1, frames.count) else {
            throw CompanionError(.invalidInput, "The frames of a reply have the numbers 1 to \(maximumSequence).")
        }
        guard CacheBounds.lifetimes.contains(lifetime) else {
            throw CompanionError(.invalidInput, "A log is kept for 1 millisecond to 366 days, not \(lifetime).")
        }
        return lifetime.wholeUnits(of: 1_000_000_000_000_000)
    }

    /// Throws where an argument of ``ReplyLog/frames(of:after:limit:waitingUpTo:)`` is out of its bounds.
    ///
    /// - Returns: The patience in milliseconds, rounded up.
    public static func check(
        _ log: ReplyLogKey, after sequence: Int, limit: Int, waitingUpTo patience: Duration
    ) throws(CompanionError) -> Int64 {
        try check(log)
        guard (0...maximumSequence).contains(sequence), (1...maximumFrames).contains(limit) else {
            throw CompanionError(
                .invalidInput, "1 to \(maximumFrames) frames are read after a number of 0 to \(maximumSequence).")
        }
        guard (.zero...maximumPatience).contains(patience) else {
            throw CompanionError(.invalidInput, "Who waits for frames waits for at most an hour, not \(patience).")
        }
        return patience.wholeUnits(of: 1_000_000_000_000_000)
    }

    /// For logs: frames before those that are to be appended are missing.
    public static var gap: CompanionError {
        CompanionError(.conflict, "Frames of the reply are missing before those that are to be appended.")
    }

    /// For logs: the frames that are wanted are not there any more.
    public static var lost: CompanionError {
        CompanionError(.notFound, "The next frame of the reply is not kept any more. Read the reply itself.")
    }
}
