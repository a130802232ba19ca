internal import Synchronization

/// A number that several tasks add to.
package final class Counter: Sendable {
    private let state = Mutex(0)

    package init() {}

    package var value: Int { state.withLock { $0 } }
    package func add(_ amount: Int) { state.withLock { $0 += amount } }
}
