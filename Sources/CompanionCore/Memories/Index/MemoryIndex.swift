/// The vectors of people's memories and messages: an index that is brought in line with the store, and can be made from it
/// at any time.
struct MemoryIndex: Sendable {
    let model: any EmbeddingModel
    let vectors: any VectorStore
    let progress = IndexProgress()

    /// How many texts are embedded at a time.
    private static let batchSize = 64

    func namespace(of user: User.ID) -> VectorNamespace { VectorNamespace(user: user, space: model.space) }

    fileprivate struct Item: Sendable {
        var entry: VectorEntry
        var text: String
        var metadata: [String: VectorMetadata]
    }

    /// Adds the vectors that are missing, and deletes those whose memory or message is gone or was changed.
    ///
    /// The first time in a process everything is compared; from then on only what was written since is looked at.
    /// - Returns: How many were added and deleted; of what was changed the old one is not counted.
    @discardableResult
    func bringUp(_ user: User.ID, from store: any RelationalStore) async throws -> (added: Int, deleted: Int) {
        // Taken out, so that a pass that fails is followed by one that compares everything.
        if let mark = progress.take(user) { return try await follow(user, since: mark, in: store) }
        return try await compare(user, with: store)
    }

    /// Compares all that there is with all that should be.
    func compare(_ user: User.ID, with store: any RelationalStore) async throws -> (added: Int, deleted: Int) {
        let namespace = namespace(of: user)
        var mark = try await store.read { transaction in
            IndexProgress.Mark(
                revision: try transaction.memories.revision(of: user),
                forgotten: try transaction.memories.forgottenMessages(of: user))
        }
        var surplus = try await names(in: namespace)
        var added = 0
        func add(_ items: [Item]) async throws {
            let missing = items.filter { surplus.remove($0.entry.name) == nil }
            try await embed(missing, in: namespace)
            added += missing.count
        }
        mark.memories = try await forEachMemory(of: user, in: store, add)
        for chat in try await chats(of: user, in: store) {
            try await forEachMessage(of: chat, in: store, besides: mark.forgotten, add)
            mark.chats[chat.id] = chat.revision
        }
        let gone = surplus.sorted()
        if !gone.isEmpty { try await vectors.delete(gone, in: namespace) }
        progress.put(mark, of: user)
        return (added, gone.count)
    }

    /// What the index lacks, and what it has too much of; changes nothing.
    func drift(of user: User.ID, from store: any RelationalStore) async throws -> (missing: Int, surplus: Int) {
        let forgotten = try await store.read { try $0.memories.forgottenMessages(of: user) }
        var surplus = try await names(in: namespace(of: user))
        var missing = 0
        func look(_ items: [Item]) { missing += items.count { surplus.remove($0.entry.name) == nil } }
        _ = try await forEachMemory(of: user, in: store, look)
        for chat in try await chats(of: user, in: store) {
            try await forEachMessage(of: chat, in: store, besides: forgotten, look)
        }
        return (missing, surplus.count)
    }

    /// Looks at what was written since.
    private func follow(
        _ user: User.ID, since mark: IndexProgress.Mark, in store: any RelationalStore
    ) async throws -> (added: Int, deleted: Int) {
        let namespace = namespace(of: user)
        var mark = mark
        var (added, deleted) = (0, 0)
        while true {
            let page = try await store.read { [mark] in
                try $0.memories.changes(of: user, after: mark.revision, limit: 500)
            }
            let new = page.compactMap(\.memory).filter { mark.memories.insert($0.id).inserted }
            try await embed(new.map(Item.init), in: namespace)
            let gone = page.filter { $0.memory == nil && mark.memories.remove($0.id) != nil }
            if !gone.isEmpty { try await vectors.delete(gone.map { VectorEntry.memory($0.id).name }, in: namespace) }
            (added, deleted) = (added + new.count, deleted + gone.count)
            mark.revision = page.last?.revision ?? mark.revision
            guard page.count == 500 else { break }
        }
        let forgotten = try await store.read { try $0.memories.forgottenMessages(of: user) }
        let newlyForgotten = forgotten.subtracting(mark.forgotten)
        try await deleteMessages(Array(newlyForgotten), in: namespace)
        deleted += newlyForgotten.count
        mark.forgotten = forgotten
        let chats = try await chats(of: user, in: store)
        for chat in chats where mark.chats[chat.id] != chat.revision {
            var cursor = MessageChangeCursor(behind: mark.chats[chat.id] ?? 0)
            while true {
                let changes = try await store.read { [cursor] in
                    try $0.messages.changes(in: chat.id, of: user, after: cursor, limit: 500)
                }
                try await deleteMessages(changes.map(\.message.id), in: namespace)
                let items = changes.filter { !$0.isDeleted }.compactMap {
                    Item($0.message, of: chat, besides: forgotten)
                }
                try await embed(items, in: namespace)
                added += items.count
                deleted += changes.count(where: \.isDeleted)
                guard changes.count == 500, let last = changes.last else { break }
                cursor = MessageChangeCursor(last)
            }
            mark.chats[chat.id] = chat.revision
        }
        for gone in Set(mark.chats.keys).subtracting(chats.map(\.id)) {
            try await vectors.delete(matching: .equal(VectorEntry.chatKey, .string("\(gone)")), in: namespace)
            mark.chats[gone] = nil
        }
        progress.put(mark, of: user)
        return (added, deleted)
    }

