import Dispatch
import Foundation
import Synchronization

/// The processes that were started, which do not outlive this one.
enum Children {
    private static let identifiers = Mutex<Set<Int32>>([])

    static func add(_ process: Process) { _ = identifiers.withLock { $0.insert(process.processIdentifier) } }

    /// Not `terminate()`: nothing that a server would do at its end is wanted.
    static func end(_ process: Process) {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        _ = identifiers.withLock { $0.remove(process.processIdentifier) }
    }

    static func endAll() { identifiers.withLock { for identifier in $0 { kill(identifier, SIGKILL) } } }

    /// They are in process groups of their own, so they would not see the terminal's Ctrl-C.
    ///
    /// - Returns: What has to be kept for as long as that is meant.
    static func endWithUs() -> [any DispatchSourceSignal] {
        [SIGINT, SIGTERM, SIGHUP].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                endAll()
                exit(128 + number)
            }
            source.resume()
            return source
        }
    }
}
