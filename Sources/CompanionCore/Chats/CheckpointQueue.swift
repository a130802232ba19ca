internal import Synchronization

/// Saves what running replies have come to: those that are due at the same time in one transaction.
///
/// Whoever comes first writes for all who come meanwhile.
final class CheckpointQueue: Sendable {
    typealias Step = @Sendable (any StoreTransaction) throws -> Bool

    private struct Item {
        var step: Step
        var continuation: CheckedContinuation<Bool, any Error>
    }

    private struct State {
        var waiting: [Item] = []
        var isWriting = false
    }

    private let state = Mutex(State())
    private let store: any RelationalStore
    /// One transaction does not keep others waiting for longer than these take.
    private static let most = 64

    init(store: any RelationalStore) { self.store = store }

    /// Performs a step, perhaps in a transaction with others; returns what it returns.
    ///
    /// - Throws: What the step throws; where another one of its transaction throws, it is performed again in one of its own.
    func perform(_ step: @escaping Step) async throws -> Bool {
        try await withCheckedThrowingContinuation { continuation in
            let isFirst = state.withLock { state in
                state.waiting.append(Item(step: step, continuation: continuation))
                defer { state.isWriting = true }
                return !state.isWriting
            }
            // Those who wait must not suffer from the cancellation of who writes.
            if isFirst { Task { await write() } }
        }
    }

    private func write() async {
        while true {
            let items = state.withLock { state in
                let items = Array(state.waiting.prefix(Self.most))
                state.waiting.removeFirst(items.count)
                state.isWriting = !items.isEmpty
                return items
            }
            if items.isEmpty { return }
            let steps = items.map(\.step)
            do {
                let results = try await store.transaction { transaction in try steps.map { try $0(transaction) } }
                for (item, result) in zip(items, results) { item.continuation.resume(returning: result) }
            } catch {
                guard items.count > 1 else {
                    items[0].continuation.resume(throwing: error)
                    continue
                }
                for item in items { await writeAlone(item) }
            }
        }
    }

    private func writeAlone(_ item: Item) async {
        do {
            item.continuation.resume(returning: try await store.transaction(item.step))
        } catch {
            item.continuation.resume(throwing: error)
        }
    }
}
