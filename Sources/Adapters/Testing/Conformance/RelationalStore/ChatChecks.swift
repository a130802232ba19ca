internal import CompanionCore

extension RelationalStoreConformance {
    static let chatChecks: [Check] = [
        check("A chat is kept as it is, and begins with lastSequence and revision 0") { probe in
            let scene = try await probe.scene()
            let chat = Chat(
                id: probe.id(), user: scene.user.id, character: scene.character.id, title: "By the sea",
                origin: .init(chat: scene.chat.id, sequence: 7), lastSequence: 5, revision: 6,
                createdAt: probe.start, updatedAt: probe.time(3))
            try await probe.write { try $0.chats.insert(chat) }
            var expected = chat
            expected.lastSequence = 0
            expected.revision = 0
            let seen = try await probe.read { try $0.chats.chat(chat.id, of: scene.user.id) }
            try expect(seen, equals: expected, "the chat")
            let nobody: Chat.ID = probe.id()
            let none = try await probe.read { try $0.chats.chat(nobody, of: scene.user.id) }
            try expect(none, equals: nil, "a chat that there is not")
        },
        check("Inserting a chat throws conflict for an identifier that exists, notFound without person or character") {
            probe in
            let scene = try await probe.scene()
            let other = try await probe.scene("Bob")
            try await expectError(.conflict, "the second insertion") {
                try await probe.write { try $0.chats.insert(scene.chat) }
            }
            let strangers = [
                ("a person that there is not", probe.chat(of: probe.user("Nobody"), with: scene.character)),
                ("a character that there is not", probe.chat(of: scene.user, with: probe.character(of: scene.user))),
                ("somebody else's character", probe.chat(of: scene.user, with: other.character)),
            ]
            for (what, chat) in strangers {
                try await expectError(.notFound, "a chat with \(what)") {
                    try await probe.write { try $0.chats.insert(chat) }
                }
            }
            let seen = try await probe.read { try $0.chats.chats(of: scene.user.id, after: nil, limit: 9) }
            try expect(seen, equals: [scene.chat], "the chats")
        },
        check("Renaming changes title and updatedAt only; of what there is not it throws notFound") { probe in
            let scene = try await probe.scene()
            _ = try await probe.fill(scene, 2)
            var expected = try await probe.chat(scene)
            expected.title = "By the sea"
            expected.updatedAt = probe.time(50)
            try await probe.write {
                try $0.chats.rename(scene.chat.id, of: scene.user.id, to: "By the sea", at: probe.time(50))
            }
            try await expect(probe.chat(scene), equals: expected, "the renamed chat")
            let nobody: Chat.ID = probe.id()
            try await expectError(.notFound, "renaming a chat that there is not") {
                try await probe.write {
                    try $0.chats.rename(nobody, of: scene.user.id, to: "Nowhere", at: probe.start)
                }
            }
        },
        check("Deleting a chat deletes its messages and changes, once, and nothing else") { probe in
            let (doomed, kept) = try await (probe.scene("Ada"), probe.scene("Bob"))
            let change = ChatChange(id: probe.id(), chat: doomed.chat.id, kind: .deletion, createdAt: probe.start)
            let messages = [
                probe.message(1, in: doomed.chat, clientID: "first"),
                probe.message(2, in: doomed.chat, probe.alternative("…", .generating), author: .character),
                probe.message(3, in: doomed.chat, probe.alternative("…", .generating), author: .character),
            ]
            let fill: @Sendable (any StoreTransaction) throws -> Void = { transaction in
                let user = doomed.user.id
                try transaction.messages.append(messages, to: doomed.chat.id, of: user, at: probe.start)
                _ = try transaction.messages.delete(
                    sequences: 3...3, in: doomed.chat.id, of: user, as: change.id, at: probe.start)
                try transaction.changes.insert(change, of: user)
            }
            try await probe.write(fill)
            _ = try await probe.fill(kept, 3)
            let before = try await probe.dump(of: [kept.user.id])

            let delete: @Sendable (any StoreTransaction) throws -> Bool = {
                try $0.chats.delete(doomed.chat.id, of: doomed.user.id)
            }
            try await expect(probe.write(delete), equals: true, "the deletion")
            try await expect(probe.write(delete), equals: false, "the deletion of what is gone")
            try await expect(probe.dump(of: [kept.user.id]), equals: before, "the other chat")
            let rest = try await probe.dump(of: [doomed.user.id])
            try expect(rest.chats, equals: [[]], "the chats")
            try expect(rest.generating, equals: [], "the alternatives being written")

            // Everything is gone where all of it can come again under the same identifiers, and is new.
            try await probe.write { try $0.chats.insert(doomed.chat) }
            try await expect(probe.sequences(doomed), equals: [], "the messages of the chat that came again")
            let latest = try await probe.read { try $0.changes.latest(in: doomed.chat.id, of: doomed.user.id) }
            try expect(latest, equals: nil, "the changes of the chat that came again")
            try await probe.write(fill)
            try await expect(probe.sequences(doomed), equals: [1, 2], "the messages that came again")
        },
        check("Chats are listed by updatedAt, latest first, of equal ones the greater identifier first") { probe in
            let (ada, bob) = try await (probe.scene("Ada"), probe.scene("Bob"))
            var chats = [ada.chat]
            for _ in 0..<20 {
                let chat = Chat(
                    id: probe.id(), user: ada.user.id, character: ada.character.id, createdAt: probe.start,
                    updatedAt: probe.time(Double(probe.below(6)) + probe.random.nextFraction() / 2_000))
                try await probe.write { try $0.chats.insert(chat) }
                chats.append(chat)
            }
            let strange = probe.chat(of: bob.user, with: bob.character)
            try await probe.write { try $0.chats.insert(strange) }
            let sorted = chats.sorted {
                ($0.updatedAt.millisecondsSince1970, $0.id) > ($1.updatedAt.millisecondsSince1970, $1.id)
            }
            for _ in 0..<40 {
                let place = probe.below(sorted.count + 1)
                let cursor = place == 0 ? nil : ChatCursor(sorted[place - 1])
                let limit = probe.below(12) - 1
                let page = try await probe.read {
                    try $0.chats.chats(of: ada.user.id, after: cursor, limit: limit).map(\.id)
                }
                try expect(
                    page, equals: Array(sorted[place...].prefix(max(0, limit)).map(\.id)),
                    "\(limit) chats after number \(place)")
            }
        },
        check("A change of a chat moves it in the list") { probe in
            let scene = try await probe.scene()
            let other = probe.chat(of: scene.user, with: scene.character)
            try await probe.write { try $0.chats.insert(other) }
            let list: @Sendable (any StoreTransaction) throws -> [Chat.ID] = {
                try $0.chats.chats(of: scene.user.id, after: nil, limit: 9).map(\.id)
            }
            try await expect(probe.read(list), equals: [other.id, scene.chat.id], "the list before")
            let message = probe.message(1, in: scene.chat)
            try await probe.write {
                try $0.messages.append([message], to: scene.chat.id, of: scene.user.id, at: probe.time(1))
            }
            try await expect(probe.read(list), equals: [scene.chat.id, other.id], "the list after a message")
            try await probe.write {
                try $0.chats.rename(other.id, of: scene.user.id, to: "Later", at: probe.time(2))
            }
            try await expect(probe.read(list), equals: [other.id, scene.chat.id], "the list after a renaming")
        },
        check("A person's chats with a character are paged in the order of their identifiers") { probe in
            let (ada, bob) = try await (probe.scene("Ada"), probe.scene("Bob"))
            let other = probe.character(of: ada.user)
            try await probe.write { try $0.characters.insert(other) }
            let mine = [ada.chat] + (0..<12).map { _ in probe.chat(of: ada.user, with: ada.character) }
            let others = (0..<6).map { _ in probe.chat(of: ada.user, with: other) }
            var random = probe.random
            for chat in (mine.dropFirst() + others).shuffled(using: &random) {
                try await probe.write { try $0.chats.insert(chat) }
            }
            for place in 0...mine.count {
                let after = place == 0 ? nil : mine[place - 1].id
                let limit = probe.below(9) - 1
                let page = try await probe.read {
                    try $0.chats.chats(of: ada.user.id, with: ada.character.id, after: after, limit: limit)
                }
                try expect(
                    page, equals: Array(mine[place...].prefix(max(0, limit))), "\(limit) chats after number \(place)")
            }
            try await probe.write { _ = try $0.chats.delete(mine[3].id, of: ada.user.id) }
            let nobody: CompanionCharacter.ID = probe.id()
            for (character, count) in [(ada.character.id, 12), (other.id, 6), (bob.character.id, 0), (nobody, 0)] {
                let chats = try await probe.read {
                    try $0.chats.chats(of: ada.user.id, with: character, after: nil, limit: 99)
                }
                try expect(chats.count, equals: count, "how many chats there are with a character")
            }
        },
    ]
}
