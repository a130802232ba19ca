/// What somebody who wants a connection is given.
enum PoolGrant<Connection: Sendable>: Sendable {
    case use(Connection)
    /// There is room for another connection: the caller opens it, and counts as having it.
    case open
}

/// Who has which connection of a pool, who waits for one, and which are to be closed. It only decides: opening, closing and
/// waiting are done outside.
struct PoolState<Connection: Sendable, Waiter: Sendable> {
    typealias Grant = PoolGrant<Connection>

    private struct Idle {
        var connection: Connection
        var since: ContinuousClock.Instant
    }

    let maximum: Int
    /// Those that are open or being opened.
    private(set) var count = 0
    private(set) var isClosed = false
    /// The one that was used last is at the end, and is used next: the others may be closed some time.
    private var idle: [Idle] = []
    /// In the order of their coming.
    private var waiters: [(id: Int, waiter: Waiter)] = []

    init(maximum: Int) { self.maximum = maximum }

    var idleCount: Int { idle.count }
    var waiterCount: Int { waiters.count }
    var usedCount: Int { count - idle.count }

    /// A connection, or room for one, where nobody waits for it already; else nil: wait.
    mutating func take() -> Grant? {
        guard waiters.isEmpty else { return nil }
        return next()
    }

    private mutating func next() -> Grant? {
        if let last = idle.popLast() { return .use(last.connection) }
        guard count < maximum else { return nil }
        count += 1
        return .open
    }

    mutating func wait(_ waiter: Waiter, id: Int) { waiters.append((id, waiter)) }

    /// Takes somebody out of the queue; nil where they are no more in it.
    mutating func leave(_ id: Int) -> Waiter? {
        waiters.firstIndex { $0.id == id }.map { waiters.remove(at: $0).waiter }
    }

    /// A connection is given back; the first who waits gets it.
    mutating func giveBack(_ connection: Connection, at now: ContinuousClock.Instant) -> (waiter: Waiter, grant: Grant)?
    {
        idle.append(Idle(connection: connection, since: now))
        return serve()
    }

    /// A connection is gone, or was not opened; the first who waits may open another one.
    mutating func lose() -> (waiter: Waiter, grant: Grant)? {
        count -= 1
        return serve()
    }

    private mutating func serve() -> (waiter: Waiter, grant: Grant)? {
        guard !waiters.isEmpty, let grant = next() else { return nil }
        return (waiters.removeFirst().waiter, grant)
    }

    /// Takes out what is to be closed: what nobody has wanted since `idleSince`, as long as `minimum` remain, and what
    /// `isOld`.
    mutating func expire(
        idleSince: ContinuousClock.Instant, keeping minimum: Int, isOld: (Connection) -> Bool
    ) -> [Connection] {
        var kept: [Idle] = []
        var closing: [Connection] = []
        // The longest idle ones come first.
        for candidate in idle {
            let isUnwanted = candidate.since <= idleSince && count - closing.count > minimum
            if isUnwanted || isOld(candidate.connection) {
                closing.append(candidate.connection)
            } else {
                kept.append(candidate)
            }
        }
        idle = kept
        count -= closing.count
        return closing
    }

    /// Whether another connection is to be opened so that `minimum` are there; counts it.
    mutating func reserve(upTo minimum: Int) -> Bool {
        guard !isClosed, count < min(minimum, maximum) else { return false }
        count += 1
        return true
    }

    /// Nobody gets a connection any more. Gives those who wait, and what is to be closed.
    mutating func close() -> (waiters: [Waiter], connections: [Connection]) {
        isClosed = true
        defer {
            count -= idle.count
            waiters = []
            idle = []
        }
        return (waiters.map(\.waiter), idle.map(\.connection))
    }
}
