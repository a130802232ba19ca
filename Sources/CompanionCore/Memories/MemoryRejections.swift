internal import Synchronization

/// Counts why candidates were refused since the program started.
final class MemoryRejections: Sendable {
    private let counts = Mutex<[MemoryRejection: Int]>([:])

    func count(_ refused: [MemoryRejection: Int]) { counts.withLock { $0.merge(refused, uniquingKeysWith: +) } }

    var all: [MemoryRejection: Int] { counts.withLock { $0 } }
}
