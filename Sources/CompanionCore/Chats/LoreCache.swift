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

    private let state: Mutex<RecentlyUsed<Key, PromptComposer.Lore>>

    /// - Parameter maximumCost: Bytes that all of it together may take.
    init(maximumCost: Int) { state = Mutex(RecentlyUsed(bound: maximumCost)) }

    /// What is here, else what `make` makes; nil where it makes none. Made by several at once, all get the first one's.
    func lore(for key: Key, make: () throws -> PromptComposer.Lore?) rethrows -> PromptComposer.Lore? {
        if let known = state.withLock({ $0.value(for: key) }) { return known }
        guard let made = try make() else { return nil }
        let cost = made.cost
        return state.withLock { state in
            if let known = state.value(for: key) { return known }
            state.insert(made, for: key, cost: cost)
            return made
        }
    }

    /// About how much memory it takes, in bytes.
    var cost: Int { state.withLock { $0.cost } }

    /// Drops what is one person's; returns how much there was.
    func removeAll(of user: User.ID) -> Int {
        state.withLock { state in
            let gone = state.keys.filter { $0.user == user }
            for key in gone { state.remove(key) }
            return gone.count
        }
    }

    func count(of user: User.ID) -> Int { state.withLock { $0.keys.count { $0.user == user } } }
}
