internal import Synchronization

/// Remembers the histories of the chats that are being talked in, so that a turn does not read the whole chat again.
///
/// A history counts only together with the chat's revision, which the turn reads in its transaction: whatever another
/// process changes, a stale one is never used. A turn takes its history out and puts it back: one turn at a time
/// holds it, and it grows in place.
final class HistoryCache: Sendable {
    struct Key: Sendable, Hashable {
        var user: User.ID
        var chat: Chat.ID
        var counter: String
    }

    private struct Item {
        var history: TurnHistory
        var revision: Int
        var cost: Int
        /// What it shares with others.
        var lore: TurnHistory.SharedLore?
        var use: UInt64
    }

    private struct State {
        var items: [Key: Item] = [:]
        /// How many of them have each lore: it counts once.
        var sharers: [ObjectIdentifier: Int] = [:]
        var cost = 0
        var uses: UInt64 = 0

        mutating func insert(_ item: Item, for key: Key) {
            remove(key)
            uses += 1
            items[key] = item
            items[key]?.use = uses
            cost += item.cost
            guard let lore = item.lore else { return }
            let others = sharers[lore.id, default: 0]
            if others == 0 { cost += lore.cost }
            sharers[lore.id] = others + 1
        }

        @discardableResult
        mutating func remove(_ key: Key) -> Item? {
            guard let item = items.removeValue(forKey: key) else { return nil }
            cost -= item.cost
            if let lore = item.lore, let count = sharers[lore.id] {
                sharers[lore.id] = count > 1 ? count - 1 : nil
                if count == 1 { cost -= lore.cost }
            }
            return item
        }
    }

    private let maximumCost: Int
    private let state = Mutex(State())

    /// - Parameter maximumCost: Bytes that all histories together may take; what several share counts once.
    init(maximumCost: Int) { self.maximumCost = maximumCost }

    /// Takes the chat's history out, where there is one of this revision.
    func take(_ key: Key, revision: Int) -> TurnHistory? {
        state.withLock { state in
            guard let item = state.remove(key) else { return nil }
            return item.revision == revision ? item.history : nil
        }
    }

    /// The character of a chat whose history is here, in this version; nil where it is not known.
    ///
    /// A version never changes, and is kept as long as a chat has it: it need not be read again.
    func character(_ id: CompanionCharacter.ID, revision: Int, for key: Key) -> CompanionCharacter? {
        guard let character = state.withLock({ $0.items[key]?.history })?.character,
            character.id == id, character.revision == revision
        else { return nil }
        return character
    }

    /// Drops a person's histories; returns how many there were.
    func removeAll(of user: User.ID) -> Int {
        state.withLock { state in
            let gone = state.items.keys.filter { $0.user == user }
            for key in gone { state.remove(key) }
            return gone.count
        }
    }

    func count(of user: User.ID) -> Int { state.withLock { $0.items.keys.count { $0.user == user } } }

    /// Puts a history back, and drops those that were used longest ago where there is no room.
    func put(_ history: TurnHistory, for key: Key, revision: Int) {
        let (cost, lore) = (history.cost, history.sharedLore)
        state.withLock { state in
            state.remove(key)
            guard cost + (lore?.cost ?? 0) <= maximumCost else { return }
            state.insert(Item(history: history, revision: revision, cost: cost, lore: lore, use: 0), for: key)
            while state.cost > maximumCost, let oldest = state.items.min(by: { $0.value.use < $1.value.use }) {
                state.remove(oldest.key)
            }
        }
    }
}

/// What a prompt is made of that lasts from turn to turn. A reference, so that a long history is never copied.
final class TurnHistory: Sendable {
    private struct State {
        var character: CompanionCharacter?
        var preamble: PromptComposer.Preamble
        var window: HistoryWindow
        var loreState = LorebookState()
    }

    private let state: Mutex<State>

    init(character: CompanionCharacter? = nil, preamble: PromptComposer.Preamble, window: HistoryWindow) {
        state = Mutex(State(character: character, preamble: preamble, window: window))
    }

    /// The character, in the version that the preamble is made of; nil where it is not kept.
    var character: CompanionCharacter? {
        get { state.withLock { $0.character } }
        set { state.withLock { $0.character = newValue } }
    }

    var preamble: PromptComposer.Preamble {
        get { state.withLock { $0.preamble } }
        set { state.withLock { $0.preamble = newValue } }
    }

    /// What the last turn's lore left for the next one.
    var loreState: LorebookState {
        get { state.withLock { $0.loreState } }
        set { state.withLock { $0.loreState = newValue } }
    }

    func withWindow<Result: Sendable>(_ body: (inout sending HistoryWindow) throws -> Result) rethrows -> Result {
        try state.withLock { try body(&$0.window) }
    }

    /// About how much memory it takes, in bytes, without what it shares with others.
    var cost: Int { withWindow { $0.cost } }

    /// Lorebooks made ready, which all chats of one person with one character may have.
    struct SharedLore {
        let id: ObjectIdentifier
        let cost: Int
    }

    var sharedLore: SharedLore? {
        guard let lore = preamble.lore, let activator = lore.activator else { return nil }
        return SharedLore(id: ObjectIdentifier(activator), cost: lore.cost)
    }
}
