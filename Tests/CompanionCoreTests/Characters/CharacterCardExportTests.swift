import TestRandomness
import Testing

@testable import CompanionCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite("Character card export")
struct CharacterCardExportTests {
    @Test(
        "A card is written as it was read, unknown members at every level included",
        arguments: [
            (CharacterCardSamples.v1, CharacterCard.Version.v1), (CharacterCardSamples.v3, .v3),
        ])
    func roundTrip(text: String, version: CharacterCard.Version) throws {
        let json = try JSONValue(parsing: text)
        #expect(try CharacterCard(json: json).json(as: version) == json)
    }

    @Test("A V2 card is written as it was read, and what repeats its fields follows them")
    func roundTripV2() throws {
        let json = try JSONValue(parsing: CharacterCardSamples.v2)
        var card = try CharacterCard(json: json)
        let written = card.json(as: .v2)
        #expect(written["data"] == json["data"])
        #expect(written["x_top"] == json["x_top"])
        #expect(written["tags"] == ["sea", "calm"])
        card.name = "Robin"
        card.creatorNotes = "new"
        #expect(card.json(as: .v2)["name"] == "Robin")
        #expect(card.json(as: .v2)["creatorcomment"] == "new")
    }

    @Test("Any card comes back equal from V3")
    func anyCardFromV3() throws {
        var random = SeededGenerator.announced()
        for _ in 0..<200 {
            let card = random.card()
            let read = try CharacterCard.Import(parsing: Array(card.json(as: .v3).serialized().utf8))
            #expect(read.card == card, "seed \(random.seed)")
            #expect(read.warnings.map(\.path).allSatisfy { $0 == "name" }, "seed \(random.seed)")
        }
    }

    @Test("Any card comes back equal from V2, without its decorators")
    func anyCardFromV2() throws {
        var random = SeededGenerator.announced()
        for _ in 0..<200 {
            var card = random.card()
            let read = try CharacterCard.Import(parsing: Array(card.json(as: .v2).serialized().utf8))
            let entries = card.book?.entries ?? []
            card.book?.entries = entries.map { entry in
                var entry = entry
                entry.content = entry.text
                return entry
            }
            #expect(read.card == card, "seed \(random.seed)")
            #expect(read.version == .v2)
        }
    }

    @Test("Required members are always there")
    func requiredMembers() throws {
        let card = CharacterCard(name: "A", book: Lorebook(entries: [LorebookEntry(keys: ["k"], content: "c")]))
        let v1 = try #require(card.json(as: .v1).object)
        #expect(v1.keys == ["name", "description", "personality", "scenario", "first_mes", "mes_example"])
        let textsOfV2 = [
            "name", "description", "personality", "scenario", "first_mes", "mes_example", "creator_notes",
            "system_prompt", "post_history_instructions", "creator", "character_version",
        ]
        for version in [CharacterCard.Version.v2, .v3] {
            let json = card.json(as: version)
            #expect(json["spec"] == .string("chara_card_\(version)"))
            #expect(json["spec_version"] == (version == .v2 ? "2.0" : "3.0"))
            for key in textsOfV2 { #expect(json["data"]?[key]?.string != nil, "\(key)") }
            #expect(json["data"]?["alternate_greetings"] == [])
            #expect(json["data"]?["tags"] == [])
            #expect(json["data"]?["extensions"] == [:])
            #expect(json["data"]?["group_only_greetings"] == (version == .v2 ? nil : []))
            #expect(json["data"]?["assets"] == nil)
            let book = json["data"]?["character_book"]
            #expect(book?["extensions"] == [:])
            let entry = book?["entries"]?.array?.first
            #expect(entry?["keys"] == ["k"])
            #expect(entry?["content"] == "c")
            #expect(entry?["extensions"] == [:])
            #expect(entry?["enabled"] == true)
            #expect(entry?["insertion_order"] == 100)
            #expect(entry?["use_regex"] == (version == .v2 ? nil : false))
        }
    }

    @Test("V1 holds the six fields of a newer card; V2 drops decorators only")
    func olderVersions() throws {
        let card = try CharacterCard(json: JSONValue(parsing: CharacterCardSamples.v3))
        #expect(card.json(as: .v1).object?.count == 7)
        #expect(card.json(as: .v1)["x_top"] == "kept")
        let entries = card.json(as: .v2)["data"]?["character_book"]?["entries"]?.array
        #expect(entries?.first?["content"] == "The reef is near.")
        #expect(entries?.first?["use_regex"] == true)
        #expect(
            card.json(as: .v3)["data"]?["character_book"]?["entries"]?.array?.first?["content"]
                == "@@depth 4\n@@@instruct_depth 5\n\nThe reef is near.")
    }

