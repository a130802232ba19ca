internal import NIOCore

/// Commands that were sent together, and who waits for their replies.
struct RedisRequest: Sendable {
    enum Waiter: Sendable {
        /// For the reply to one command, as nearly always.
        case one(ReplyShot)
        case several(Int, OneShot<[RESPValue]>)
        case nobody
    }

    var waiter: Waiter
    var deadline: NIODeadline

    /// How many replies are awaited.
    var count: Int {
        switch waiter {
        case .one: 1
        case .several(let count, _): count
        case .nobody: 0
        }
    }

    /// Whether nobody waits any more.
    var hasEnded: Bool {
        switch waiter {
        case .one(let shot): shot.hasEnded
        case .several(_, let shot): shot.hasEnded
        case .nobody: true
        }
    }

    func fail(_ error: any Error) {
        switch waiter {
        case .one(let shot): shot.fail(error)
        case .several(_, let shot): shot.fail(error)
        case .nobody: break
        }
    }
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
