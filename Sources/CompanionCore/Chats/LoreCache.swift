internal import Synchronization

/// Remembers lorebooks that were made ready, so that all chats of one person with one character share them, and a book of
/// thousands of entries is not compiled for each of them.
///
/// A version of a character, and a revision of a book, never change: what is here never gets stale. What was used longest
/// ago is dropped where there is no room; chats that use it keep it.
final class LoreCache: Sendable {
    /// All that the keys and the texts of the entries depend on.
    struct Key: Sendable, Hashable {
        var user: User.ID
        var character: CompanionCharacter.ID
        var revision: Int
        var name: String
        var books: [LorebookStamp]
        var counter: String
        var budget: Int

        init(_ key: PromptComposer.Preamble.Key, of user: User.ID, counter: any TokenCounter, budget: Int) {
            self.user = user
            character = key.character
            revision = key.revision
            name = key.name
            books = key.books
            self.counter = counter.identifier
            self.budget = budget
        }
    }

    private struct Item {
        var lore: PromptComposer.Lore
        var use: UInt64
    }

    private struct State {
        var items: [Key: Item] = [:]
        var cost = 0
        var uses: UInt64 = 0

        mutating func use(_ key: Key) -> PromptComposer.Lore? {
            guard let lore = items[key]?.lore else { return nil }
            uses += 1
            items[key]?.use = uses
            return lore
        }
    }

    private let maximumCost: Int
    private let state = Mutex(State())

    /// - Parameter maximumCost: Bytes that all of it together may take.
    init(maximumCost: Int) { self.maximumCost = maximumCost }

    /// What is here, else what `make` makes; nil where it makes none. Made by several at once, all get the first one's.
    func lore(for key: Key, make: () throws -> PromptComposer.Lore?) rethrows -> PromptComposer.Lore? {
        if let known = state.withLock({ $0.use(key) }) { return known }
        guard let made = try make() else { return nil }
        let cost = made.cost
        guard cost <= maximumCost else { return made }
        return state.withLock { state in
            if let known = state.use(key) { return known }
            state.uses += 1
            state.items[key] = Item(lore: made, use: state.uses)
            state.cost += cost
            while state.cost > maximumCost, let oldest = state.items.min(by: { $0.value.use < $1.value.use }) {
                state.items[oldest.key] = nil
                state.cost -= oldest.value.lore.cost
            }
            return made
        }
    }

    /// About how much memory it takes, in bytes.
    var cost: Int { state.withLock { $0.cost } }

    /// Drops what is one person's; returns how much there was.
    func removeAll(of user: User.ID) -> Int {
        state.withLock { state in
            let gone = state.items.filter { $0.key.user == user }
            for (key, item) in gone {
                state.items[key] = nil
                state.cost -= item.lore.cost
            }
            return gone.count
        }
    }

    func count(of user: User.ID) -> Int { state.withLock { $0.items.keys.count { $0.user == user } } }
}
