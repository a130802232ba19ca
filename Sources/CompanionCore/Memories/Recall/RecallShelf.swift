internal import Synchronization

/// What one person and one character said to each other and what is known about the person, ready to be searched: a
/// ``RecallIndex`` that is brought up to date from the store before each search.
///
/// Only what has changed since is read. Several searches may do so at once: of pages that overtook each other only the one
/// that follows on is taken, so the index is never older than it was.
final class RecallShelf: Sendable {
    struct Key: Sendable, Hashable {
        var user: User.ID
        var character: CompanionCharacter.ID
    }

    private static let pageSize = 500

    let key: Key
    private let state: Mutex<RecallShelfState>
    /// What the two were called by the version of the character's card that was read last.
    private let character = Mutex<(revision: Int, names: Survey.Names)?>(nil)

    /// - Parameter offset: Where the person's day begins, in seconds east of UTC.
    init(_ key: Key, secondsFromUTC offset: Int) {
        self.key = key
        state = Mutex(RecallShelfState(key, secondsFromUTC: offset))
    }

    /// About how much memory it takes, in bytes.
    var cost: Int { state.withLock { $0.cost } }

    /// Whether nothing was read yet.
    var isNew: Bool { character.withLock { $0 == nil } }

    /// What the index finds; nothing but what was there at the last ``refresh(from:)``.
    func hits(for query: RecallQuery) -> (hits: [RecallHit], endedWords: EndedWords.Words?) {
        state.withLock { ($0.hits(for: query), $0.endedWords(for: query)) }
    }

    // MARK: Keeping up

    /// Reads what has changed, in a page of each kind after the other. Throws the store's errors; what was read until then
    /// stays.
    func refresh(from store: any RelationalStore) async throws {
        while try await !store.read({ try self.refresh(in: $0) }) {}
    }

    /// Reads what has changed, at most some pages of it, so that no read lasts long.
    ///
    /// - Returns: False where there is more.
    func refresh(in transaction: any StoreTransaction) throws -> Bool {
        let survey = try survey(transaction)
        let isBehind = state.withLock { state in
            state.begin(survey)
            return state.memoryRevision < survey.memoryRevision
        }
        if isBehind, try !readMemories(to: survey.memoryRevision, in: transaction) { return false }
        var count = 0
        for chat in survey.chats where state.withLock({ $0.isBehind(chat) }) {
            guard count < Self.pageSize else { return false }
            let start = state.withLock { $0.cursor(of: chat.id) }
            let page = try transaction.messages.changes(
                in: chat.id, of: key.user, after: start, limit: Self.pageSize)
            let isWhole = page.count < Self.pageSize
            state.withLock { $0.apply(page, in: chat, after: start, isWhole: isWhole) }
            guard isWhole else { return false }
            count += page.count
        }
        return true
    }

    /// What there is to read, at the price of a few rows.
    struct Survey: Sendable {
        var names: Names
        var chats: [Chat]
        var memoryRevision: Int

        /// What the two call each other; indexed with what they say.
        struct Names: Sendable, Hashable {
            var person: String
            var character: String
        }
    }

    private func survey(_ transaction: any StoreTransaction) throws -> Survey {
        let names = try names(transaction)
        var chats: [Chat] = []
        var isWhole = false
        while !isWhole {
            let page = try transaction.chats.chats(
                of: key.user, with: key.character, after: chats.last?.id, limit: Self.pageSize)
            chats += page
            isWhole = page.count < Self.pageSize
        }
        return Survey(names: names, chats: chats, memoryRevision: try transaction.memories.revision(of: key.user))
    }

    /// The character's card is read where it is another version than the last time: a large one takes milliseconds.
    private func names(_ transaction: any StoreTransaction) throws -> Survey.Names {
        let user = try transaction.users.require(key.user)
        let newest = try transaction.characters.versions(of: key.character, by: key.user, before: nil, limit: 1).first
        let known = character.withLock(\.self)
        if let known, let newest, known.revision == newest.revision, known.names.person == user.name {
            return known.names
        }
        let read = try transaction.characters.require(key.character, of: key.user)
        let names = Survey.Names(person: user.name, character: Macros(of: read, and: user).character)
        character.withLock { $0 = (read.revision, names) }
        return names
    }

    /// What was forgotten, and a page of what else has changed.
    ///
    /// - Returns: False where there is more.
    private func readMemories(to revision: Int, in transaction: any StoreTransaction) throws -> Bool {
        var forgotten: [ForgottenMemory] = []
        repeat {
            forgotten = try transaction.memories.forgotten(
                of: key.user, after: forgotten.last?.id, limit: Self.pageSize)
            state.withLock { $0.apply(forgotten) }
        } while forgotten.count == Self.pageSize
        let start = state.withLock { $0.memoryRevision }
        let page = try transaction.memories.changes(of: key.user, after: start, limit: Self.pageSize)
        let isWhole = page.count < Self.pageSize
        state.withLock { $0.apply(page, after: start, wholeTo: isWhole ? revision : nil) }
        return isWhole
    }
}
