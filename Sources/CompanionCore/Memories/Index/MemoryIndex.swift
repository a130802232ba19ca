/// The vectors of people's memories and messages: an index that is brought in line with the store, and can be made from it
/// at any time.
struct MemoryIndex: Sendable {
    let model: any EmbeddingModel
    let vectors: any VectorStore

    /// How many texts are embedded at a time.
    private static let batchSize = 64

    func namespace(of user: User.ID) -> VectorNamespace { VectorNamespace(user: user, space: model.space) }

    private struct Item: Sendable {
        var entry: VectorEntry
        var text: String
        var metadata: [String: VectorMetadata]
    }

    /// Adds the vectors that are missing, and deletes those whose memory or message is gone or was changed.
    ///
    /// - Returns: How many were added and deleted.
    @discardableResult
    func bringUp(_ user: User.ID, from store: any RelationalStore) async throws -> (added: Int, deleted: Int) {
        let namespace = namespace(of: user)
        var surplus = try await names(in: namespace)
        var added = 0
        func add(_ items: [Item]) async throws {
            let missing = items.filter { surplus.remove($0.entry.name) == nil }
            for start in stride(from: 0, to: missing.count, by: Self.batchSize) {
                let batch = missing[start..<min(start + Self.batchSize, missing.count)]
                let embedded = try await model.embed(batch.map(\.text), as: .document)
                try await vectors.upsert(
                    zip(batch, embedded).map { VectorRecord(id: $0.entry.name, values: $1, metadata: $0.metadata) },
                    in: namespace)
                added += batch.count
            }
        }
        try await forEachMemory(of: user, in: store, add)
        try await forEachMessage(of: user, in: store, add)
        let gone = surplus.sorted()
        if !gone.isEmpty { try await vectors.delete(gone, in: namespace) }
        return (added, gone.count)
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

    private func forEachMemory(
        of user: User.ID, in store: any RelationalStore, _ add: ([Item]) async throws -> Void
    ) async throws {
        var last: Memory.ID?
        while true {
            let page = try await store.read { [last] in try $0.memories.memories(of: user, after: last, limit: 500) }
            try await add(
                page.map { memory in
                    var metadata: [String: VectorMetadata] = [:]
                    if case .character(let only) = memory.scope {
                        metadata[VectorEntry.characterKey] = .string("\(only)")
                    }
                    return Item(entry: .memory(memory.id), text: memory.text, metadata: metadata)
                })
            guard page.count == 500 else { return }
            last = page.last?.id
        }
    }

    private func forEachMessage(
        of user: User.ID, in store: any RelationalStore, _ add: ([Item]) async throws -> Void
    ) async throws {
        let forgotten = try await store.read { try $0.memories.forgottenMessages(of: user) }
        // In the order of identifiers of their characters: a list by last use would shift while it is read.
        var character: CompanionCharacter.ID?
        while true {
            let characters = try await store.read { [character] in
                try $0.characters.characters(of: user, after: character, limit: 100)
            }
            for character in characters {
                var chat: Chat.ID?
                while true {
                    let chats = try await store.read { [chat] in
                        try $0.chats.chats(of: user, with: character.id, after: chat, limit: 100)
                    }
                    for chat in chats { try await forEachMessage(of: chat, in: store, besides: forgotten, add) }
                    guard chats.count == 100 else { break }
                    chat = chats.last?.id
                }
            }
            guard characters.count == 100 else { return }
            character = characters.last?.id
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
            try await add(
                page.compactMap { message in
                    let status = message.alternative.status
                    guard status != .blocked, status != .generating, !message.text.isBlank,
                        !forgotten.contains(message.id)
                    else { return nil }
                    return Item(
                        entry: VectorEntry(message), text: message.text,
                        metadata: [
                            VectorEntry.messageKey: .string("\(message.id)"),
                            VectorEntry.chatKey: .string("\(chat.id)"),
                            VectorEntry.characterKey: .string("\(chat.character)"),
                        ])
                })
            guard page.count == 500, let last = page.last else { return }
            sequence = last.sequence
        }
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
