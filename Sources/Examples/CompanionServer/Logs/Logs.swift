internal import Logging
internal import Synchronization
internal import _CompanionHosting

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Where log lines go: standard error, which a service manager or a container's engine keeps.
enum Logs {
    private static let lock = Mutex(())

    static func start(_ settings: ServerSettings) {
        LoggingSystem.bootstrap { label in
            switch settings.logFormat {
            case .json: return JSONLogHandler(label: label, level: settings.logLevel) { write($0) }
            case .text:
                var handler = StreamLogHandler.standardError(label: label)
                handler.logLevel = settings.logLevel
                return handler
            }
        }
    }

    /// Lines of threads that write at the same time stay whole.
    static func write(_ line: [UInt8]) {
        lock.withLock { _ in
            var written = 0
            while written < line.count {
                let count = line.withUnsafeBytes { bytes in
                    systemWrite(STDERR_FILENO, bytes.baseAddress! + written, bytes.count - written)
                }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                written += count
            }
        }
    }
}
