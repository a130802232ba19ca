internal import CompanionCore

extension RelationalStoreConformance {
    static let versionChecks: [Check] = [
        check("Every change of a character leaves a version, which its owner alone can read, the newest first") {
            probe in
            let scene = try await probe.scene()
            let (ada, luna) = (scene.user.id, scene.character)
            var second = luna
            (second.card.name, second.updatedAt) = ("Selene", probe.time(5))
            try await probe.write { [second] in try $0.characters.update(second, of: ada) }
            let (versions, page) = try await probe.read { transaction in
                try (
                    transaction.characters.versions(of: luna.id, by: ada, before: nil, limit: 9),
                    transaction.characters.versions(of: luna.id, by: ada, before: 2, limit: 9)
                )
            }
            let expected = [
                CharacterVersion(revision: 2, name: "Selene", madeAt: probe.time(5)),
                CharacterVersion(revision: 1, name: luna.card.name, madeAt: luna.updatedAt),
            ]
            try expect(versions, equals: expected, "the versions")
            try expect(page, equals: [expected[1]], "those before the second")
            let (first, newest, none) = try await probe.read { transaction in
                try (
                    transaction.characters.character(luna.id, revision: 1, of: ada),
                    transaction.characters.character(luna.id, revision: 2, of: ada),
                    transaction.characters.character(luna.id, revision: 3, of: ada)
                )
            }
            try expect(first, equals: luna, "the first version")
            try expect(newest?.card, equals: second.card, "the newest version")
            try expect(newest?.revision, equals: 2, "its number")
            try expect(none, equals: nil, "a version that there is not")
            let other = try await probe.scene("Bob")
            let (theirs, list) = try await probe.read { transaction in
                try (
                    transaction.characters.character(luna.id, revision: 1, of: other.user.id),
                    transaction.characters.versions(of: luna.id, by: other.user.id, before: nil, limit: 9)
                )
            }
            try expect(theirs == nil && list.isEmpty, "nothing of it for somebody else")
        },
        check("A chat keeps its version until it is moved, to one that there is, by its own person") { probe in
            let scene = try await probe.scene()
            let (ada, luna) = (scene.user.id, scene.character)
            try await probe.write { try $0.characters.update(luna, of: ada) }
            try await expect(
                probe.read { try $0.chats.chat(scene.chat.id, of: ada)?.characterRevision }, equals: 1, "the version")
            try await expectError(.notFound, "to move to a version that there is not") {
                try await probe.write { try $0.chats.move(scene.chat.id, of: ada, to: 3, at: probe.time(9)) }
            }
            let other = try await probe.scene("Bob")
            try await expectError(.notFound, "to move somebody else's chat") {
                try await probe.write { try $0.chats.move(scene.chat.id, of: other.user.id, to: 2, at: probe.time(9)) }
            }
            try await probe.write { try $0.chats.move(scene.chat.id, of: ada, to: 2, at: probe.time(9)) }
            let chat = try await probe.read { try $0.chats.chat(scene.chat.id, of: ada) }
            try expect(chat?.characterRevision, equals: 2, "the version")
            try expect(chat?.updatedAt, equals: probe.time(9), "when the chat was changed")
            try await expectError(.notFound, "a chat with a version that there is not") {
                var chat = probe.chat(of: scene.user, with: luna)
                chat.characterRevision = 7
                try await probe.write { [chat] in try $0.chats.insert(chat) }
            }
        },
        check("Old versions are forgotten, but for those that a chat has") { probe in
            let scene = try await probe.scene()
            let (ada, luna) = (scene.user.id, scene.character)
            let last = CharacterVersion.leastKept + 5
            try await probe.write { transaction in
                for revision in 1..<last {
                    var next = luna
                    next.revision = revision
                    try transaction.characters.update(next, of: ada)
                }
            }
            let revisions = try await probe.read { transaction in
                try transaction.characters.versions(of: luna.id, by: ada, before: nil, limit: 99).map(\.revision)
            }
            let kept = Array((last - CharacterVersion.leastKept + 1...last).reversed()) + [1]
            try expect(revisions, equals: kept, "the versions")
        },
    ]
}
