internal import CompanionCore

extension RelationalStoreConformance {
    /// What is changed is found by those who keep an index.
    static let feedChecks: [Check] = [
        check("Every write of memories counts the person's revision up by one, and what changes nothing does not") {
            probe in
            let (ada, bob) = try await (probe.scene("Ada").user.id, probe.scene("Bob").user.id)
            let memory = probe.memory(of: ada)
            let forgotten = probe.forgotten(probe.memory(of: ada))
            try await expect(probe.revision(of: ada), equals: 0, "the revision before the first write")
            try await expect(probe.revision(of: probe.id()), equals: 0, "the revision of nobody")
            try await probe.insert(memory)
            try await expect(probe.revision(of: ada), equals: 1, "the revision after an insertion")
            try await probe.write { try $0.memories.update(memory) }
            try await expect(probe.revision(of: ada), equals: 2, "the revision after an update")
            try await probe.write { try $0.memories.insert(forgotten) }
            try await expect(probe.revision(of: ada), equals: 3, "the revision after forgetting")
            for _ in 0..<2 {
                try await probe.write { _ = try $0.memories.delete(memory.id, of: ada) }
                try await expect(probe.revision(of: ada), equals: 4, "the revision after the deletion")
            }
            try await expectError(.notFound, "the update of what is gone") {
                try await probe.write { try $0.memories.update(memory) }
            }
            try await expect(probe.revision(of: ada), equals: 4, "the revision at last")
            try await expect(probe.revision(of: bob), equals: 0, "another's revision")
        },
        check("Changes hold each memory written after a revision once, as it is now, by its last write") { probe in
            let user = try await probe.scene().user.id
            var known: [Memory.ID: MemoryChange] = [:]
            var revision = 0
            for _ in 1...80 {
                let living = known.values.compactMap(\.memory).sorted { $0.id < $1.id }
                revision += 1
                switch (probe.below(8), living.isEmpty) {
                case (0...2, _), (_, true):
                    let memory = probe.anyMemory(of: user)
                    try await probe.insert(memory)
                    known[memory.id] = MemoryChange(id: memory.id, memory: memory, revision: revision)
                case (3, _):
                    let forgotten = probe.forgotten(probe.memory(of: user))
                    try await probe.write { try $0.memories.insert(forgotten) }
                case (4...5, _):
                    let id = living[probe.below(living.count)].id
                    try await probe.write { _ = try $0.memories.delete(id, of: user) }
                    known[id] = MemoryChange(id: id, memory: nil, revision: revision)
                default:
                    let old = living[probe.below(living.count)]
                    let new = probe.anyMemory(old.id, of: user, createdAt: old.createdAt)
                    try await probe.write { try $0.memories.update(new) }
                    known[old.id] = MemoryChange(id: old.id, memory: new, revision: revision)
                }
                let (after, limit) = (probe.below(revision + 2), probe.below(9) - 1)
                let seen = try await probe.read { try $0.memories.changes(of: user, after: after, limit: limit) }
                let expected = known.values.filter { $0.revision > after }.sorted { $0.revision < $1.revision }
                try expect(
                    seen, equals: Array(expected.prefix(max(0, limit))), "\(limit) changes after revision \(after)")
                try await expect(probe.revision(of: user), equals: revision, "the revision")
            }
        },
        check("Replaying a chat's changes, from any revision on, gives what reading all of it gives") { probe in
            let scene = try await probe.scene()
            var model = ChatModel(scene.chat)
            var mirrors = Array(repeating: ChatMirror(), count: 4)
            for step in 1...120 {
                let operation = try await perform(on: &model, at: probe.time(Double(step)), probe)
                for index in mirrors.indices where index == 0 || probe.below(12) == 0 {
                    try await mirrors[index].update(from: scene, after: "\(operation), step \(step)", probe)
                }
            }
            for index in mirrors.indices {
                try await mirrors[index].update(from: scene, after: "everything", probe)
            }
        },
        check("A chat's changes hold each message once, deleted ones too, by revision and then by sequence number") {
            probe in
            let scene = try await probe.scene()
            var model = ChatModel(scene.chat)
            for step in 1...120 {
                let operation = try await perform(on: &model, at: probe.time(Double(step)), probe)
                let cursor = MessageChangeCursor(
                    revision: probe.below(model.chat.revision + 2), sequence: probe.below(model.chat.lastSequence + 2))
                let limit = probe.below(9) - 1
                let seen = try await probe.read {
                    try $0.messages.changes(in: scene.chat.id, of: scene.user.id, after: cursor, limit: limit)
                }
                try expect(
                    seen, equals: Array(model.changes(after: cursor).prefix(max(0, limit))),
                    "\(limit) changes after \(cursor), after \(operation), step \(step)")
            }
        },
    ]
}

/// What somebody knows of a chat who hears of it by its changes alone.
private struct ChatMirror: Sendable {
    private var revision = 0
    private var messages: [Message.ID: Message] = [:]

    mutating func update(from scene: StoreProbe.Scene, after operation: String, _ probe: StoreProbe) async throws {
        let (chat, user, limit) = (scene.chat.id, scene.user.id, 1 + probe.below(5))
        let start = self
        let (mirror, live) = try await probe.read { transaction in
            var mirror = start
            var cursor = MessageChangeCursor(behind: mirror.revision)
            var page: [MessageChange]
            repeat {
                page = try transaction.messages.changes(in: chat, of: user, after: cursor, limit: limit)
                for change in page {
                    let next = MessageChangeCursor(change)
                    try expect(
                        (cursor.revision, cursor.sequence) < (next.revision, next.sequence),
                        "changes in their order", seen: "\(next) after \(cursor)")
                    cursor = next
                    mirror.messages[change.message.id] = change.isDeleted ? nil : change.message
                }
            } while page.count == limit
            mirror.revision = try transaction.chats.chat(chat, of: user)?.revision ?? 0
            return try (mirror, transaction.messages.messages(in: chat, of: user, after: 0, limit: 10_000))
        }
        try expect(
            mirror.messages.values.sorted { $0.sequence < $1.sequence }, equals: live,
            "what the changes tell after \(operation)")
        self = mirror
    }
}
