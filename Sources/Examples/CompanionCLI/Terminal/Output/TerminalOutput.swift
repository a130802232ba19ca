internal import Synchronization
internal import _CompanionHosting

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Buffered writing to a descriptor; safe to call from any thread.
///
/// A write waits as long as the reader does, so what produces the text is slowed down to it. Once the reader has gone
/// (`EPIPE`; the program ignores `SIGPIPE`) or the disk is full, everything more is dropped and `failure` says why.
final class TerminalOutput: Sendable {
    /// More than this is written without waiting for ``flush()``.
    static let bufferLimit = 1 << 16

    private struct State {
        var buffer: [UInt8] = []
        var failure: Int32?
    }

    let descriptor: Int32
    private let state = Mutex(State())

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// The `errno` of the write that failed; nil while all is well.
    var failure: Int32? { state.withLock { $0.failure } }

    /// Whether nobody reads any more. Not an error: `companion … | head` ends like this.
    var isReaderGone: Bool { failure == EPIPE }

    func write(_ text: String) {
        state.withLock { state in
            guard state.failure == nil else { return }
            state.buffer.append(contentsOf: text.utf8)
            if state.buffer.count > Self.bufferLimit { drain(&state) }
        }
    }

    func writeLine(_ text: String = "") {
        write(text + "\n")
    }

    /// Hands all that was written to the system.
    func flush() {
        state.withLock { drain(&$0) }
    }

    private func drain(_ state: inout State) {
        var written = 0
        var portion = state.buffer.count
        while written < state.buffer.count, state.failure == nil {
            portion = min(portion, state.buffer.count - written)
            let count = state.buffer.withUnsafeBytes { bytes in
                systemWrite(descriptor, bytes.baseAddress! + written, portion)
            }
            if count >= 0 {
                written += count
                portion = state.buffer.count
            } else {
                switch errno {
                case EINTR: break
                case EAGAIN, EWOULDBLOCK:
                    // Somebody who shares the descriptor made it non-blocking.
                    awaitReader()
                    // A pipe takes a small portion whole or not at all, and may call itself ready with less room.
                    portion = max(1, portion / 2)
                case let code: state.failure = code
                }
            }
        }
        state.buffer.removeAll(keepingCapacity: true)
    }

    private func awaitReader() {
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&request, 1, -1)
    }
}
