internal import Synchronization

/// Remembers the windows of the chats that are being talked in, so that a turn does not read the whole history again.
///
/// A window counts only together with the chat's revision, which the turn reads in its transaction: whatever another
/// process changes, a stale window is never used. A turn takes its window out and puts it back: one turn at a time
/// holds it, and it grows in place.
final class HistoryCache: Sendable {
    struct Key: Sendable, Hashable {
        var chat: Chat.ID
        var counter: String
    }

    /// What is remembered of one chat.
    struct Memo: Sendable {
        var preamble: PromptComposer.Preamble
        var window: HistoryWindow
    }

    private struct Item {
        var memo: Memo
        var revision: Int
        var cost: Int
        var use: UInt64
    }

    private struct State {
        var items: [Key: Item] = [:]
        var cost = 0
        var uses: UInt64 = 0
    }

    private let maximumCost: Int
    private let state = Mutex(State())

    /// - Parameter maximumCost: Bytes that all windows together may take.
    init(maximumCost: Int) { self.maximumCost = maximumCost }

    /// Takes the chat's window out, where there is one of this revision.
    func take(_ key: Key, revision: Int) -> Memo? {
        state.withLock { state in
            guard let item = state.items.removeValue(forKey: key) else { return nil }
            state.cost -= item.cost
            return item.revision == revision ? item.memo : nil
        }
    }

    /// Puts a window back, and drops those that were used longest ago where there is no room.
    func put(_ memo: Memo, for key: Key, revision: Int) {
        let cost = memo.window.cost
        guard cost <= maximumCost else { return }
        state.withLock { state in
            if let old = state.items.removeValue(forKey: key) { state.cost -= old.cost }
            state.uses += 1
            state.items[key] = Item(memo: memo, revision: revision, cost: cost, use: state.uses)
            state.cost += cost
            while state.cost > maximumCost, let oldest = state.items.min(by: { $0.value.use < $1.value.use }) {
                state.items[oldest.key] = nil
                state.cost -= oldest.value.cost
            }
        }
    }
}
