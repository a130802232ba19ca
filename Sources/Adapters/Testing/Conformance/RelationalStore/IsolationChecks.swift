internal import CompanionCore

extension RelationalStoreConformance {
    static let isolationChecks: [Check] = [
        check("No call finds or changes what is somebody else's, whatever identifiers it is given") { probe in
            let (ada, bob) = try await (Household(of: "Ada", in: probe), Household(of: "Bob", in: probe))
            var random = probe.random
            for (mine, theirs) in [(ada, bob), (bob, ada)] {
                let before = try await probe.dump(of: [theirs.user, mine.user])
                for call in trespasses(of: mine, against: theirs, probe).shuffled(using: &random) {
                    let outcome: String
                    do {
                        outcome = try await probe.write(call.body)
                    } catch let error as CompanionError {
                        outcome = "\(error.code)"
                    }
                    try expect(outcome, equals: call.expected, "\(call.name) with another person's identifiers")
                    try await expect(
                        probe.dump(of: [theirs.user, mine.user]), equals: before, "the store after \(call.name)")
                }
            }
        },
        check("Lists hold nobody else's things, whatever place they begin at") { probe in
            let (ada, bob) = try await (Household(of: "Ada", in: probe), Household(of: "Bob", in: probe))
            let seen = try await probe.read { transaction in
                let chats = try transaction.chats.chats(of: bob.user, after: nil, limit: 99)
                let beyond = try transaction.chats.chats(
                    of: bob.user, after: ChatCursor(updatedAt: probe.time(1_000), id: ada.chat), limit: 99)
                let characters = try transaction.characters.characters(of: bob.user, after: nil, limit: 99)
                let memories = try transaction.memories.memories(of: bob.user, after: nil, limit: 99)
                let changes = try transaction.memories.changes(of: bob.user, after: 0, limit: 99)
                let forgotten = try transaction.memories.forgotten(of: bob.user, after: nil, limit: 99)
                return [
                    chats.map(\.user), beyond.map(\.user), characters.map(\.owner), memories.map(\.user),
                    changes.compactMap(\.memory?.user), forgotten.map(\.user),
                ].map(Set.init)
            }
            try expect(seen, equals: Array(repeating: [bob.user], count: 6), "whose things Bob's lists hold")
        },
    ]

    /// All that one person has, by its identifiers.
    private struct Household: Sendable {
        let user: User.ID
        let character: CompanionCharacter
        let idle: CompanionCharacter
        let chat: Chat.ID
        let message: Message
        let deletion: ChatChange
        let clientID: ClientMessageID?
        let memory: Memory
        let summary: ChatSummary
        let lorebook: CompanionLorebook

        init(of name: String, in probe: StoreProbe) async throws {
            let scene = try await probe.scene(name)
            let idle = probe.character(of: scene.user)
            let message = probe.message(
                1, in: scene.chat, probe.alternative("a", .generating, turn: probe.id()), probe.alternative("b"),
                clientID: "from-\(name)")
            let gone = probe.message(2, in: scene.chat)
            let deletion = ChatChange(id: probe.id(), chat: scene.chat.id, kind: .deletion, createdAt: probe.start)
            try await probe.write { transaction in
                let (user, chat) = (scene.user.id, scene.chat.id)
                try transaction.characters.insert(idle)
                try transaction.messages.append([message, gone], to: chat, of: user, at: probe.start)
                _ = try transaction.messages.delete(
                    sequences: 2...2, in: chat, of: user, as: deletion.id, at: probe.start)
                try transaction.changes.insert(deletion, of: user)
            }
            var memory = probe.memory(of: scene.user.id, from: probe.source(message.id, in: scene.chat.id))
            memory.supersededBy = memory.id
            let summary = probe.summary(of: scene)
            try await probe.write { [memory] transaction in
                let (user, chat) = (scene.user.id, scene.chat.id)
                try transaction.memories.insert(memory)
                try transaction.memories.insert(probe.forgotten(memory))
                _ = try transaction.coverage.advance(chat, of: user, from: 0, to: 2)
                try transaction.coverage.reopen([1], in: chat, of: user)
                try transaction.summaries.put(summary)
            }
            let lorebook = probe.lorebook(of: scene.user, "\(name)'s book")
            let lore = try probe.loreState(["a"])
            try await probe.write { transaction in
                try transaction.lorebooks.insert(lorebook)
                _ = try transaction.lorebooks.attach(lorebook.id, to: scene.chat.id, of: scene.user.id)
                try transaction.lorebooks.put(lore, of: scene.chat.id, of: scene.user.id)
            }
            self.lorebook = lorebook
            self.memory = memory
            self.summary = summary
            user = scene.user.id
            character = scene.character
            self.idle = idle
            chat = scene.chat.id
            self.message = message
            self.deletion = deletion
            clientID = message.clientID
        }
    }

