internal import CompanionCore

/// The lorebooks that people keep, and what chats remember of theirs.
final class LorebookTables {
    let books: Table<CompanionLorebook.ID, CompanionLorebook>
    let ids: OrderedIndex<User.ID, CompanionLorebook.ID>
    let everywhere: OrderedIndex<User.ID, CompanionLorebook.ID>
    let attached: OrderedIndex<Chat.ID, CompanionLorebook.ID>
    /// The chats that a book is attached to.
    let chats: OrderedIndex<CompanionLorebook.ID, Chat.ID>
    let states: Table<Chat.ID, LorebookState>

    init(journal: Journal) {
        books = .init(journal: journal)
        ids = .init(journal: journal)
        everywhere = .init(journal: journal)
        attached = .init(journal: journal)
        chats = .init(journal: journal)
        states = .init(journal: journal)
    }

    func put(_ lorebook: CompanionLorebook) {
        books[lorebook.id] = lorebook
        ids.insert(lorebook.id, in: lorebook.owner)
        if lorebook.isEverywhere {
            everywhere.insert(lorebook.id, in: lorebook.owner)
        } else {
            everywhere.remove(lorebook.id, from: lorebook.owner)
        }
    }

    func delete(_ lorebook: CompanionLorebook) {
        books[lorebook.id] = nil
        ids.remove(lorebook.id, from: lorebook.owner)
        everywhere.remove(lorebook.id, from: lorebook.owner)
        for chat in chats.removeAll(in: lorebook.id) { attached.remove(lorebook.id, from: chat) }
    }

    /// A chat is deleted.
    func forget(_ chat: Chat.ID) {
        for id in attached.removeAll(in: chat) { chats.remove(chat, from: id) }
        states[chat] = nil
    }

    func erase(_ user: User.ID, limit: Int) {
        for id in ids.first(limit, in: user, after: nil) { if let book = books[id] { delete(book) } }
    }

    func traces(of user: User.ID, chats own: [Chat.ID]) -> [String: Int] {
        [
            "lorebooks": ids.elements(in: user).count,
            "chat_lorebooks": own.reduce(0) { $0 + attached.elements(in: $1).count },
            "lorebook_states": own.count { states[$0] != nil },
        ]
    }
}

struct InMemoryLorebooks: LorebookRepository {
    let transaction: InMemoryTransaction
    private var tables: Tables { transaction.tables }
    private var own: LorebookTables { transaction.tables.lorebooks }

    init(transaction: InMemoryTransaction) { self.transaction = transaction }

    func insert(_ lorebook: CompanionLorebook) throws {
        try transaction.requireWriting()
        guard own.books[lorebook.id] == nil else {
            throw CompanionError(.conflict, "A lorebook with this identifier exists already.")
        }
        guard tables.users[lorebook.owner] != nil else {
            throw CompanionError(.notFound, "The lorebook's owner does not exist: insert the user first.")
        }
        own.put(lorebook.asStored)
    }

    func lorebook(_ id: CompanionLorebook.ID, of user: User.ID) throws -> CompanionLorebook? {
        own.books[id].flatMap { $0.owner == user ? $0 : nil }
    }

    func update(_ lorebook: CompanionLorebook, of user: User.ID) throws {
        try transaction.requireWriting()
        guard var stored = try self.lorebook(lorebook.id, of: user) else {
            throw CompanionError(.notFound, "There is no such lorebook.")
        }
        guard stored.revision == lorebook.revision else {
            throw CompanionError(.conflict, "The lorebook was changed meanwhile: read it again.")
        }
        let new = lorebook.asStored
        (stored.name, stored.book, stored.isEverywhere) = (new.name, new.book, new.isEverywhere)
        stored.updatedAt = new.updatedAt
        stored.revision += 1
        own.put(stored)
    }

    func delete(_ id: CompanionLorebook.ID, of user: User.ID) throws -> Bool {
        try transaction.requireWriting()
        guard let lorebook = try lorebook(id, of: user) else { return false }
        own.delete(lorebook)
        return true
    }

    func lorebooks(of user: User.ID, after id: CompanionLorebook.ID?, limit: Int) throws -> [LorebookSummary] {
        own.ids.first(limit, in: user, after: id).compactMap { own.books[$0]?.summary }
    }

    func count(of user: User.ID) throws -> Int { own.ids.elements(in: user).count }

    func attach(_ id: CompanionLorebook.ID, to chat: Chat.ID, of user: User.ID) throws -> Bool {
        try transaction.requireWriting()
        guard try lorebook(id, of: user) != nil, tables.chat(chat, of: user) != nil else {
            throw CompanionError(.notFound, "There is no such lorebook, or no such chat.")
        }
        guard !own.attached.elements(in: chat).contains(id) else { return false }
        own.attached.insert(id, in: chat)
        own.chats.insert(chat, in: id)
        return true
    }

    func detach(_ id: CompanionLorebook.ID, from chat: Chat.ID, of user: User.ID) throws -> Bool {
        try transaction.requireWriting()
        guard tables.chat(chat, of: user) != nil, own.attached.elements(in: chat).contains(id) else { return false }
        own.attached.remove(id, from: chat)
        own.chats.remove(chat, from: id)
        return true
    }

    func stamps(in chat: Chat.ID?, of user: User.ID) throws -> [LorebookStamp] {
        let attached = chat.flatMap { tables.chat($0, of: user) }.map { own.attached.elements(in: $0.id) } ?? []
        let everywhere = own.everywhere.elements(in: user).filter { !attached.contains($0) }
        func stamps(_ ids: some Sequence<CompanionLorebook.ID>, isEverywhere: Bool) -> [LorebookStamp] {
            ids.compactMap { id in
                own.books[id].map { LorebookStamp(id: id, revision: $0.revision, isEverywhere: isEverywhere) }
            }
        }
        return stamps(attached, isEverywhere: false) + stamps(everywhere, isEverywhere: true)
    }

    func state(of chat: Chat.ID, of user: User.ID) throws -> LorebookState? {
        tables.chat(chat, of: user).flatMap { own.states[$0.id] }
    }

    func put(_ state: LorebookState, of chat: Chat.ID, of user: User.ID) throws {
        try transaction.requireWriting()
        guard tables.chat(chat, of: user) != nil else { throw CompanionError(.notFound, "There is no such chat.") }
        own.states[chat] = state
    }
}

extension CompanionLorebook {
    fileprivate var asStored: CompanionLorebook {
        CompanionLorebook(
            id: id, owner: owner, name: name, book: book, isEverywhere: isEverywhere, revision: revision,
            createdAt: createdAt.wholeMilliseconds, updatedAt: updatedAt.wholeMilliseconds)
    }
}
