internal import CompanionCore

struct InMemoryMemories: MemoryRepository {
    let transaction: InMemoryTransaction
    private var tables: Tables { transaction.tables }

    init(transaction: InMemoryTransaction) { self.transaction = transaction }

    // MARK: Writing

    func insert(_ memory: Memory) throws {
        try transaction.requireWriting()
        guard tables.users[memory.user] != nil else { throw Self.noSuchUser }
        guard tables.memoryStamps[memory.id] == nil else {
            throw CompanionError(.conflict, "There is, or was, a memory with this identifier.")
        }
        tables.replace(nil, with: memory.asStored)
        tables.stamp(memory.id, of: memory.user)
    }

    func update(_ memory: Memory) throws {
        try transaction.requireWriting()
        guard let old = tables.memory(memory.id, of: memory.user) else {
            throw CompanionError(.notFound, "There is no such memory.")
        }
        tables.replace(old, with: memory.asStored(createdAt: old.createdAt))
        tables.stamp(memory.id, of: memory.user)
    }

    func delete(_ id: Memory.ID, of user: User.ID) throws -> Bool {
        try transaction.requireWriting()
        guard let old = tables.memory(id, of: user) else { return false }
        tables.replace(old, with: nil)
        tables.stamp(id, of: user)
        return true
    }

    // MARK: Reading

    func memory(_ id: Memory.ID, of user: User.ID) throws -> Memory? { tables.memory(id, of: user) }

    func memories(of user: User.ID, after id: Memory.ID?, limit: Int) throws -> [Memory] {
        memories(tables.memoriesByUser.first(limit, in: user, after: id))
    }

    func count(of user: User.ID) throws -> Int {
        tables.memoriesByUser.elements(in: user).count { tables.memories[$0]?.invalidAt == nil }
    }

    func memories(from message: Message.ID, of user: User.ID) throws -> [Memory] {
        memories(tables.memoriesByMessage.elements(in: .init(user: user, id: message)))
    }

    func memories(supersededBy id: Memory.ID, of user: User.ID) throws -> [Memory] {
        memories(tables.memoriesBySuccessor.elements(in: .init(user: user, id: id)))
    }

    private func memories(_ ids: some Sequence<Memory.ID>) -> [Memory] { ids.compactMap { tables.memories[$0] } }

    func revision(of user: User.ID) throws -> Int { tables.memoryRevisions[user] ?? 0 }

    func changes(of user: User.ID, after revision: Int, limit: Int) throws -> [MemoryChange] {
        tables.memoriesByRevision.first(limit, in: user, after: .init(revision: revision)).compactMap { stamp in
            stamp.id.map { MemoryChange(id: $0, memory: tables.memories[$0], revision: stamp.revision) }
        }
    }

    // MARK: Forgetting

    func insert(_ forgotten: ForgottenMemory) throws {
        try transaction.requireWriting()
        guard tables.users[forgotten.user] != nil else { throw Self.noSuchUser }
        guard tables.forgotten[forgotten.id] == nil else {
            throw CompanionError(.conflict, "A memory with this identifier was forgotten already.")
        }
        tables.forgotten[forgotten.id] = forgotten.asStored
        tables.forgottenByUser.insert(forgotten.id, in: forgotten.user)
        tables.countMemoryRevision(of: forgotten.user)
    }

    func deleteForgotten(_ id: Memory.ID, of user: User.ID) throws -> Bool {
        try transaction.requireWriting()
        guard tables.forgotten[id]?.user == user else { return false }
        tables.forgotten[id] = nil
        tables.forgottenByUser.remove(id, from: user)
        tables.countMemoryRevision(of: user)
        return true
    }

    func forgotten(of user: User.ID, after id: Memory.ID?, limit: Int) throws -> [ForgottenMemory] {
        tables.forgottenByUser.first(limit, in: user, after: id).compactMap { tables.forgotten[$0] }
    }

    private static var noSuchUser: CompanionError {
        CompanionError(.notFound, "The memory's user does not exist: insert the user first.")
    }
}