    private func embed(_ items: [Item], in namespace: VectorNamespace) async throws {
        for start in stride(from: 0, to: items.count, by: Self.batchSize) {
            let batch = items[start..<min(start + Self.batchSize, items.count)]
            let embedded = try await model.embed(batch.map(\.text), as: .document)
            try await vectors.upsert(
                zip(batch, embedded).map { VectorRecord(id: $0.entry.name, values: $1, metadata: $0.metadata) },
                in: namespace)
        }
    }

    private func deleteMessages(_ ids: [Message.ID], in namespace: VectorNamespace) async throws {
        for start in stride(from: 0, to: ids.count, by: Self.batchSize) {
            let batch = ids[start..<min(start + Self.batchSize, ids.count)]
            try await vectors.delete(
                matching: .isIn(VectorEntry.messageKey, batch.map { .string("\($0)") }), in: namespace)
        }
    }

    private func names(in namespace: VectorNamespace) async throws -> Set<String> {
        var names: Set<String> = []
        var last: String?
        while true {
            let page = try await vectors.ids(in: namespace, after: last, limit: 1_000)
            names.formUnion(page)
            guard page.count == 1_000 else { return names }
            last = page.last
        }
    }

    /// Returns the identifiers of all.
    private func forEachMemory(
        of user: User.ID, in store: any RelationalStore, _ add: ([Item]) async throws -> Void
    ) async throws -> Set<Memory.ID> {
        var ids: Set<Memory.ID> = []
        var last: Memory.ID?
        while true {
            let page = try await store.read { [last] in try $0.memories.memories(of: user, after: last, limit: 500) }
            try await add(page.map(Item.init))
            ids.formUnion(page.lazy.map(\.id))
            guard page.count == 500 else { return ids }
            last = page.last?.id
        }
    }

    /// All of a person's chats, character by character: a list by last use would shift while it is read.
    private func chats(of user: User.ID, in store: any RelationalStore) async throws -> [Chat] {
        try await store.read { transaction in
            var all: [Chat] = []
            var character: CompanionCharacter.ID?
            while true {
                let characters = try transaction.characters.characters(of: user, after: character, limit: 500)
                for character in characters {
                    var chat: Chat.ID?
                    while true {
                        let page = try transaction.chats.chats(
                            of: user, with: character.id, after: chat, limit: 500)
                        all += page
                        guard page.count == 500 else { break }
                        chat = page.last?.id
                    }
                }
                guard characters.count == 500 else { return all }
                character = characters.last?.id
            }
        }
    }

    private func forEachMessage(
        of chat: Chat, in store: any RelationalStore, besides forgotten: Set<Message.ID>,
        _ add: ([Item]) async throws -> Void
    ) async throws {
        var sequence = 0
        while true {
            let page = try await store.read { [sequence] in
                try $0.messages.messages(in: chat.id, of: chat.user, after: sequence, limit: 500)
            }
            try await add(page.compactMap { Item($0, of: chat, besides: forgotten) })
            guard page.count == 500, let last = page.last else { return }
            sequence = last.sequence
        }
    }
}

extension MemoryIndex.Item {
    init(_ memory: Memory) {
        self.init(entry: .memory(memory.id), text: memory.text, metadata: [:])
        switch memory.scope {
        case .character(let only): metadata[VectorEntry.characterKey] = .string("\(only)")
        case .everyCharacter: metadata[VectorEntry.sharedKey] = .boolean(true)
        }
    }

    /// Nil for what is not recalled: what was blocked, is being written, or was forgotten.
    init?(_ message: Message, of chat: Chat, besides forgotten: Set<Message.ID>) {
        let status = message.alternative.status
        guard status != .blocked, status != .generating, !message.text.isBlank, !forgotten.contains(message.id) else {
            return nil
        }
        self.init(
            entry: VectorEntry(message), text: message.text,
            metadata: [
                VectorEntry.messageKey: .string("\(message.id)"), VectorEntry.chatKey: .string("\(chat.id)"),
                VectorEntry.characterKey: .string("\(chat.character)"),
            ])
    }
}

extension MemoryRepository {
    /// The messages that are to be recalled no more.
    func forgottenMessages(of user: User.ID) throws -> Set<Message.ID> {
        var messages: Set<Message.ID> = []
        var last: Memory.ID?
        while true {
            let page = try forgotten(of: user, after: last, limit: 500)
            for forgotten in page { messages.formUnion(forgotten.messages.lazy.map(\.message)) }
            guard page.count == 500 else { return messages }
            last = page.last?.id
        }
    }
}
