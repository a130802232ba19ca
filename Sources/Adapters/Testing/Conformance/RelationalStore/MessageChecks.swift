internal import CompanionCore

extension RelationalStoreConformance {
    static let messageChecks: [Check] = [
        check("Messages are kept as they are, with every field of every alternative") { probe in
            let scene = try await probe.scene()
            let full = Alternative(
                id: probe.id(), text: "Full", status: .blocked, finishReason: .contentFilter, model: "gpt-5.1",
                usage: TokenUsage(
                    promptTokens: 3_000_000_000, cachedPromptTokens: 2, completionTokens: 1, isEstimate: true),
                turn: probe.id(), createdAt: probe.time(1), updatedAt: probe.time(2))
            let statuses: [Alternative.Status] = [.complete, .generating, .interrupted, .blocked, .failed]
            let reasons: [FinishReason] = [.stop, .length, .contentFilter, .refusal, .other]
            let each = zip(statuses, reasons).map { status, reason in
                Alternative(
                    id: probe.id(), text: "\(status)", status: status, finishReason: reason, createdAt: probe.start)
            }
            let messages = [
                probe.message(1, in: scene.chat, full, clientID: "a-1"),
                Message(
                    id: probe.id(), chat: scene.chat.id, sequence: 2, author: .character, alternatives: each,
                    selected: 3, createdAt: probe.time(4)),
            ]
            try await probe.append(messages, to: scene)
            for message in messages {
                try await expect(probe.message(message.id, of: scene), equals: message, "the message")
            }
            let page = try await probe.read {
                try $0.messages.messages(in: scene.chat.id, of: scene.user.id, after: 0, limit: 9)
            }
            try expect(page, equals: messages, "the page")
            let nobody: Message.ID = probe.id()
            let none = try await probe.read { try $0.messages.message(nobody, of: scene.user.id) }
            try expect(none, equals: nil, "a message that there is not")
        },
        check("Appending moves lastSequence, counts the revision once, and sets updatedAt") { probe in
            let scene = try await probe.scene()
            let messages = (1...3).map { probe.message($0, in: scene.chat) }
            try await probe.write {
                try $0.messages.append(messages, to: scene.chat.id, of: scene.user.id, at: probe.time(4))
            }
            var expected = scene.chat
            expected.lastSequence = 3
            expected.revision = 1
            expected.updatedAt = probe.time(4)
            try await expect(probe.chat(scene), equals: expected, "the chat")
            try await probe.write {
                try $0.messages.append([], to: scene.chat.id, of: scene.user.id, at: probe.time(9))
            }
            try await expect(probe.chat(scene), equals: expected, "the chat after appending nothing")
        },
        check("Appending other numbers than the next ones throws conflict and appends nothing") { probe in
            let scene = try await probe.scene()
            _ = try await probe.fill(scene, 2)
            let before = try await probe.dump()
            for numbers in [[2], [4], [3, 5], [4, 3], [3, 3], [0], [1, 2, 3]] {
                let messages = numbers.map { probe.message($0, in: scene.chat) }
                try await expectError(.conflict, "appending \(numbers) after 2") {
                    try await probe.append(messages, to: scene)
                }
                try await expect(probe.dump(), equals: before, "the store after appending \(numbers)")
            }
        },
        check("Appending a message, alternative or client id that exists throws conflict and appends nothing") {
            probe in
            let scene = try await probe.scene()
            let first = probe.message(1, in: scene.chat, clientID: "first")
            let gone = probe.message(2, in: scene.chat, clientID: "gone")
            try await probe.append(first, gone, to: scene)
            let change: ChatChange.ID = probe.id()
            try await probe.write {
                _ = try $0.messages.delete(
                    sequences: 2...2, in: scene.chat.id, of: scene.user.id, as: change, at: probe.start)
            }
            let before = try await probe.dump()
            let again = probe.alternative()
            let repetitions: [(String, [Message])] = [
                ("a message's identifier", [copy(of: first, sequence: 3, probe.alternative())]),
                ("a deleted message's identifier", [copy(of: gone, sequence: 3, probe.alternative())]),
                ("an alternative's identifier", [probe.message(3, in: scene.chat, first.alternatives[0])]),
                ("a client id", [probe.message(3, in: scene.chat, clientID: "first")]),
                ("a deleted message's client id", [probe.message(3, in: scene.chat, clientID: "gone")]),
                (
                    "a client id twice",
                    [
                        probe.message(3, in: scene.chat, clientID: "new"),
                        probe.message(4, in: scene.chat, clientID: "new"),
                    ]
                ),
                (
                    "an alternative twice",
                    [probe.message(3, in: scene.chat, again), probe.message(4, in: scene.chat, again)]
                ),
            ]
            for (what, messages) in repetitions {
                try await expectError(.conflict, "appending \(what) again") {
                    try await probe.append(messages, to: scene)
                }
                try await expect(probe.dump(), equals: before, "the store after appending \(what) again")
            }
        },
        check("A client id is found in its chat only, in deleted messages too, and may come again in another chat") {
            probe in
            let scene = try await probe.scene()
            let other = probe.chat(of: scene.user, with: scene.character)
            try await probe.write { try $0.chats.insert(other) }
            let here = probe.message(1, in: scene.chat, clientID: "same")
            let there = probe.message(1, in: other, clientID: "same")
            let change: ChatChange.ID = probe.id()
            guard let same = here.clientID, let none = ClientMessageID(rawValue: "none") else { return }
            try await probe.write { transaction in
                try transaction.messages.append([here], to: scene.chat.id, of: scene.user.id, at: probe.start)
                try transaction.messages.append([there], to: other.id, of: scene.user.id, at: probe.start)
                _ = try transaction.messages.delete(
                    sequences: 1...1, in: scene.chat.id, of: scene.user.id, as: change, at: probe.start)
            }
            let found = try await probe.read { transaction in
                try [(same, scene.chat.id), (same, other.id), (none, other.id)].map {
                    try transaction.messages.message(clientID: $0, in: $1, of: scene.user.id)?.id
                }
            }
            try expect(found, equals: [here.id, there.id, nil], "the messages by client id")
        },
        check("Appending to a chat that there is not throws notFound") { probe in
            let scene = try await probe.scene()
            let nowhere = probe.chat(of: scene.user, with: scene.character)
            let message = probe.message(1, in: nowhere)
            try await expectError(.notFound, "the append") {
                try await probe.write {
                    try $0.messages.append([message], to: nowhere.id, of: scene.user.id, at: probe.start)
                }
            }
        },
        check("Appending a message of another chat, or one that selects nothing, throws invalidInput") { probe in
            let scene = try await probe.scene()
            let other = probe.chat(of: scene.user, with: scene.character)
            try await probe.write { try $0.chats.insert(other) }
            let before = try await probe.dump()
            var (high, low, empty) = (
                probe.message(1, in: scene.chat), probe.message(1, in: scene.chat), probe.message(1, in: scene.chat)
            )
            high.selected = 1
            low.selected = -1
            empty.alternatives = []
            for message in [probe.message(1, in: other), high, low, empty] {
                try await expectError(.invalidInput, "the append") {
                    try await probe.append(message, to: scene)
                }
            }
            try await expect(probe.dump(), equals: before, "the store")
        },
        check("Pages hold at most their limit, and nothing where it is below 1 or the chat is not there") { probe in
            let scene = try await probe.scene()
            _ = try await probe.fill(scene, 10)
            try await expect(probe.sequences(scene, limit: 4), equals: [7, 8, 9, 10], "the newest four")
            try await expect(
                probe.sequences(scene, before: 7, limit: 4), equals: [3, 4, 5, 6], "the four before 7")
            try await expect(probe.sequences(scene, before: 3, limit: 4), equals: [1, 2], "those before 3")
            try await expect(probe.sequences(scene, before: 1, limit: 4), equals: [], "those before 1")
            try await expect(
                probe.sequences(scene, before: .max, limit: 2), equals: [9, 10], "two before the greatest number")
            try await expect(probe.sequences(scene, after: 0, limit: 3), equals: [1, 2, 3], "the oldest three")
            try await expect(probe.sequences(scene, after: .min, limit: 3), equals: [1, 2, 3], "those after anything")
            try await expect(probe.sequences(scene, after: 8, limit: 3), equals: [9, 10], "those after 8")
            try await expect(probe.sequences(scene, after: .max, limit: 3), equals: [], "those after the last")
            try await expect(probe.sequences(scene, limit: .max).count, equals: 10, "how many without a limit")
            for limit in [0, -1, .min] {
                try await expect(probe.sequences(scene, limit: limit), equals: [], "limit \(limit) backwards")
                try await expect(
                    probe.sequences(scene, after: 0, limit: limit), equals: [], "limit \(limit) forwards")
            }
            let nowhere: Chat.ID = probe.id()
            let seen = try await probe.read { transaction in
                try transaction.messages.messages(in: nowhere, of: scene.user.id, before: nil, limit: 9)
                    + transaction.messages.messages(in: nowhere, of: scene.user.id, after: 0, limit: 9)
            }
            try expect(seen, equals: [], "the messages of a chat that there is not")
        },
    ]

    private static func copy(of message: Message, sequence: Int, _ alternative: Alternative) -> Message {
        Message(
            id: message.id, chat: message.chat, sequence: sequence, author: message.author,
            alternatives: [alternative], createdAt: message.createdAt)
    }
}
