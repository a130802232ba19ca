internal import CompanionCore

struct InMemoryChatChanges: ChatChangeRepository {
    let transaction: InMemoryTransaction
    private var tables: Tables { transaction.tables }

    init(transaction: InMemoryTransaction) { self.transaction = transaction }

    func insert(_ change: ChatChange, of user: User.ID) throws {
        try transaction.requireWriting()
        guard tables.chat(change.chat, of: user) != nil else {
            throw CompanionError(.notFound, "There is no such chat.")
        }
        guard tables.changes[change.id] == nil else {
            throw CompanionError(.conflict, "A change with this identifier exists already.")
        }
        tables.changes[change.id] = change.asStored
        tables.changesByChat.insert(change.id, in: change.chat)
    }

    func latest(in chat: Chat.ID, of user: User.ID) throws -> ChatChange? {
        guard tables.chat(chat, of: user) != nil else { return nil }
        return tables.changesByChat.last(1, in: chat, before: nil).first.flatMap { tables.changes[$0] }
    }

    func delete(_ id: ChatChange.ID, in chat: Chat.ID, of user: User.ID) throws -> Bool {
        try transaction.requireWriting()
        guard tables.chat(chat, of: user) != nil, tables.changes[id]?.chat == chat else { return false }
        tables.changes[id] = nil
        tables.changesByChat.remove(id, from: chat)
        return true
    }
}
