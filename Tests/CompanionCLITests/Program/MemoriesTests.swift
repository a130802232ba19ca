import CompanionCore
import Foundation
import Testing

/// The built program's `memories`, and what a chat tells of them.
struct MemoriesTests {
    private let program: BuiltProgram

    init() throws { program = try BuiltProgram() }

    private func memories(_ arguments: String...) throws -> [JSONValue] {
        let running = try program.start(["memories", "list", "--json"] + arguments, input: "")
        running.process.waitUntilExit()
        return try running.result.events
    }

    private func id(of text: String) throws -> String {
        let found = try memories("--all").first { $0["text"]?.string?.contains(text) == true }
        return String(try #require(found?["id"]?.string, "\(text)").suffix(8))
    }

    @Test("What was said in a chat is remembered when it is left, with its source, and a later reply recalls it")
    func learning() throws {
        let said = "I live in Turin.\nMy sister Mia has a dog.\n"
        #expect(try program.run("--user", "Ada", input: said).status == 0)
        let texts = try memories().compactMap { $0["text"]?.string }
        #expect(texts.contains { $0.contains("Turin") } && texts.contains { $0.contains("Mia") }, "\(texts)")
        let shown = try program.run("memories", "show", try id(of: "Turin"))
        #expect(shown.output.contains("You said") && shown.output.contains("  I live in Turin."), "\(shown.output)")

        let events = try program.run("--json", "--new", input: "Which city do I live in?\n/why\n").events
        let recalled = try #require(events.first { $0["type"] == "recalled" })
        let items = try #require(recalled["items"]?.array)
        #expect(items.contains { $0["text"]?.string?.contains("Turin") == true && $0["memory"] != nil })
        #expect(recalled["count"] == .number(JSONNumber(items.count)))
        #expect(events.last?["type"] == "why")
        #expect(events.last?["items"] == recalled["items"])
        #expect(try program.run("memories", "learn").output.contains("nothing new learnt"))
    }

    @Test("A memory is added, searched, corrected, pinned and forgotten by the end of its id")
    func life() throws {
        _ = try program.run("--user", "Ada", "--message", "Hello.")
        #expect(try program.run("memories", "add", "Ada plays the cello.", "--kind", "preference").status == 0)
        #expect(try program.run("memories", "add", "Ada lives in Rome.").status == 0)
        #expect(try memories("--kind", "preference").map { $0["text"] } == ["Ada plays the cello."])

        let found = try program.run("memories", "search", "cello", "--json").events
        #expect(found.first?["text"] == "Ada plays the cello.")
        #expect((found.first?["score"]?["total"]?.number?.double ?? 0) > 0)
        let table = try program.run("memories", "search", "cello", "--explain").lines
        for column in ["Total", "Words", "Meaning", "Session", "Speaker"] { #expect(table[0].contains(column)) }

        let rome = try id(of: "Rome")
        #expect(try program.run("memories", "edit", rome, "Ada lives in Oslo.").status == 0)
        #expect(try !memories().contains { $0["text"] == "Ada lives in Rome." })
        let shown = try program.run("memories", "show", rome).output
        #expect(shown.contains("What became of it:") && shown.contains("Ada lives in Oslo."))
        let again = try program.run("memories", "edit", rome, "Ada lives in Bergen.")
        #expect(again.status == 1)

        let cello = try id(of: "cello")
        #expect(try program.run("memories", "pin", cello).output.contains("pinned"))
        #expect(try memories().first?["is_pinned"] == true)
        #expect(try !program.run("memories", "unpin", cello).output.contains("pinned"))

        let refused = try program.run("memories", "forget", cello)
        #expect(refused.status == 1 && refused.errors.contains("--yes"))
        #expect(try program.run("memories", "forget", cello, "--yes").status == 0)
        #expect(try !memories("--all").contains { $0["text"] == "Ada plays the cello." })
        let missing = try program.run("memories", "show", cello)
        #expect(missing.status == 1 && missing.errors.contains("companion memories list"))
    }

    @Test("What was known then is found as of a day, and a day that is none is refused")
    func asOf() throws {
        _ = try program.run("--user", "Ada", "--message", "Hello.")
        _ = try program.run("memories", "add", "Ada lives in Rome.")
        #expect(try program.run("memories", "search", "Rome", "--as-of", "2020-01-01", "--json").events.isEmpty)
        #expect(try program.run("memories", "search", "Rome", "--as-of", "2999-12-31", "--json").events.count == 1)
        #expect(try program.run("memories", "search", "Rome", "--as-of", "soon").status == 64)
    }

    @Test("The export is JSON, and the timeline a picture, in files that are for their owner alone")
    func files() throws {
        _ = try program.run("memories", "add", "Ada plays the cello.")
        let exported = try JSONValue(parsing: try program.run("memories", "export").output)
        #expect(exported["memories"]?.array?.first?["text"] == "Ada plays the cello.")
        let path = "\(program.home.path)/timeline.svg"
        #expect(try program.run("memories", "timeline", "--output", path).status == 0)
        let picture = try String(decoding: Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
        #expect(picture.hasPrefix("<svg") && picture.contains("Ada plays the cello."))
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let json = "\(program.home.path)/memories.json"
        #expect(try program.run("memories", "export", "--output", json).status == 0)
        #expect(try JSONValue(parsing: Array(Data(contentsOf: URL(fileURLWithPath: json)))) == exported)
    }

    @Test("In a chat memories are listed, written down, searched, and forgotten by their numbers")
    func inChat() throws {
        let lines = [
            "/remember Ada plays the cello.", "/remember Ada lives in Rome.", "/memories", "/forget 1", "/forget 1",
            "/memories cello", "/memories", "/why", "/forget", "/forget 00000000",
        ]
        let run = try program.run("--json", "--keep-going", input: lines.joined(separator: "\n") + "\n")
        let events = try run.events.dropFirst().map { $0 }
        let types = events.map { $0["type"] }
        #expect(
            types == [
                "remembered", "remembered", "memories", "forgotten", "error", "found", "memories", "why", "error",
                "error",
            ])
        #expect(events[2]["memories"]?.array?.count == 2)
        #expect(events[5]["items"] == .array([]))
        #expect(events[6]["memories"]?.array?.map { $0["text"] } == ["Ada lives in Rome."])
        let plain = try program.run(input: "/memories\n")
        #expect(plain.output.contains("Ada lives in Rome.") && plain.output.contains(" 1  2"))
    }

    @Test("An embedding model that nobody can be asked for is refused, with what to do")
    func embedder() throws {
        let refused = try program.run("memories", "--embedding-model", "text-embedding-3-small")
        #expect(refused.status == 1)
        #expect(refused.errors.contains("OPENAI_API_KEY"))
        program.environment["OPENAI_EMBEDDING_DIMENSIONS"] = "many"
        #expect(try program.run("memories").status == 64)
    }
}
