internal import CompanionCore

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Reads a descriptor by waiting for it, in a way that another thread can break off.
final class InputSource: Sendable {
    enum Event: Sendable, Hashable {
        case bytes([UInt8])
        case woken
        case end
    }

    private static let chunkSize = 1 << 14

    private let descriptor: Int32
    private let pipe: Pipe

    init(descriptor: Int32) throws(CompanionError) {
        self.descriptor = descriptor
        pipe = try Pipe()
    }

    deinit { pipe.close() }

    /// Lets the call of ``next()`` that waits, or the next one, return ``Event/woken``.
    func wake() {
        pipe.signal()
    }

    /// Whether ``next()`` would return at once.
    var isReady: Bool {
        var requests = requests
        return poll(&requests, nfds_t(requests.count), 0) > 0
    }

    /// Waits for what comes next. An error counts as the end: the terminal has gone.
    func next() -> Event {
        while true {
            var requests = requests
            if poll(&requests, nfds_t(requests.count), -1) < 0 {
                if errno == EINTR { continue }
                return .end
            }
            if requests[1].revents != 0 {
                _ = pipe.drain()
                return .woken
            }
            var chunk = [UInt8](repeating: 0, count: Self.chunkSize)
            let count = read(descriptor, &chunk, chunk.count)
            if count > 0 { return .bytes(Array(chunk[..<count])) }
            if count == 0 || errno != EINTR && errno != EAGAIN { return .end }
        }
    }

    private var requests: [pollfd] {
        [
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: pipe.readEnd, events: Int16(POLLIN), revents: 0),
        ]
    }
}
