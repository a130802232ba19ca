internal import CompanionCore

extension RelationalStoreConformance {
    static let deletionChecks: [Check] = [
        check("A deleted message is found by nobody until it is restored, at its place and as it was") { probe in
            let scene = try await probe.scene()
            let messages = try await probe.fill(scene, 6)
            let change: ChatChange.ID = probe.id()
            let count = try await probe.write {
                try $0.messages.delete(
                    sequences: 2...4, in: scene.chat.id, of: scene.user.id, as: change, at: probe.time(3))
            }
            try expect(count, equals: 3, "how many were deleted")
            try await expect(probe.sequences(scene), equals: [1, 5, 6], "the messages backwards")
            try await expect(probe.sequences(scene, after: 0), equals: [1, 5, 6], "the messages forwards")
            try await expect(probe.sequences(scene, limit: 2), equals: [5, 6], "the newest two")
            try await expect(probe.sequences(scene, before: 6, limit: 2), equals: [1, 5], "the two before 6")
            try await expect(probe.sequences(scene, after: 1, limit: 1), equals: [5], "the one after 1")
            for message in messages[1...3] {
                let seen = try await probe.read { try $0.messages.message(message.id, of: scene.user.id) }
                try expect(seen, equals: nil, "a deleted message")
                try await expectError(.notFound, "selecting in a deleted message") {
                    try await probe.write {
                        try $0.messages.select(alternativeAt: 0, of: message.id, of: scene.user.id, at: probe.start)
                    }
                }
            }
            var chat = try await probe.chat(scene)
            try expect(chat.lastSequence, equals: 6, "lastSequence after the deletion")
            try expect(chat.revision, equals: 2, "the revision after the deletion")
            try expect(chat.updatedAt, equals: probe.time(3), "updatedAt after the deletion")

            let restored = try await probe.write {
                try $0.messages.restore(change, in: scene.chat.id, of: scene.user.id, at: probe.time(5))
            }
            try expect(restored, equals: 3, "how many were restored")
            let page = try await probe.read {
                try $0.messages.messages(in: scene.chat.id, of: scene.user.id, after: 0, limit: 9)
            }
            try expect(page, equals: messages, "the messages")
            chat = try await probe.chat(scene)
            try expect(chat.revision, equals: 3, "the revision after the restoration")
            try expect(chat.updatedAt, equals: probe.time(5), "updatedAt after the restoration")
        },
        check("A chat goes on behind its last message, deleted or not") { probe in
            let scene = try await probe.scene()
            _ = try await probe.fill(scene, 3)
            let change: ChatChange.ID = probe.id()
            let next = [probe.message(4, in: scene.chat), probe.message(5, in: scene.chat)]
            let again = probe.message(3, in: scene.chat)
            try await probe.write {
                _ = try $0.messages.delete(
                    sequences: 2...3, in: scene.chat.id, of: scene.user.id, as: change, at: probe.start)
            }
            try await expectError(.conflict, "appending a deleted message's number") {
                try await probe.append(again, to: scene)
            }
            try await probe.append(next, to: scene)
            try await expect(probe.sequences(scene), equals: [1, 4, 5], "the messages after the deletion")
            _ = try await probe.write {
                try $0.messages.restore(change, in: scene.chat.id, of: scene.user.id, at: probe.start)
            }
            try await expect(probe.sequences(scene), equals: [1, 2, 3, 4, 5], "the messages after the restoration")
        },
        check("Each change restores what it deleted itself, and only once") { probe in
            let scene = try await probe.scene()
            _ = try await probe.fill(scene, 6)
            let changes: [ChatChange.ID] = [probe.id(), probe.id()]
            let counts = try await probe.write { transaction in
                try [(2...4, changes[0]), (1...5, changes[1]), (6...6, changes[1])].map { range, change in
                    try transaction.messages.delete(
                        sequences: range, in: scene.chat.id, of: scene.user.id, as: change, at: probe.start)
                }
            }
            try expect(counts, equals: [3, 2, 1], "how many each deletion found")
            try await expect(probe.sequences(scene), equals: [], "the messages")
            let restore: @Sendable (ChatChange.ID) async throws -> Int = { change in
                try await probe.write {
                    try $0.messages.restore(change, in: scene.chat.id, of: scene.user.id, at: probe.start)
                }
            }
            try await expect(restore(changes[1]), equals: 3, "how many the second change restores")
            try await expect(probe.sequences(scene), equals: [1, 5, 6], "the messages then")
            try await expect(restore(changes[1]), equals: 0, "how many it restores once more")
            try await expect(restore(changes[0]), equals: 3, "how many the first change restores")
            try await expect(probe.sequences(scene), equals: [1, 2, 3, 4, 5, 6], "the messages at last")
        },
        check("A deletion or restoration that finds nothing is 0 and leaves the chat as it is") { probe in
            let scene = try await probe.scene()
            _ = try await probe.fill(scene, 3)
            let before = try await probe.dump()
            let (change, nowhere): (ChatChange.ID, Chat.ID) = (probe.id(), probe.id())
            let counts = try await probe.write { transaction in
                let user = scene.user.id
                return try [
                    transaction.messages.delete(
                        sequences: 4...9, in: scene.chat.id, of: user, as: change, at: probe.time(9)),
                    transaction.messages.delete(
                        sequences: -5...0, in: scene.chat.id, of: user, as: change, at: probe.time(9)),
                    transaction.messages.delete(sequences: 1...9, in: nowhere, of: user, as: change, at: probe.time(9)),
                    transaction.messages.restore(change, in: scene.chat.id, of: user, at: probe.time(9)),
                    transaction.messages.restore(change, in: nowhere, of: user, at: probe.time(9)),
                ]
            }
            try expect(counts, equals: [0, 0, 0, 0, 0], "the counts")
            try await expect(probe.dump(), equals: before, "the store")
        },
    ]

