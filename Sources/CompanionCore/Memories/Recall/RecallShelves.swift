internal import Synchronization

/// The shelves of those who talk now; the ones that were used longest ago go where memory runs out, and are made anew
/// from the store when they are wanted.
final class RecallShelves: Sendable {
    private struct Item {
        var shelf: RecallShelf
        var cost: Int
        var use: UInt64
    }

    private struct State {
        var items: [RecallShelf.Key: Item] = [:]
        var cost = 0
        var uses: UInt64 = 0
    }

    private let maximumCost: Int
    private let secondsFromUTC: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - maximumCost: Bytes that all shelves together may take; the one in use stays, however large.
    ///   - secondsFromUTC: Where the people's day begins.
    init(maximumCost: Int, secondsFromUTC: Int) {
        self.maximumCost = maximumCost
        self.secondsFromUTC = secondsFromUTC
    }

    func shelf(for key: RecallShelf.Key) -> RecallShelf {
        state.withLock { state in
            state.uses += 1
            if var item = state.items[key] {
                item.use = state.uses
                state.items[key] = item
                return item.shelf
            }
            let shelf = RecallShelf(key, secondsFromUTC: secondsFromUTC)
            state.items[key] = Item(shelf: shelf, cost: 0, use: state.uses)
            return shelf
        }
    }

    /// Drops a person's shelves; returns how many there were.
    func removeAll(of user: User.ID) -> Int {
        state.withLock { state in
            let gone = state.items.filter { $0.key.user == user }
            for (key, item) in gone {
                state.items[key] = nil
                state.cost -= item.cost
            }
            return gone.count
        }
    }

    func count(of user: User.ID) -> Int { state.withLock { $0.items.keys.count { $0.user == user } } }

    /// To be called when a shelf was brought up to date: makes room for what it has grown by.
    func note(_ shelf: RecallShelf, for key: RecallShelf.Key) {
        let cost = shelf.cost
        state.withLock { state in
            guard var item = state.items[key], item.shelf === shelf else { return }
            state.cost += cost - item.cost
            item.cost = cost
            state.items[key] = item
            while state.cost > maximumCost,
                let oldest = state.items.filter({ $0.key != key }).min(by: { $0.value.use < $1.value.use })
            {
                state.items[oldest.key] = nil
                state.cost -= oldest.value.cost
            }
        }
    }
}
