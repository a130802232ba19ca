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
}