    /// A call with another person's identifiers, and what comes of it: what it returns, or the code of its error.
    private struct Trespass: Sendable {
        var name: String
        var expected: String
        var body: @Sendable (any StoreTransaction) throws -> String

        init<Result>(
            _ name: String, _ expected: String, _ body: @escaping @Sendable (any StoreTransaction) throws -> Result
        ) {
            self.name = name
            self.expected = expected
            self.body = { String(describing: try body($0)) }
        }
    }

    private static func trespasses(
        of mine: Household, against theirs: Household, _ probe: StoreProbe
    ) -> [Trespass] {
        let me = mine.user
        let now = probe.time(9)
        var card = theirs.character
        card.card.name = "Stolen"
        let chat = Chat(id: probe.id(), user: me, character: theirs.character.id, createdAt: now)
        let next = Message(
            id: probe.id(), chat: theirs.chat, sequence: 3, author: .user, alternatives: [probe.alternative()],
            createdAt: now)
        let more = probe.alternative("more")
        var edited = theirs.message.alternatives[0]
        edited.text = "Overwritten"
        let change = ChatChange(id: probe.id(), chat: theirs.chat, kind: .deletion, createdAt: now)
        let (own, theirMessage) = (mine.message.id, theirs.message.id)
        let turn = edited.turn
        return memoryTrespasses(of: mine, against: theirs, probe) + lorebookTrespasses(of: mine, against: theirs) + [
            Trespass("characters.character", "nil") { try $0.characters.character(theirs.character.id, of: me) },
            Trespass("characters.update", "notFound") { [card] in try $0.characters.update(card, of: me) },
            Trespass("characters.delete", "false") { try $0.characters.delete(theirs.idle.id, of: me) },
            Trespass("characters.delete of one with chats", "false") {
                try $0.characters.delete(theirs.character.id, of: me)
            },
            Trespass("chats.insert", "notFound") { try $0.chats.insert(chat) },
            Trespass("chats.chat", "nil") { try $0.chats.chat(theirs.chat, of: me) },
            Trespass("chats.rename", "notFound") { try $0.chats.rename(theirs.chat, of: me, to: "Mine", at: now) },
            Trespass("chats.delete", "false") { try $0.chats.delete(theirs.chat, of: me) },
            Trespass("messages.append", "notFound") {
                try $0.messages.append([next], to: theirs.chat, of: me, at: now)
            },
            Trespass("messages.append of nothing", "notFound") {
                try $0.messages.append([], to: theirs.chat, of: me, at: now)
            },
            Trespass("messages.message", "nil") { try $0.messages.message(theirMessage, of: me) },
            Trespass("messages.message(clientID:)", "[nil, nil]") { transaction in
                try [theirs.chat, mine.chat].map { chat in
                    try theirs.clientID.flatMap { try transaction.messages.message(clientID: $0, in: chat, of: me)?.id }
                }
            },
            Trespass("messages.messages(before:)", "[]") {
                try $0.messages.messages(in: theirs.chat, of: me, before: nil, limit: 9)
            },
            Trespass("messages.messages(after:)", "[]") {
                try $0.messages.messages(in: theirs.chat, of: me, after: 0, limit: 9)
            },
            Trespass("messages.changes", "[]") {
                try $0.messages.changes(in: theirs.chat, of: me, after: 0, limit: 9)
            },
            Trespass("chats.chats(with:)", "[]") {
                try $0.chats.chats(of: me, with: theirs.character.id, after: nil, limit: 9)
            },
            Trespass("messages.append(alternative)", "notFound") {
                try $0.messages.append(more, to: theirMessage, of: me, at: now)
            },
            Trespass("messages.update", "[false, false, false]") { [edited] transaction in
                try [(theirMessage, nil), (theirMessage, turn), (own, nil)].map { message, turn in
                    try transaction.messages.update(edited, of: message, of: me, ifGeneratedBy: turn, at: now)
                }
            },
            Trespass("messages.select", "notFound") {
                try $0.messages.select(alternativeAt: 1, of: theirMessage, of: me, at: now)
            },
            Trespass("messages.delete", "0") {
                try $0.messages.delete(sequences: 1...9, in: theirs.chat, of: me, as: mine.deletion.id, at: now)
            },
            Trespass("messages.restore", "[0, 0]") { transaction in
                try [theirs.chat, mine.chat].map {
                    try transaction.messages.restore(theirs.deletion.id, in: $0, of: me, at: now)
                }
            },
            Trespass("changes.insert", "notFound") { try $0.changes.insert(change, of: me) },
            Trespass("changes.latest", "nil") { try $0.changes.latest(in: theirs.chat, of: me) },
            Trespass("changes.delete", "[false, false]") { transaction in
                try [theirs.chat, mine.chat].map { try transaction.changes.delete(theirs.deletion.id, in: $0, of: me) }
            },
        ]
    }

