internal import CompanionCore

extension RelationalStoreConformance {
    static let characterChecks: [Check] = [
        check("A character is kept as it is, and is nil where there is none") { probe in
            let scene = try await probe.scene()
            var character = probe.character(of: scene.user)
            character.updatedAt = probe.time(5)
            try await probe.write { [character] in try $0.characters.insert(character) }
            let seen = try await probe.read { [character] in
                try $0.characters.character(character.id, of: scene.user.id)
            }
            try expect(seen, equals: character, "the character")
            let nobody: CompanionCharacter.ID = probe.id()
            let none = try await probe.read { try $0.characters.character(nobody, of: scene.user.id) }
            try expect(none, equals: nil, "a character that there is not")
        },
        check("A card is kept with all that it holds, unknown fields digit for digit and in their order") { probe in
            let scene = try await probe.scene()
            let card = try CharacterCard(parsing: fullCard.utf8)
            let character = CompanionCharacter(
                id: probe.id(), owner: scene.user.id, card: card, createdAt: probe.start)
            try await probe.write { try $0.characters.insert(character) }
            var updated = scene.character
            updated.card = card
            try await probe.write { [updated] in try $0.characters.update(updated, of: scene.user.id) }
            for id in [character.id, updated.id] {
                let seen = try await probe.read { try $0.characters.character(id, of: scene.user.id) }
                try expect(seen?.card, equals: card, "the card")
                try expect(
                    seen?.card.json(as: .v3).serialized(), isExactly: card.json(as: .v3).serialized(), "its JSON")
            }
        },
        check("Inserting a character whose identifier exists throws conflict, one without owner notFound") { probe in
            let scene = try await probe.scene()
            var twin = scene.character
            twin.card.name = "Selene"
            try await expectError(.conflict, "the second insertion") { [twin] in
                try await probe.write { try $0.characters.insert(twin) }
            }
            let orphan = probe.character(of: probe.user("Nobody"))
            try await expectError(.notFound, "the insertion without owner") {
                try await probe.write { try $0.characters.insert(orphan) }
            }
            let seen = try await probe.read {
                try $0.characters.characters(of: scene.user.id, after: nil, limit: 9)
            }
            try expect(seen, equals: [scene.character], "the characters")
        },
        check("Updating a character replaces card and updatedAt, counts its revision and keeps the rest") { probe in
            let scene = try await probe.scene()
            for revision in 1...3 {
                var card = scene.character.card
                card.name = "Luna \(revision)"
                let update = CompanionCharacter(
                    id: scene.character.id, owner: scene.user.id, card: card, revision: revision,
                    createdAt: probe.time(100), updatedAt: probe.time(Double(revision)))
                try await probe.write { try $0.characters.update(update, of: scene.user.id) }
                let expected = CompanionCharacter(
                    id: scene.character.id, owner: scene.user.id, card: card, revision: revision + 1,
                    createdAt: scene.character.createdAt, updatedAt: probe.time(Double(revision)))
                let seen = try await probe.read {
                    try $0.characters.character(scene.character.id, of: scene.user.id)
                }
                try expect(seen, equals: expected, "the character after update \(revision)")
            }
        },
        check("Updating a character at another revision throws conflict, one that there is not notFound") { probe in
            let scene = try await probe.scene()
            try await probe.write { try $0.characters.update(scene.character, of: scene.user.id) }
            for revision in [1, 3] {
                var stale = scene.character
                stale.card.name = "Stale"
                stale.revision = revision
                try await expectError(.conflict, "an update of revision 2 that names \(revision)") { [stale] in
                    try await probe.write { try $0.characters.update(stale, of: scene.user.id) }
                }
            }
            let nobody = probe.character(of: scene.user)
            try await expectError(.notFound, "an update of what there is not") {
                try await probe.write { try $0.characters.update(nobody, of: scene.user.id) }
            }
            let seen = try await probe.read { try $0.characters.character(scene.character.id, of: scene.user.id) }
            try expect(seen?.card, equals: scene.character.card, "the card")
            try expect(seen?.revision, equals: 2, "the revision")
        },
        check("A character is deleted once, and not while a chat with it exists") { probe in
            let scene = try await probe.scene()
            let delete: @Sendable (any StoreTransaction) throws -> Bool = {
                try $0.characters.delete(scene.character.id, of: scene.user.id)
            }
            try await expectError(.conflict, "deleting a character that has a chat") {
                _ = try await probe.write(delete)
            }
            _ = try await probe.write { try $0.chats.delete(scene.chat.id, of: scene.user.id) }
            try await expect(probe.write(delete), equals: true, "the deletion once the chat is gone")
            try await expect(probe.write(delete), equals: false, "the deletion of what is gone")
            let seen = try await probe.read { try $0.characters.character(scene.character.id, of: scene.user.id) }
            try expect(seen, equals: nil, "the deleted character")
            let list = try await probe.read { try $0.characters.characters(of: scene.user.id, after: nil, limit: 9) }
            try expect(list, equals: [], "the list")
        },
        check("A person's characters are paged in the order of their identifiers") { probe in
            let (ada, bob) = try await (probe.scene("Ada"), probe.scene("Bob"))
            var random = probe.random
            let new = (0..<20).map { _ in probe.character(of: ada.user) }
            for character in new.shuffled(using: &random) {
                try await probe.write { try $0.characters.insert(character) }
            }
            let strange = probe.character(of: bob.user)
            try await probe.write { try $0.characters.insert(strange) }
            let all = ([ada.character] + new).map(\.id).sorted()
            for _ in 0..<40 {
                let place = probe.below(all.count + 1)
                let after = place == 0 ? nil : all[place - 1]
                let limit = probe.below(12) - 1
                let page = try await probe.read {
                    try $0.characters.characters(of: ada.user.id, after: after, limit: limit).map(\.id)
                }
                try expect(
                    page, equals: Array(all[place...].prefix(max(0, limit))),
                    "\(limit) characters after number \(place)")
            }
        },
    ]

    private static let fullCard = #"""
        {"spec": "chara_card_v3", "spec_version": "3.0", "zeta": 1, "alpha": [1.10, 1e3, 12345678901234567890], "data": {
        "name": "Luna", "nickname": "Lu", "description": "née 🌙 e\u0301", "personality": "calm", "scenario": "\u0000",
        "first_mes": "Hello, {{user}}.", "alternate_greetings": ["Hi.", ""], "group_only_greetings": ["All."],
        "mes_example": "<START>\n{{user}}: Hi.\n{{char}}: Hello.", "creator_notes": "n", "system_prompt": "{{original}}",
        "creator_notes_multilingual": {"de": "N"}, "post_history_instructions": "p", "tags": ["a", "b"], "creator": "c",
        "character_version": "1.0", "source": ["x:1"], "creation_date": 1700000000, "modification_date": 1700000001,
        "assets": [{"type": "icon", "uri": "ccdefault:", "name": "main", "ext": "png", "size": 1.50}],
        "extensions": {"z": null, "a": {"depth": 4.0, "list": [true, false, "\\\""]}}, "unknown": {"b": 2, "a": 1},
        "character_book": {"name": "b", "scan_depth": 3, "token_budget": 99, "recursive_scanning": true, "extensions": {},
        "entries": [{"keys": ["tide"], "content": "@@depth 2\nTwice a day.", "extensions": {"x": 0.10}, "enabled": false,
        "insertion_order": 7, "case_sensitive": true, "use_regex": false, "constant": true, "name": "e", "priority": 1,
        "id": "seven", "comment": "c", "selective": true, "secondary_keys": ["moon"], "position": "after_char"}]}}}
        """#
}
