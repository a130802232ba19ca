import TestRandomness
import Testing

@testable import CompanionCore

@Suite("Lorebook")
struct LorebookTests {
    @Test("A stand-alone book is read and written, unknown members included")
    func standalone() throws {
        var random = SeededGenerator.announced()
        for _ in 0..<50 {
            let book = random.lorebook()
            let json = book.standaloneJSON
            #expect(json["spec"] == "lorebook_v3")
            let read = try Lorebook.Import(parsing: Array(json.serialized().utf8))
            #expect(read.book == book, "seed \(random.seed)")
            #expect(read.warnings.isEmpty)
        }
    }

    @Test("A book without its wrapper is read too; anything else is refused")
    func bare() throws {
        #expect(try Lorebook.Import(json: ["entries": [["keys": ["a"]]]]).book.entries.count == 1)
        for json in [["name": "A"], [], nil, ["spec": "lorebook_v3"], ["spec": "lorebook_v3", "data": []]]
            as [JSONValue]
        {
            let error = try #require(throws: CompanionError.self) { try Lorebook.Import(json: json) }
            #expect(error.code == .invalidInput)
        }
    }

    @Test(
        "An entry's text is its content without the decorators at its start",
        arguments: [
            ("plain\n@@depth 4", "plain\n@@depth 4"), ("", ""), ("@@depth 4\ntext", "text"),
            ("@@depth 4\r\n@@@x y\r\n\r\ntext\r\n", "text\r\n"), ("\n\n@@activate\n\n@@role user\n\n  text", "  text"),
            ("@@activate", ""), ("\n\ntext", "\n\ntext"), ("@ text", "@ text"),
        ])
    func text(content: String, wanted: String) {
        #expect(LorebookEntry(keys: [], content: content).text == wanted)
    }

    @Test("Books as other programs keep them are read, and what the specification has no place for is kept")
    func foreign() throws {
        let sillyTavern = try Lorebook.Import(
            parsing: #"""
                {"entries":{"0":{"uid":0,"key":["moon","/tid(e|al)/i"],"keysecondary":["sea"],"comment":"The moon",
                "content":"Luna's home.","constant":false,"selective":true,"selectiveLogic":2,"order":42,"position":4,
                "disable":true,"probability":50,"useProbability":true,"depth":3,"role":1,"caseSensitive":null,
                "sticky":2}},"name":"World"}
                """#.utf8)
        let entry = try #require(sillyTavern.book.entries.first)
        #expect(sillyTavern.warnings.first?.message.contains("SillyTavern") == true && sillyTavern.book.name == "World")
        #expect(
            entry.keys == ["moon", "/tid(e|al)/i"] && entry.secondaryKeys == ["sea"] && entry.comment == "The moon")
        #expect(
            !entry.enabled && entry.insertionOrder == 42 && entry.selective == true
                && entry.id == .number(JSONNumber(0)))
        let extras = LorebookExtras(entry.extensions)
        #expect(extras.position == 4 && extras.depth == 3 && extras.role == .user && extras.probability == 50)
        #expect(extras.sticky == 2 && extras.selectiveLogic == .notAny && extras.isSillyTavern)

        let agnai = try Lorebook.Import(
            parsing:
                #"{"kind":"memory","entries":[{"name":"N","entry":"E","keywords":["k"],"priority":3,"weight":7,"enabled":false}]}"#
                .utf8
        ).book.entries
        #expect(
            agnai == [
                LorebookEntry(keys: ["k"], content: "E", enabled: false, insertionOrder: 7, name: "N", priority: 3)
            ])
        let novel = try Lorebook.Import(
            parsing:
                #"{"lorebookVersion":5,"entries":[{"text":"T","displayName":"D","keys":["k"],"enabled":true,"searchRange":9}]}"#
                .utf8
        ).book.entries
        #expect(novel == [LorebookEntry(keys: ["k"], content: "T", extensions: ["searchRange": 9], name: "D")])
        let risu = try Lorebook.Import(
            parsing:
                #"{"type":"risu","ver":1,"data":[{"key":"a, b","comment":"c","content":"C","mode":"normal","insertorder":5,"alwaysActive":true,"secondkey":"","selective":false}]}"#
                .utf8
        ).book.entries
        #expect(
            risu.map(\.keys) == [["a", "b"]] && risu.map(\.constant) == [true] && risu.map(\.insertionOrder) == [5])
    }

    @Test("A mutated book is read or refused, and whatever is read can be searched")
    func fuzz() throws {
        var random = SeededGenerator.announced()
        let whole = Array(
            #"""
            {"spec":"lorebook_v3","data":{"name":"n","scan_depth":3,"token_budget":50,"recursive_scanning":true,"extensions":{},
            "entries":[{"keys":["moon","/t(i|a)d+e/i"],"content":"@@depth 4\n@@@role user\nThe moon.","extensions":{"sticky":2,
            "probability":50,"group":"g","selectiveLogic":3,"delay_until_recursion":1},"enabled":true,"insertion_order":1,
            "use_regex":true,"selective":true,"secondary_keys":["sea"],"constant":false,"priority":3,"id":1},
            {"uid":1,"key":["a"],"keysecondary":[],"content":"b","order":3}]}}
            """#.utf8)
        for round in 0..<1_500 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: bytes.indices, using: &random)
                let end = min(bytes.count, place + Int.random(in: 1...20, using: &random))
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = Array("0129-+{}[]\"\\,:tn@*(|".utf8).randomElement(using: &random) ?? 0
                case 1: bytes.removeSubrange(place..<end)
                case 2: bytes.insert(contentsOf: bytes[place..<end], at: place)
                default: bytes[place] = UInt8.random(in: 0...255, using: &random)
                }
                if bytes.isEmpty { bytes = [0] }
            }
            do {
                let book = try Lorebook.Import(parsing: bytes).book
                let activator = LorebookActivator([book], macros: Macros(character: "L", user: "A"), budget: 100)
                let activation = activator.activate(
                    in: LorebookScene(
                        texts: ["the moon, the tide, the sea, a"], messageCount: 3, characterMessageCount: 1),
                    random: SeededRandomSource(seed: 1), budget: 100)
                #expect(activation.pieces.reduce(0) { $0 + $1.tokens } <= 100, "seed \(random.seed), round \(round)")
            } catch let error as CompanionError {
                #expect(
                    [.invalidInput, .limitExceeded].contains(error.code),
                    "seed \(random.seed), round \(round): \(error)")
            }
        }
    }
}
