internal import CPostgres
internal import Dispatch
internal import Synchronization

/// Stops what a connection is doing, from any thread.
final class PostgresCancellation: Sendable {
    private struct State {
        var use = 0
        var isRequested = false
        /// Requests to the server that have not come back.
        var pending = 0
    }

    // Safety: libpq allows `PQcancel` on it from any thread at any time; it is freed when nobody refers to it any more.
    private nonisolated(unsafe) let handle: OpaquePointer?
    private let state = Mutex(State())

    init(connection: OpaquePointer) { handle = PQgetCancel(connection) }

    deinit { PQfreeCancel(handle) }

    /// Begins another use of the connection, which nobody has cancelled yet.
    func begin() -> Int {
        state.withLock { state in
            state.use += 1
            state.isRequested = false
            return state.use
        }
    }

    /// Whether what the connection is used for is to be given up.
    var isRequested: Bool { state.withLock { $0.isRequested } }

    /// Whether a request is on its way, which would stop whatever the connection does next.
    var isPending: Bool { state.withLock { $0.pending > 0 } }

    /// Gives up that use of the connection, unless it is over.
    func request(_ use: Int) {
        let isNew = state.withLock { state in
            guard state.use == use, !state.isRequested else { return false }
            state.isRequested = true
            return true
        }
        if isNew { interrupt() }
    }

    /// Asks the server to stop the statement that it is running, if it is running one.
    func interrupt() {
        state.withLock { $0.pending += 1 }
        // It opens a connection of its own and waits for it.
        DispatchQueue.global().async { [self] in
            var message = [CChar](repeating: 0, count: 256)
            _ = PQcancel(handle, &message, CInt(message.count))
            state.withLock { $0.pending -= 1 }
        }
    }
}
