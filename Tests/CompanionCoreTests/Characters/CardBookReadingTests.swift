import TestRandomness
import Testing

@testable import CompanionCore

/// A card's book is read from the text, not from values; nobody may notice.
@Suite("Reading a card's book from its text")
struct CardBookReadingTests {
    /// A reading, or the error's message.
    private enum Outcome: Equatable {
        case read(CharacterCard.Import, json: String)
        case refused(String)

        init(_ read: () throws -> CharacterCard.Import) {
            do {
                let imported = try read()
                self = .read(imported, json: imported.card.json(as: .v3).serialized())
            } catch {
                self = .refused("\(error)")
            }
        }

        var isRead: Bool { if case .read = self { true } else { false } }
    }

    private func fromText(_ bytes: [UInt8], _ limits: JSONLimits = .init()) -> Outcome {
        Outcome { try CharacterCard.Import(parsing: bytes, limits: limits) }
    }

    /// The same by way of values.
    private func fromValues(_ bytes: [UInt8], _ limits: JSONLimits = .init()) -> Outcome {
        Outcome {
            let json = try LenientJSON(parsing: bytes, limits: limits)
            var imported = try CharacterCard.Import(json: json.value)
            imported.warnings = json.remarks.map { .init(path: "", message: $0) } + imported.warnings
            return imported
        }
    }

    private func isReadFromText(_ text: String) throws -> Bool {
        try LenientJSON(parsing: text.utf8, limits: .init(), isCard: true).bookEntries != nil
    }

    @Test("Books as the specifications have them are read from the text")
    func readsFromText() throws {
        for sample in [CharacterCardSamples.v2, CharacterCardSamples.v3] {
            #expect(try isReadFromText(sample))
            #expect(fromText(Array(sample.utf8)) == fromValues(Array(sample.utf8)))
        }
        #expect(try !isReadFromText(CharacterCardSamples.v1))
    }

    @Test(
        "What is seldom in a book is read as it would be from values",
        arguments: [
            #"[{"keys":["a"],"keys":["b"],"content":"c"}]"#, #"[{"k\u0065ys":["a"],"content":"c"}]"#,
            #"[{"keys":"a, b","content":5}]"#, #"[{"keys":["a",5],"content":"c"}]"#,
            #"[{"content":null,"keys":["a"]}]"#,
            #"[{"content":null,"content":"x"}]"#, #"[{"insertion_order":"7"},{"insertion_order":1.50e2}]"#,
            #"[{"insertion_order":99999999999999999999}]"#, #"[{"enabled":0}]"#, #"[{"id":[]}]"#, #"[{"id":1e400}]"#,
            #"[{"extensions":[]}]"#, #"[{"position":3}]"#, #"[{"":1,"x":2,"x":3}]"#, #"[{"unknown_key_of_16":1}]"#,
            #"[5]"#, #"[{}]"#, "[]", "{}", #"{"0":{"keys":["a"]}}"#, "null", "7", #"[{"keys":["a"]},]"#,
            #"[{"keys":["a"],}]"#,
            #"[{"keys":[NaN]}]"#, "[{\"content\":\"a\nb\"}]", "[{\"content\":\"\u{E9}\u{1F30A}\\ud800\"}]",
            #"[{"keys":["a"]}"#, #"[{"keys" 1}]"#, #"[{"keys":["a"]}]],"entries":[{"keys":["b"]}"#,
            #"[{"keys":["a"]}],"entries":[{"keys":["b"]}]"#,
            #"[{"name":"n","comment":"c","constant":true,"selective":false}]"#,
        ])
    func seldom(entries: String) {
        for spec in ["chara_card_v2", "chara_card_v3"] {
            let text =
                #"{"spec":"\#(spec)","data":{"name":"W","character_book":{"x":1,"entries":\#(entries),"name":"n"}}}"#
            #expect(fromText(Array(text.utf8)) == fromValues(Array(text.utf8)), "\(text)")
        }
    }

