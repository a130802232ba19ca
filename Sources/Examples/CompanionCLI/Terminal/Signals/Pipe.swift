internal import CompanionCore
internal import _CompanionHosting

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// A pipe to wake somebody who waits on a descriptor; neither end ever blocks.
struct Pipe: Sendable {
    let readEnd: Int32
    let writeEnd: Int32

    init() throws(CompanionError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw CompanionError(.unavailable, "The system gives no more pipes: close other files or programs.")
        }
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        (readEnd, writeEnd) = (ends[0], ends[1])
    }

    /// Writes one byte; if the pipe is full, whoever waits has enough to wake up from.
    func signal() {
        var byte: UInt8 = 0
        _ = systemWrite(writeEnd, &byte, 1)
    }

    /// All that was written so far, up to 4,096 bytes.
    func drain() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
            count = max(0, read(readEnd, buffer.baseAddress, buffer.count))
        }
    }

    func close() {
        systemClose(readEnd)
        systemClose(writeEnd)
    }
}

private func systemClose(_ descriptor: Int32) {
    close(descriptor)
}
