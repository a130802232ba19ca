internal import NIOCore

/// Commands that were sent together, and who waits for their replies.
struct RedisRequest: Sendable {
    /// How many replies are awaited.
    var count: Int
    var deadline: NIODeadline
    var replies: OneShot<[RESPValue]>
}

/// A connection ended before the replies came.
struct RedisConnectionLost: Error {
    /// Whether the server may have got the commands.
    var wasSent: Bool
    /// What NIO, TLS or the protocol said.
    var cause: (any Error)?
}

/// The replies did not come in time.
struct RedisDeadlinePassed: Error {}

/// As many commands wait as may wait.
struct RedisQueueFull: Error {}