    @Test("A book that stands elsewhere, or twice, is nobody's but its own")
    func elsewhere() throws {
        let book = #"{"entries":[{"keys":["a"],"content":"c"}]}"#
        let other = #"{"entries":[{"keys":["b"],"content":"d"}]}"#
        for text in [
            #"{"name":"W","description":"d","first_mes":"f","data":{"character_book":\#(book)}}"#,
            #"{"name":"W","description":"d","first_mes":"f","character_book":\#(book)}"#,
            #"{"spec":"chara_card_v2","data":{"name":"W","character_book":\#(book),"extensions":{"character_book":\#(other)}}}"#,
            #"{"spec":"chara_card_v2","data":{"name":"W","extensions":{"data":{"character_book":\#(other)}}}}"#,
            #"{"spec":"chara_card_v2","data":{"name":"W","character_book":\#(book)},"data":{"name":"X"}}"#,
            #"{"spec":"chara_card_v2","data":{"name":"W","character_book":\#(book)},"data":{"name":"X","character_book":\#(other)}}"#,
            #"{"spec":"chara_card_v2","data":{"name":"W","character_book":\#(book),"character_book":\#(other)}}"#,
            #"{"spec":"chara_card_v2","data":{"name":"W","character_book":\#(book),"character_book":{"entries":[]}}}"#,
            #"{"data":{"character_book":\#(book)}}"#, #"[{"data":{"character_book":\#(book)}}]"#,
            #"{"spec":"lorebook_v3","data":\#(book)}"#,
        ] {
            #expect(fromText(Array(text.utf8)) == fromValues(Array(text.utf8)), "\(text)")
        }
    }

    @Test("The same bounds hold, with the same errors")
    func bounds() {
        let long = String(repeating: "x", count: CharacterCard.Limits.textBytes + 1)
        let entries = [
            String(repeating: #"{"keys":[]},"#, count: CharacterCard.Limits.entries) + "{}", #"{"content":"\#(long)"}"#,
            #"{"keys":[\#(String(repeating: #""a","#, count: CharacterCard.Limits.listElements))"b"]}"#,
        ]
        for entries in entries {
            let text = Array(
                #"{"spec":"chara_card_v3","data":{"name":"W","character_book":{"entries":[\#(entries)]}}}"#.utf8)
            let outcome = fromText(text)
            #expect(outcome == fromValues(text) && !outcome.isRead)
        }
        let text = Array(CharacterCardSamples.v3.utf8)
        for count in 0..<140 {
            let limits = [
                JSONLimits(values: count), JSONLimits(depth: count), JSONLimits(bytes: text.count - 20 + count),
                JSONLimits(numberLength: count),
            ]
            for limits in limits { #expect(fromText(text, limits) == fromValues(text, limits), "\(limits)") }
        }
    }

    @Test("Whatever a card's text is changed to, it is read as it would be from values")
    func mutated() throws {
        var random = SeededGenerator.announced()
        let samples = [CharacterCardSamples.v2, CharacterCardSamples.v3].map { Array($0.utf8) }
        let words = [
            "null", "true", "\"x\"", "[]", "{}", "1.5", "\"keys\":", "\"entries\":[", "\"character_book\":{",
            "\"data\":{", ",", "}", "]",
            "\\u0061", "\"id\":7,", "\"content\":\"y\",", "é", "{\"keys\":[\"k\"]},",
        ].map { Array($0.utf8) }
        var (read, direct) = (0, 0)
        for round in 0..<4_000 {
            var bytes = samples[round % 2]
            // The book's part more often.
            let book = bytes.count / 2
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: (Bool.random(using: &random) ? book : 0)..<bytes.count, using: &random)
                let end = min(bytes.count, place + Int.random(in: 0...12, using: &random))
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.removeSubrange(place..<end)
                case 2: bytes.insert(contentsOf: bytes[place..<end], at: place)
                default: bytes.insert(contentsOf: words.randomElement(using: &random) ?? [], at: place)
                }
            }
            let outcome = fromText(bytes)
            try #require(
                outcome == fromValues(bytes),
                "seed \(random.seed), round \(round): \(String(decoding: bytes, as: UTF8.self))")
            if outcome.isRead { read += 1 }
            if let json = try? LenientJSON(parsing: bytes, limits: .init(), isCard: true), json.bookEntries != nil {
                direct += 1
            }
        }
        #expect(read > 200 && direct > 100, "seed \(random.seed)")
    }
}
