import Testing

@testable import CompanionCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite("Character card import")
struct CharacterCardImportTests {
    private func imported(_ text: String) throws -> CharacterCard.Import {
        try CharacterCard.Import(parsing: text.utf8)
    }

    @Test("A V1 card gives its six fields and keeps the others")
    func readsV1() throws {
        let (card, version, warnings) = try parts(CharacterCardSamples.v1)
        #expect(version == .v1)
        #expect(warnings.isEmpty)
        #expect(card.name == "Wren")
        #expect(card.description == "{{char}} keeps a lighthouse.")
        #expect(card.personality == "patient")
        #expect(card.scenario == "A storm is coming.")
        #expect(card.firstMessage == "Mind the step, {{user}}.")
        #expect(card.exampleDialogue == "<START>\n{{user}}: hi\n{{char}}: hello")
        #expect(card.unknownTopLevelFields.keys == ["avatar", "talkativeness", "metadata"])
        #expect(card.unknownFields.isEmpty)
    }

    @Test("A V2 card gives all its fields")
    func readsV2() throws {
        let (card, version, warnings) = try parts(CharacterCardSamples.v2)
        #expect(version == .v2)
        #expect(warnings.isEmpty)
        #expect(card.systemPrompt == "{{original}} Be brief.")
        #expect(card.postHistoryInstructions == "Stay calm.")
        #expect(card.creatorNotes == "old")
        #expect(card.alternateGreetings == ["Hello again.", ""])
        #expect(card.tags == ["sea", "calm"])
        #expect(card.creator == "someone")
        #expect(card.characterVersion == "1.2")
        #expect(card.extensions["fav"] == false)
        #expect(card.unknownFields.keys == ["x_data"])
        let book = try #require(card.book)
        #expect(book.name == "Rocks")
        #expect(book.description == "")
        #expect(book.scanDepth == 50)
        #expect(book.tokenBudget == 500)
        #expect(book.recursiveScanning == false)
        let entry = try #require(book.entries.first)
        #expect(entry.id == .number(JSONNumber(1)))
        #expect(entry.keys == ["reef"])
        #expect(entry.secondaryKeys == [])
        #expect(entry.comment == "the reef")
        #expect(entry.constant == false)
        #expect(entry.selective == true)
        #expect(entry.insertionOrder == 10)
        #expect(entry.priority == 10)
        #expect(entry.position == .beforeCharacter)
        #expect(entry.caseSensitive == nil)
        #expect(entry.name == "Reef")
        #expect(!entry.useRegex)
        #expect(entry.unknownFields["x_entry"] == "kept")
    }

    @Test("A V3 card gives all its fields")
    func readsV3() throws {
        let (card, version, warnings) = try parts(CharacterCardSamples.v3)
        #expect(version == .v3)
        #expect(warnings.isEmpty)
        #expect(card.nickname == "Wren")
        #expect(card.displayName == "Wren")
        #expect(card.creatorNotesMultilingual == ["en": "for people", "de": "für Menschen"])
        #expect(card.groupOnlyGreetings == ["Oh, company."])
        #expect(card.source == ["https://example.com/wren", "id:7"])
        #expect(card.creationDate == Date(timeIntervalSince1970: 1_717_200_000))
        #expect(card.modificationDate == Date(timeIntervalSince1970: 1_717_286_400))
        #expect(card.assets?.first == .defaultIcon)
        #expect(card.assets?.last?.uri == "embeded://assets/x_map/images/bay.webp")
        let entries = try #require(card.book?.entries)
        #expect(entries[0].useRegex)
        #expect(entries[0].id == .text("e-1"))
        #expect(entries[0].secondaryKeys == ["storm", "a,b"])
        #expect(entries[0].text == "The reef is near.")
        #expect(entries[1].position == LorebookEntry.Position(rawValue: "elsewhere"))
        #expect(!entries[1].enabled)
    }