    @Test("Unknown members can't take the place of the card's own")
    func unknownDoesNotWin() {
        let card = CharacterCard(
            name: "A", unknownFields: ["name": "B", "x": 1], unknownTopLevelFields: ["spec": "other", "data": 7])
        let json = card.json(as: .v3)
        #expect(json["spec"] == "chara_card_v3")
        #expect(json["data"]?["name"] == "A")
        #expect(json["data"]?["x"] == 1)
    }

    @Test("A card goes through a coder, from any version")
    func coding() throws {
        for text in [CharacterCardSamples.v1, CharacterCardSamples.v2, CharacterCardSamples.v3] {
            let card = try CharacterCard(parsing: text.utf8)
            let fromText = try JSONDecoder().decode(CharacterCard.self, from: Data(text.utf8))
            #expect(fromText.name == card.name)
            let data = try JSONEncoder().encode(card)
            let back = try JSONDecoder().decode(CharacterCard.self, from: data)
            #expect(back.book?.entries.count == card.book?.entries.count)
            #expect(back.firstMessage == card.firstMessage)
            #expect(back.json(as: .v3)["data"]?.object?.count == card.json(as: .v3)["data"]?.object?.count)
        }
    }

    @Test("The display name is the nickname, unless that is empty")
    func displayName() {
        #expect(CharacterCard(name: "A").displayName == "A")
        #expect(CharacterCard(name: "A", nickname: "").displayName == "A")
        #expect(CharacterCard(name: "A", nickname: "B").displayName == "B")
    }
}

extension SeededGenerator {
    mutating func card() -> CharacterCard {
        CharacterCard(
            name: text(upTo: 4), nickname: maybe { $0.text(upTo: 3) }, description: text(upTo: 20),
            personality: text(upTo: 5), scenario: text(upTo: 5), firstMessage: text(upTo: 5),
            alternateGreetings: texts(), groupOnlyGreetings: texts(), exampleDialogue: text(upTo: 9),
            creatorNotes: text(upTo: 5), creatorNotesMultilingual: maybe { ["en": $0.text(upTo: 3)] },
            systemPrompt: text(upTo: 5), postHistoryInstructions: text(upTo: 5), tags: texts(),
            creator: text(upTo: 3), characterVersion: text(upTo: 3), book: maybe { $0.lorebook() },
            assets: maybe { random in
                (0..<Int.random(in: 0...3, using: &random)).map { _ in
                    CharacterCard.Asset(
                        type: random.text(upTo: 2), uri: random.text(upTo: 9), name: random.text(upTo: 2), ext: "png",
                        unknownFields: random.members())
                }
            },
            source: maybe { $0.texts() },
            creationDate: maybe { Date(timeIntervalSince1970: Double(Int.random(in: 1...9_999_999_999, using: &$0))) },
            modificationDate: maybe { Date(timeIntervalSince1970: Double(Int.random(in: -9...(-1), using: &$0))) },
            extensions: members(), unknownFields: members(), unknownTopLevelFields: members())
    }

    mutating func lorebook() -> Lorebook {
        Lorebook(
            name: maybe { $0.text(upTo: 3) }, description: maybe { $0.text(upTo: 3) },
            scanDepth: maybe { Int.random(in: 0...9, using: &$0) },
            tokenBudget: maybe { Int.random(in: .min ... .max, using: &$0) },
            recursiveScanning: maybe { $0.chance(1, in: 2) }, extensions: members(),
            entries: (0..<Int.random(in: 0...5, using: &self)).map { _ in entry() }, unknownFields: members())
    }

    private mutating func entry() -> LorebookEntry {
        LorebookEntry(
            keys: texts(), content: text(upTo: 9), extensions: members(), enabled: chance(1, in: 2),
            insertionOrder: Int.random(in: -200...200, using: &self), caseSensitive: maybe { $0.chance(1, in: 2) },
            useRegex: chance(1, in: 2), constant: maybe { $0.chance(1, in: 2) }, name: maybe { $0.text(upTo: 3) },
            priority: maybe { Int.random(in: -9...9, using: &$0) },
            id: maybe { $0.chance(1, in: 2) ? .text($0.text(upTo: 2)) : .number(JSONNumber(7)) },
            comment: maybe { $0.text(upTo: 3) }, selective: maybe { $0.chance(1, in: 2) },
            secondaryKeys: maybe { $0.texts() },
            position: maybe { $0.chance(1, in: 2) ? .beforeCharacter : .afterCharacter }, unknownFields: members())
    }

    private mutating func texts() -> [String] {
        (0..<Int.random(in: 0...4, using: &self)).map { _ in text(upTo: 4) }
    }

    /// Members with names that no specification has.
    private mutating func members() -> JSONObject {
        var object = JSONObject()
        for _ in 0..<Int.random(in: 0...3, using: &self) { object["x " + text(upTo: 3)] = jsonValue(depth: 3) }
        return object
    }

    private mutating func maybe<Value>(_ make: (inout Self) -> Value) -> Value? {
        chance(1, in: 2) ? make(&self) : nil
    }
}
