import CompanionCore
import Testing

/// Cards that are no valid JSON, or that say it otherwise than they meant.
@Suite("JSON as people's programs write it")
struct LenientJSONTests {
    private let json = #"{"spec":"chara_card_v2","spec_version":"2.0","data":{"name":"Zoë","description":"à la mer"}}"#

    private func read(_ bytes: [UInt8]) throws -> CharacterCard.Import { try CharacterCard.Import(parsing: bytes) }

    @Test("Valid JSON is read without a warning, with a byte order mark too", arguments: ["", "\u{FEFF}"])
    func valid(prefix: String) throws {
        let imported = try read(Array((prefix + json).utf8))
        #expect(imported.card.name == "Zoë")
        #expect(imported.warnings.isEmpty)
    }

    @Test("UTF-16, Latin-1 and UTF-8 encoded twice are read as they were meant, with a warning")
    func encodings() throws {
        let units = Array("\u{FEFF}\(json)".utf16)
        let little = units.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
        let big = units.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] }
        let latin1 = json.unicodeScalars.map { UInt8($0.value) }
        let twice = Array(json.utf8).flatMap { Array(String(Unicode.Scalar($0)).utf8) }
        for (bytes, warning) in [
            (little, "UTF-16"), (big, "UTF-16"), (latin1, "Latin-1"), (twice, "twice"),
            ([0xEF, 0xBB, 0xBF] + twice, "twice"),
        ] {
            let imported = try read(bytes)
            #expect(imported.card.name == "Zoë" && imported.card.description == "à la mer", "\(warning)")
            #expect(imported.warnings.count == 1 && imported.warnings[0].message.contains(warning))
        }
    }

    @Test("Letters that only look as if they were encoded twice stay")
    func innocent() throws {
        for text in ["Ã and Â", "é", "Ã© — dash", "Ã©\u{4E00}"] {
            #expect(try read(Array(#"{"name":"A","description":"\#(text)"}"#.utf8)).card.description == text)
        }
    }

    @Test(
        "What no strict parser takes is put right where it is plain what was meant",
        arguments: [
            (#"{"name":"A","description":"b","x":NaN,"y":-Infinity}"#, "NaN"),
            (#"{"name":"A","description":"b","tags":["t",],}"#, "commas"),
            ("{\"name\":\"A\",\"description\":\"b\",\"x\":\"NaN,]\n\t\"}", "control"),
            ("{\"name\":\"A\",\"description\":\"b\"}\u{0}\u{0}", "zeros"),
        ])
    func repairs(json: String, warning: String) throws {
        let imported = try read(Array(json.utf8))
        #expect(imported.card.name == "A" && imported.card.description == "b")
        #expect(imported.warnings.contains { $0.message.contains(warning) })
        if warning == "control" { #expect(imported.card.unknownTopLevelFields["x"] == "NaN,]\n\t") }
    }

    @Test("What is no JSON in any way is refused for the reason of the text as it came")
    func refuses() throws {
        for text in ["{", #"{"name":"A","description":"b" "x"}"#, #"{"name":NaNa}"#, "\u{FFFD}{", "", "\u{0}"] {
            let error = try #require(throws: CompanionError.self, "\(text)") { try read(Array(text.utf8)) }
            #expect(error.code == .invalidInput)
        }
        let limits = JSONLimits(bytes: 10)
        let error = try #require(throws: CompanionError.self) {
            try CharacterCard.Import(parsing: Array(json.utf8), limits: limits)
        }
        #expect(error.code == .limitExceeded)
    }

    @Test("Names from before V1 are read as V1's")
    func oldNames() throws {
        let imported = try read(
            Array(
                #"""
                {"char_name":"A","char_persona":"b","world_scenario":"c","char_greeting":"d","example_dialogue":"e"}
                """#.utf8))
        #expect(
            imported.card
                == CharacterCard(name: "A", description: "b", scenario: "c", firstMessage: "d", exampleDialogue: "e"))
        #expect(imported.warnings.count == 5)
    }

    @Test("Of a key that is there twice, the last counts")
    func duplicates() throws {
        #expect(try read(Array(#"{"name":"A","description":"b","name":"C"}"#.utf8)).card.name == "C")
    }

    @Test("A required member of a wrong kind is left aside, and written again as it was")
    func wrongKinds() throws {
        let json = #"""
            {"spec":"chara_card_v3","spec_version":"3.0","data":{"name":"A","extensions":"text","tags":[{"t":1}],
            "creator_notes":{"en":"n"},"alternate_greetings":null,"character_book":{"extensions":7,"entries":[]}}}
            """#
        var card = try read(Array(json.utf8)).card
        let data = try #require(card.json(as: .v3)["data"])
        #expect(data["extensions"] == "text" && data["tags"] == [["t": 1]] && data["creator_notes"] == ["en": "n"])
        #expect(data["alternate_greetings"] == [])
        #expect(data["character_book"]?["extensions"] == 7)
        card.tags = ["u"]
        #expect(card.json(as: .v3)["data"]?["tags"] == ["u"])
    }

    @Test("A lorebook is put right as a card is")
    func lorebook() throws {
        let book = try Lorebook.Import(
            parsing: Array(#"{"entries":{"0":{"keys":["k"],"content":"c","x":NaN},},}"#.utf8))
        #expect(book.book.entries.map(\.content) == ["c"])
        #expect(book.warnings.contains { $0.message.contains("NaN") })
    }
}
