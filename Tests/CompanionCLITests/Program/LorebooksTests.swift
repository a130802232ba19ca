import CompanionCore
import Foundation
import Testing

/// The built program's `lorebooks`.
struct LorebooksTests {
    private let program: BuiltProgram
    private let folder: TemporaryFile

    init() throws {
        program = try BuiltProgram()
        folder = try TemporaryFile()
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    }

    private func write(_ text: String, to name: String) throws -> String {
        let path = "\(folder.path)/\(name)"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    private let world = """
        {"entries": {"0": {"uid": 0, "key": ["harbour"], "keysecondary": [], "comment": "Harbour",
          "content": "The harbour is old.", "order": 1, "position": 0, "disable": false},
         "1": {"uid": 1, "key": ["mill"], "keysecondary": [], "comment": "Mill", "content": "It turns.", "order": 2,
          "position": 0, "disable": false}}}
        """

    @Test("A book is imported, shown, exported in both forms and deleted; what is none is refused")
    func files() throws {
        let path = try write(world, to: "Old Town.json")
        let first = try program.run("lorebooks", "import", path)
        #expect(first.status == 0 && first.output.contains("Old Town") && first.output.contains("2 entries"))
        let bad = try program.run("lorebooks", "import", "--json", try write("{}", to: "bad.json"))
        #expect(bad.status == 1)
        #expect(try bad.events.map { $0["type"] } == ["refused"])
        #expect(try program.run("lorebooks", "show", "old town").output.contains("The harbour is old."))
        for form in ["v3", "sillytavern"] {
            let text = try program.run("lorebooks", "export", "old town", "--as", form).output
            let copy = try write(text, to: "\(form).json")
            let again = try program.run("lorebooks", "import", "--name", form, copy)
            #expect(again.status == 0 && again.output.contains("2 entries"), "\(form)")
        }
        #expect(try program.run("lorebooks", "--json").events.count == 3)
        #expect(try program.run("lorebooks", "delete", "--yes", "v3").status == 0)
        #expect(try program.run("lorebooks", "show", "v3").status == 1)
    }

    @Test("A test says of each entry whether it is in, and why")
    func testing() throws {
        let path = try write(world, to: "world.json")
        let events = try program.run("lorebooks", "test", "--file", "--json", path, "To the harbour!").events
        #expect(events.map { $0["isIncluded"] } == [true, false])
        #expect(events.map { $0["reason"] } == ["found 'harbour'", "none of its keys was found"])
    }

    @Test("A book applies to a chat that it is attached to, or to all")
    func attaching() throws {
        _ = try program.run("lorebooks", "import", "--name", "World", try write(world, to: "world.json"))
        _ = try program.run("--character", "Luna", "--message", "Hi")
        let chat = try #require(try program.run("chats", "--json").events.first?["id"]?.string)
        func applying() throws -> Int { try program.run("lorebooks", "list", "--json", "--chat", chat).events.count }
        #expect(try applying() == 0)
        #expect(try program.run("lorebooks", "attach", "World", chat).status == 0)
        #expect(try applying() == 1)
        #expect(try program.run("lorebooks", "detach", "World", chat).status == 0)
        #expect(try applying() == 0)
        #expect(try program.run("lorebooks", "attach", "World", "--everywhere").status == 0)
        #expect(try applying() == 1)
        #expect(try program.run("lorebooks", "attach", "World").status == 64)
    }
}