    static let changeChecks: [Check] = [
        check("The newest change of a chat is the one with the greatest identifier, kept as it is") { probe in
            let scene = try await probe.scene()
            let messages = try await probe.fill(scene, 1)
            let edit = ChatChange.Kind.edit(
                message: messages[0].id, alternative: messages[0].alternative.id, previousText: "Before")
            let changes = (0..<4).map { index in
                ChatChange(
                    id: probe.id(), chat: scene.chat.id, kind: index.isMultiple(of: 2) ? .deletion : edit,
                    createdAt: probe.time(Double(index)))
            }
            let latest: @Sendable (any StoreTransaction) throws -> ChatChange? = {
                try $0.changes.latest(in: scene.chat.id, of: scene.user.id)
            }
            try await expect(probe.read(latest), equals: nil, "the newest of none")
            var random = probe.random
            for change in changes.shuffled(using: &random) {
                try await probe.write { try $0.changes.insert(change, of: scene.user.id) }
            }
            let other = probe.chat(of: scene.user, with: scene.character)
            let elsewhere = ChatChange(id: probe.id(), chat: other.id, kind: .deletion, createdAt: probe.start)
            try await probe.write { transaction in
                try transaction.chats.insert(other)
                try transaction.changes.insert(elsewhere, of: scene.user.id)
            }
            for change in changes.reversed() {
                try await expect(probe.read(latest), equals: change, "the newest change")
                for isThere in [true, false] {
                    let isDeleted = try await probe.write {
                        try $0.changes.delete(change.id, in: scene.chat.id, of: scene.user.id)
                    }
                    try expect(isDeleted, equals: isThere, "deleting the change")
                }
            }
            try await expect(probe.read(latest), equals: nil, "the newest when all are gone")
            let isDeleted = try await probe.write {
                try $0.changes.delete(elsewhere.id, in: scene.chat.id, of: scene.user.id)
            }
            try expect(isDeleted, equals: false, "deleting a change of another chat")
        },
        check("Inserting a change throws notFound without its chat, conflict where its identifier exists") { probe in
            let scene = try await probe.scene()
            let change = ChatChange(id: probe.id(), chat: scene.chat.id, kind: .deletion, createdAt: probe.start)
            let lost = ChatChange(id: probe.id(), chat: probe.id(), kind: .deletion, createdAt: probe.start)
            try await probe.write { try $0.changes.insert(change, of: scene.user.id) }
            try await expectError(.conflict, "the second insertion") {
                try await probe.write { try $0.changes.insert(change, of: scene.user.id) }
            }
            try await expectError(.notFound, "an insertion without chat") {
                try await probe.write { try $0.changes.insert(lost, of: scene.user.id) }
            }
        },
    ]
}
