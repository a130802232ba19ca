import CompanionTesting
import Dispatch
import Synchronization

/// Holds a transaction's thread inside its body until the test lets it go on.
final class HeldThread: Sendable {
    private let isHeld = Mutex(false)
    private let semaphore = DispatchSemaphore(value: 0)

    /// Called in the transaction.
    func hold() {
        isHeld.withLock { $0 = true }
        semaphore.wait()
    }

    func waitUntilHeld() async throws { try await eventually("the transaction runs") { isHeld.withLock { $0 } } }

    func letGo() { semaphore.signal() }
}
