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

    private let key: Key
    private let state = Mutex(RecallShelfState())

    init(_ key: Key) { self.key = key }

    /// About how much memory it takes, in bytes.
    var cost: Int { state.withLock { $0.cost } }

    /// What the index finds; nothing but what was there at the last ``refresh(from:)``.
    func hits(for query: RecallQuery) -> [RecallHit] { state.withLock { $0.hits(for: query) } }

    // MARK: Keeping up

    /// Reads what has changed. Throws the store's errors; what was read until then stays.
    func refresh(from store: any RelationalStore) async throws {
        let survey = try await survey(store)
        let isBehind = state.withLock { state in
            state.begin(survey)
            return state.memoryRevision < survey.memoryRevision
        }
        if isBehind {
            try await readForgotten(from: store)
            try await readMemories(to: survey.memoryRevision, from: store)
        }
        for chat in survey.chats where state.withLock({ $0.isBehind(chat) }) {
            try await readMessages(of: chat, from: store)
        }
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

    private func survey(_ store: any RelationalStore) async throws -> Survey {
        let key = key
        return try await store.read { transaction in
            let user = try transaction.users.require(key.user)
            let character = try transaction.characters.require(key.character, of: key.user)
            var chats: [Chat] = []
            var isWhole = false
            while !isWhole {
                let page = try transaction.chats.chats(
                    of: key.user, with: key.character, after: chats.last?.id, limit: Self.pageSize)
                chats += page
                isWhole = page.count < Self.pageSize
            }
            return Survey(
                names: .init(person: user.name, character: Macros(of: character, and: user).character),
                chats: chats, memoryRevision: try transaction.memories.revision(of: key.user))
        }
    }

    private func readMessages(of chat: Chat, from store: any RelationalStore) async throws {
        let user = key.user
        while true {
            let start = state.withLock { $0.cursor(of: chat.id) }
            let page = try await store.read {
                try $0.messages.changes(in: chat.id, of: user, after: start, limit: Self.pageSize)
            }
            let isWhole = page.count < Self.pageSize
            state.withLock { $0.apply(page, in: chat, after: start, isWhole: isWhole) }
            guard !isWhole else { return }
        }
    }

    private func readForgotten(from store: any RelationalStore) async throws {
        let user = key.user
        var page: [ForgottenMemory] = []
        repeat {
            let start = page.last?.id
            page = try await store.read {
                try $0.memories.forgotten(of: user, after: start, limit: Self.pageSize)
            }
            state.withLock { $0.apply(page) }
        } while page.count == Self.pageSize
    }

    private func readMemories(to revision: Int, from store: any RelationalStore) async throws {
        let user = key.user
        while true {
            let start = state.withLock { $0.memoryRevision }
            let page = try await store.read {
                try $0.memories.changes(of: user, after: start, limit: Self.pageSize)
            }
            let isWhole = page.count < Self.pageSize
            state.withLock { $0.apply(page, for: key.character, after: start, wholeTo: isWhole ? revision : nil) }
            guard !isWhole else { return }
        }
    }
}
