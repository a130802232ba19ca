internal import CompanionCore

/// A call that changes a store, under the name of its method.
struct StoreWrite: Sendable {
    var name: String
    var body: @Sendable (any StoreTransaction) throws -> Void

    init(_ name: String, _ body: @escaping @Sendable (any StoreTransaction) throws -> Void) {
        self.name = name
        self.body = body
    }
}

extension StoreProbe {
    /// Fills the store with something of everything, and returns one call of each method that writes, each of which
    /// would succeed and change something.
    func everyWrite() async throws -> [StoreWrite] {
        let scene = try await scene()
        let (user, chat) = (scene.user.id, scene.chat.id)
        let idle = character(of: scene.user)
        let turn: Turn.ID = id()
        let generating = alternative("Once", .generating, turn: turn)
        let reply = message(2, in: scene.chat, generating, author: .character)
        let (first, gone, kept) = (message(1, in: scene.chat), message(3, in: scene.chat), message(4, in: scene.chat))
        let deletion = ChatChange(id: id(), chat: chat, kind: .deletion, createdAt: start)
        let lease = lease()
        try await write { transaction in
            try transaction.characters.insert(idle)
            try transaction.messages.append([first, reply, gone, kept], to: chat, of: user, at: start)
            _ = try transaction.messages.delete(sequences: 3...3, in: chat, of: user, as: deletion.id, at: start)
            try transaction.changes.insert(deletion, of: user)
            _ = try transaction.leases.acquire(lease, now: start, replacing: nil)
        }
        let memoryWrites = try await memoryWrites(scene)
        let jobWrites = try await jobWrites(of: user)
        var writes = userWrites(scene) + characterWrites(scene, idle: idle) + chatWrites(scene)
        writes += messageWrites(scene, reply: reply, deletion: deletion) + changeWrites(scene, deletion: deletion)
        writes += leaseWrites(lease) + memoryWrites + jobWrites
        return try await writes + accountWrites() + erasureWrites() + moderationWrites(scene)
            + subscriptionWrites(scene) + catalogWrites(scene) + lorebookWrites(scene)
    }

    private func userWrites(_ scene: Scene) -> [StoreWrite] {
        let stranger = user("Eve")
        var renamed = scene.user
        renamed.name = "Augusta"
        return [
            StoreWrite("users.insert") { try $0.users.insert(stranger) },
            StoreWrite("users.update") { [renamed] in try $0.users.update(renamed) },
        ]
    }

    private func characterWrites(_ scene: Scene, idle: CompanionCharacter) -> [StoreWrite] {
        let new = character(of: scene.user)
        var renamed = scene.character
        renamed.card.name = "Selene"
        return [
            StoreWrite("characters.insert") { try $0.characters.insert(new) },
            StoreWrite("characters.update") { [renamed] in try $0.characters.update(renamed, of: scene.user.id) },
            StoreWrite("characters.delete") { _ = try $0.characters.delete(idle.id, of: scene.user.id) },
        ]
    }

    private func chatWrites(_ scene: Scene) -> [StoreWrite] {
        let new = chat(of: scene.user, with: scene.character)
        return [
            StoreWrite("chats.insert") { try $0.chats.insert(new) },
            StoreWrite("chats.rename") {
                try $0.chats.rename(scene.chat.id, of: scene.user.id, to: "Moon", at: time(9))
            },
            StoreWrite("chats.move") { try $0.chats.move(scene.chat.id, of: scene.user.id, to: 1, at: time(9)) },
            StoreWrite("chats.delete") { _ = try $0.chats.delete(scene.chat.id, of: scene.user.id) },
        ]
    }

    private func messageWrites(_ scene: Scene, reply: Message, deletion: ChatChange) -> [StoreWrite] {
        let (user, chat) = (scene.user.id, scene.chat.id)
        let next = message(5, in: scene.chat)
        let swipe = alternative("Twice")
        var settled = reply.alternatives[0]
        settled.status = .complete
        let another: ChatChange.ID = id()
        return [
            StoreWrite("messages.append") { try $0.messages.append([next], to: chat, of: user, at: time(9)) },
            StoreWrite("messages.append(alternative)") {
                try $0.messages.append(swipe, to: reply.id, of: user, at: time(9))
            },
            StoreWrite("messages.update") { [settled] in
                _ = try $0.messages.update(settled, of: reply.id, of: user, ifGeneratedBy: nil, at: time(9))
            },
            StoreWrite("messages.select") {
                try $0.messages.select(alternativeAt: 0, of: reply.id, of: user, at: time(9))
            },
            StoreWrite("messages.delete") {
                _ = try $0.messages.delete(sequences: 1...2, in: chat, of: user, as: another, at: time(9))
            },
            StoreWrite("messages.restore") {
                _ = try $0.messages.restore(deletion.id, in: chat, of: user, at: time(9))
            },
        ]
    }

    private func changeWrites(_ scene: Scene, deletion: ChatChange) -> [StoreWrite] {
        let new = ChatChange(id: id(), chat: scene.chat.id, kind: .deletion, createdAt: start)
        return [
            StoreWrite("changes.insert") { try $0.changes.insert(new, of: scene.user.id) },
            StoreWrite("changes.delete") {
                _ = try $0.changes.delete(deletion.id, in: scene.chat.id, of: scene.user.id)
            },
        ]
    }

    private func leaseWrites(_ lease: Lease) -> [StoreWrite] {
        var later = lease
        later.expiresAt = time(60)
        return [
            StoreWrite("leases.acquire") { [later] in _ = try $0.leases.acquire(later, now: start, replacing: nil) },
            StoreWrite("leases.renew") { [later] in _ = try $0.leases.renew(later) },
            StoreWrite("leases.release") { try $0.leases.release(lease) },
        ]
    }
}