    private static func lorebookTrespasses(of mine: Household, against theirs: Household) -> [Trespass] {
        let (me, book, chat) = (mine.user, theirs.lorebook, theirs.chat)
        return [
            Trespass("lorebooks.lorebook", "nil") { try $0.lorebooks.lorebook(book.id, of: me) },
            Trespass("lorebooks.update", "notFound") { try $0.lorebooks.update(book, of: me) },
            Trespass("lorebooks.delete", "false") { try $0.lorebooks.delete(book.id, of: me) },
            Trespass("lorebooks.attach of theirs", "notFound") {
                try $0.lorebooks.attach(book.id, to: mine.chat, of: me)
            },
            Trespass("lorebooks.attach to theirs", "notFound") {
                try $0.lorebooks.attach(mine.lorebook.id, to: chat, of: me)
            },
            Trespass("lorebooks.detach", "false") { try $0.lorebooks.detach(book.id, from: chat, of: me) },
            Trespass("lorebooks.stamps", "[]") { try $0.lorebooks.stamps(in: chat, of: me) },
            Trespass("lorebooks.state", "nil") { try $0.lorebooks.state(of: chat, of: me) },
            Trespass("lorebooks.put", "notFound") { try $0.lorebooks.put(LorebookState(), of: chat, of: me) },
        ]
    }

    private static func memoryTrespasses(
        of mine: Household, against theirs: Household, _ probe: StoreProbe
    ) -> [Trespass] {
        let (me, memory, chat) = (mine.user, theirs.memory, theirs.chat)
        let update = Memory(
            id: memory.id, user: me, scope: memory.scope, kind: memory.kind, text: "Stolen", sources: memory.sources,
            validAt: memory.validAt, createdAt: memory.createdAt)
        let summary = ChatSummary(
            chat: chat, user: me, text: "Stolen", throughSequence: 2, updatedAt: probe.time(9))
        return [
            Trespass("memories.memory", "nil") { try $0.memories.memory(memory.id, of: me) },
            Trespass("memories.insert", "conflict") { try $0.memories.insert(update) },
            Trespass("memories.update", "notFound") { try $0.memories.update(update) },
            Trespass("memories.delete", "false") { try $0.memories.delete(memory.id, of: me) },
            Trespass("memories.memories(from:)", "[]") {
                try $0.memories.memories(from: theirs.message.id, of: me)
            },
            Trespass("memories.memories(supersededBy:)", "[]") {
                try $0.memories.memories(supersededBy: memory.id, of: me)
            },
            Trespass("coverage.cursor", "0") { try $0.coverage.cursor(of: chat, of: me) },
            Trespass("coverage.advance", "notFound") { try $0.coverage.advance(chat, of: me, from: 2, to: 3) },
            Trespass("coverage.reopen", "notFound") { try $0.coverage.reopen([2], in: chat, of: me) },
            Trespass("coverage.reopened", "[]") { try $0.coverage.reopened(in: chat, of: me, limit: 9) },
            Trespass("coverage.close", "0") { try $0.coverage.close([1], in: chat, of: me) },
            Trespass("summaries.summary", "nil") { try $0.summaries.summary(of: chat, of: me) },
            Trespass("summaries.put", "notFound") { try $0.summaries.put(summary) },
            Trespass("summaries.delete", "false") { try $0.summaries.delete(of: chat, of: me) },
        ]
    }
}