    static let lenient: [(json: String, wanted: CharacterCard, warnings: Int)] = [
        (#"{"name":"A","description":null,"first_mes":7}"#, CharacterCard(name: "A", firstMessage: "7"), 1),
        (
            #"{"char_name":"A","char_persona":"B","char_greeting":"C","world_scenario":"D","example_dialogue":"E"}"#,
            CharacterCard(name: "A", description: "B", scenario: "D", firstMessage: "C", exampleDialogue: "E"), 5
        ),
        (
            #"{"spec":"chara_card_v2","spec_version":"2.0","data":{"name":"A","tags":"x, y,,z"}}"#,
            CharacterCard(name: "A", tags: ["x", "y", "z"]), 1
        ),
        (
            #"{"spec":"chara_card_v2","data":{"name":"A","alternate_greetings":"Hi, you","creator":true}}"#,
            CharacterCard(name: "A", alternateGreetings: ["Hi, you"], creator: "true"), 2
        ),
        (
            #"{"spec":"chara_card_v2","data":{"name":"A","alternate_greetings":["x",null,3],"description":["p","q"]}}"#,
            CharacterCard(name: "A", description: "p\nq", alternateGreetings: ["x", "3"]), 2
        ),
        (#"{"spec":"chara_card_v2","name":"A","tags":["t"]}"#, CharacterCard(name: "A", tags: ["t"]), 1),
        (
            #"{"name":"A","description":"B","system_prompt":"C"}"#,
            CharacterCard(name: "A", description: "B", systemPrompt: "C"), 2
        ),
        (#"{"data":{"name":"A","description":"B"}}"#, CharacterCard(name: "A", description: "B"), 1),
        (#"{"spec":"chara_card_v9","data":{"name":"A","nickname":"B"}}"#, CharacterCard(name: "A", nickname: "B"), 1),
        (#"{"spec":"chara_card_v2","data":{}}"#, CharacterCard(name: ""), 1),
        (
            #"{"spec":"chara_card_v3","data":{"name":"A","character_book":{"entries":{"0":{"keys":"k, l","content":"c"}}}}}"#,
            CharacterCard(name: "A", book: Lorebook(entries: [LorebookEntry(keys: ["k", "l"], content: "c")])), 2
        ),
        (
            #"{"spec":"chara_card_v3","data":{"name":"A","character_book":{"entries":[{"enabled":0,"constant":"true","insertion_order":"7","priority":1.6},5]}}}"#,
            CharacterCard(
                name: "A",
                book: Lorebook(entries: [
                    LorebookEntry(
                        keys: [], content: "", enabled: false, insertionOrder: 7, constant: true, priority: 2)
                ])), 5
        ),
        (
            #"{"spec":"chara_card_v3","data":{"name":"A","creation_date":1717200000123,"modification_date":"17"}}"#,
            CharacterCard(
                name: "A", creationDate: Date(timeIntervalSince1970: 1_717_200_000),
                modificationDate: Date(timeIntervalSince1970: 17)), 1
        ),
    ]

    @Test("What is written a little wrong is read as it was meant, with warnings", arguments: lenient.indices)
    func readsLeniently(index: Int) throws {
        let (json, wanted, warnings) = Self.lenient[index]
        var read = try imported(json)
        read.card.unknownFields = [:]
        #expect(read.card == wanted)
        #expect(read.warnings.count == warnings, "\(read.warnings)")
    }

    @Test("What can't be read stays among the unknown fields, and is exported again until the property is set")
    func unreadableIsKept() throws {
        let json =
            #"{"spec":"chara_card_v3","data":{"name":"A","nickname":{"en":"B"},"creation_date":0,"source":null}}"#
        var read = try imported(json)
        #expect(read.card.nickname == nil)
        #expect(read.card.creationDate == nil)
        #expect(read.warnings.map(\.path) == ["data.nickname"])
        let data = try #require(read.card.json(as: .v3)["data"]?.object)
        #expect(data["nickname"] == ["en": "B"])
        #expect(data["creation_date"] == 0)
        #expect(data["source"] == .null)
        read.card.nickname = "C"
        #expect(read.card.json(as: .v3)["data"]?["nickname"] == "C")
    }

    @Test("A field that is missing in the data is taken from beside it")
    func fallsBackToTopLevel() throws {
        let json = #"{"spec":"chara_card_v2","name":"A","first_mes":"Hi","data":{"name":"B","first_mes":null}}"#
        let card = try imported(json).card
        #expect(card.name == "B")
        #expect(card.firstMessage == "Hi")
    }

    @Test("A newer V3 is read with a warning", arguments: [("3.1", 1), ("3.0", 0), ("3", 0), ("10", 1), ("x", 0)])
    func newerVersion(version: String, warnings: Int) throws {
        let read = try imported(#"{"spec":"chara_card_v3","spec_version":"\#(version)","data":{"name":"A"}}"#)
        #expect(read.version == .v3)
        #expect(read.warnings.count == warnings)
    }

    static let refused = [
        "null", "[]", "7", #""text""#, "{}", #"{"name":"A"}"#, #"{"description":"A","scenario":"B"}"#,
        #"{"spec":"chara_card_v2","data":[]}"#, #"{"spec":"lorebook_v3","data":{"name":"A","entries":[]}}"#,
        #"{"data":{"name":"A"}}"#, #"{"entries":{}}"#,
    ]

    @Test("What is no card is refused", arguments: refused)
    func refuses(json: String) throws {
        let error = try #require(throws: CompanionError.self) { try imported(json) }
        #expect(error.code == .invalidInput)
    }

    @Test("Texts, lists and entries are bounded, and the error names the place")
    func limits() throws {
        func error(_ data: JSONObject) throws -> CompanionError {
            try #require(throws: CompanionError.self) {
                try CharacterCard(json: ["spec": "chara_card_v3", "data": .object(data)])
            }
        }
        let long = JSONValue.string(String(repeating: "x", count: CharacterCard.Limits.textBytes + 1))
        let many = JSONValue.array(Array(repeating: "x", count: CharacterCard.Limits.listElements + 1))
        let entries = JSONValue.array(Array(repeating: [:], count: CharacterCard.Limits.entries + 1))
        for (data, place) in [
            (["description": long], "data.description"), (["tags": [long]], "data.tags"), (["tags": many], "data.tags"),
            (["alternate_greetings": many], "data.alternate_greetings"), (["assets": many], "data.assets"),
            (["character_book": ["entries": entries]], "data.character_book.entries"),
            (["character_book": ["entries": [["keys": many]]]], "data.character_book.entries[0].keys"),
        ] as [(JSONObject, String)] {
            let error = try error(data)
            #expect(error.code == .limitExceeded)
            #expect(error.message.contains("'\(place)'"))
        }
        let inside = JSONValue.string(String(repeating: "x", count: CharacterCard.Limits.textBytes))
        _ = try CharacterCard(json: ["spec": "chara_card_v3", "data": ["description": inside]])
        _ = try CharacterCard(
            json: ["spec": "chara_card_v3", "data": ["assets": [["type": "icon", "uri": long, "name": "main"]]]])
    }

    @Test("Warnings name the place, in a card without its wrapper too")
    func places() throws {
        let book = #"{"entries":[{"keys":7}]}"#
        let flat = try imported(#"{"spec":"chara_card_v3","name":"A","character_book":\#(book)}"#)
        #expect(flat.warnings.map(\.path) == ["data", "character_book.entries[0].keys"])
        let wrapped = try imported(#"{"spec":"chara_card_v3","data":{"name":"A","character_book":\#(book)}}"#)
        #expect(wrapped.warnings.map(\.path) == ["data.character_book.entries[0].keys"])
        #expect(wrapped.warnings.first?.description == "data.character_book.entries[0].keys is no list; taken as one")
    }

    @Test("Warnings are bounded, and hold no content")
    func warningsAreBounded() throws {
        let entries = JSONValue.array(Array(repeating: ["keys": ["SECRET": "SECRET"]], count: 5_000))
        let read = try CharacterCard.Import(
            json: ["spec": "chara_card_v3", "data": ["name": "A", "character_book": ["entries": entries]]])
        #expect(read.warnings.count == CharacterCard.Limits.warnings + 1)
        #expect(read.warnings.last?.message == "there are 4900 more warnings")
        #expect(!read.warnings.contains { $0.description.contains("SECRET") })
    }

    private func parts(
        _ text: String
    ) throws -> (card: CharacterCard, version: CharacterCard.Version, warnings: [CharacterCard.Warning]) {
        let read = try imported(text)
        return (read.card, read.version, read.warnings)
    }
}
