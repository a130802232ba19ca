import CompanionCore
import Foundation
import Testing

/// The built program's `chats`.
struct ChatsTests {
    private let program: BuiltProgram

    init() throws { program = try BuiltProgram() }

    @Test("Chats are listed with the latest first, shown whole, renamed and deleted")
    func life() throws {
        _ = try program.run("--title", "First", "--message", "One.")
        _ = try program.run("--title", "Second", "--message", "Two.")
        let chats = try program.run("chats", "--json").events
        #expect(chats.map { $0["title"] } == ["Second", "First"])
        let id = try #require(chats.last?["id"]?.string)
        let messages = try program.run("chats", "show", String(id.suffix(8)), "--json").events
        #expect(messages.map { $0["author"] } == ["character", "user", "character"])
        #expect(messages[1]["text"] == "One.")
        #expect(try program.run("chats", "rename", String(id.suffix(8)), "Renamed").status == 0)
        #expect(try program.run("chats").output.contains("Renamed"))
        #expect(try program.run("chats", "delete", id).status == 1)
        #expect(try program.run("chats", "delete", id, "--yes").status == 0)
        #expect(try program.run("chats", "--json").events.map { $0["title"] } == ["Second"])
        #expect(try program.run("chats", "show", id).status == 1)
    }

    @Test("A chat goes out as SillyTavern's, and comes in again whole; a file that is no chat is refused")
    func files() throws {
        _ = try program.run("--user", "Ada", "--character", "Luna", input: "One.\n/regenerate\nTwo.\n")
        let id = try #require(try program.run("chats", "--json").events.first?["id"]?.string)
        let file = "\(program.home.path)/chat.jsonl"
        #expect(try program.run("chats", "export", id, "--output", file).status == 0)
        #expect(try program.run("chats", "export", id).output == String(contentsOfFile: file, encoding: .utf8))
        let imported = try program.run("chats", "import", file)
        #expect(imported.status == 0 && imported.output.contains("5 messages with Luna Aster"), "\(imported.output)")
        let chats = try program.run("chats", "--json").events.compactMap { $0["id"]?.string }
        #expect(chats.count == 2)
        let texts = try chats.map { id in
            try program.run("chats", "show", id, "--json").events.map { [$0["text"], $0["alternatives"]] }
        }
        #expect(texts[0] == texts[1])
        try Data("{}".utf8).write(to: URL(fileURLWithPath: file))
        let refused = try program.run("chats", "import", file, "\(program.home.path)/none")
        #expect(refused.status == 1 && refused.output.components(separatedBy: "refused").count == 3)
    }

    @Test("A chat keeps its character's version until it takes the newest")
    func versions() throws {
        _ = try program.run("--user", "Ada", "--character", "Luna", "--message", "Hello.")
        let events = try program.run("--json", input: "/character\n/character newest\n/character older\n").events
        #expect(events.filter { $0["type"] == "character" }.count == 2)
        #expect(events.last?["code"] == "invalidInput")
    }

    @Test("Once the program has ended, the database is one file, and a copy of it is whole")
    func oneFile() throws {
        let path = "\(program.home.path)/c.sqlite"
        _ = try program.run("--database", path, "--message", "Remember this.")
        #expect(try program.run("--database", path, input: "/frobnicate\n").status == 1)
        _ = try program.run("doctor", "--database", path)
        let files = try FileManager.default.contentsOfDirectory(atPath: program.home.path)
        #expect(!files.contains { $0.hasPrefix("c.sqlite-") }, "\(files)")
        try FileManager.default.copyItem(atPath: path, toPath: "\(path).copy")
        let copy = try program.run("--database", "\(path).copy", "--json", input: "/history\n")
        #expect(copy.output.contains("Remember this."))
    }

    @Test("--chat goes on with a chat, --character with the latest one of hers")
    func choosing() throws {
        _ = try program.run("--character", "Luna", "--title", "Sea", "--message", "One.")
        _ = try program.run("--character", "Bram", "--message", "Two.")
        let luna = try program.run("--character", "luna", "--json", input: "").events.first
        #expect(luna?["title"] == "Sea")
        #expect(luna?["kind"] == "continued")
        let id = try #require(luna?["chat"]?.string)
        #expect(
            try program.run("--chat", String(id.suffix(6)), "--json", input: "").events.first?["chat"] == .string(id))
        #expect(try program.run("--chat", id, "--new").status == 64)
    }
}

/// The built program's `doctor`.
struct DoctorTests {
    private let program: BuiltProgram

    init() throws { program = try BuiltProgram() }

    private func findings(_ level: String, _ result: BuiltProgram.Result) throws -> [String] {
        try result.events.filter { $0["level"] == .string(level) }.compactMap { $0["topic"]?.string }
    }

    @Test("A fresh home is well but for the model, and looking at it makes no database")
    func fresh() throws {
        let result = try program.run("doctor", "--json")
        #expect(result.status == 0)
        #expect(try findings("warn", result) == ["model"])
        #expect(try findings("fail", result).isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: program.home.path).isEmpty)
    }

    @Test("A sound database is told with what it holds")
    func sound() throws {
        _ = try program.run("--message", "Hi")
        let result = try program.run("doctor")
        #expect(result.status == 0)
        #expect(result.output.contains("people 1, characters 1, chats 1, messages 3"))
    }

    @Test("A damaged database fails")
    func damaged() throws {
        let path = "\(program.home.path)/c.sqlite"
        try Data(String(repeating: "no database ", count: 1_000).utf8).write(to: URL(fileURLWithPath: path))
        let result = try program.run("doctor", "--json", "--database", path)
        #expect(result.status == 1)
        #expect(try findings("fail", result) == ["store"])
    }

    @Test(
        "A folder in which nothing can be made fails, whoever asks, and so does one that is not there",
        arguments: ["/proc/nowhere", "/dev/null/nowhere"])
    func nowhere(_ folder: String) throws {
        program.environment["XDG_DATA_HOME"] = folder
        var results = [try program.run("doctor", "--json")]
        program.environment["XDG_DATA_HOME"] = nil
        results.append(try program.run("doctor", "--json", "--database", "\(folder)/c.sqlite"))
        for result in results {
            #expect(result.status == 1)
            #expect(try findings("fail", result) == ["store"])
            #expect(result.output.contains("--database"))
        }
    }

    @Test("A named database in a missing folder fails here as it does in a chat")
    func missingFolder() throws {
        let path = "\(program.home.path)/a/b/c.sqlite"
        #expect(try program.run("--database", path, "--message", "Hi").status != 0)
        let result = try program.run("doctor", "--database", path)
        #expect(result.status == 1)
        #expect(result.output.contains("\(program.home.path)/a/b"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: program.home.path).isEmpty)
    }

    @Test("Settings that can't be read are a finding too, and nothing else is looked at")
    func settings() throws {
        let missing = try program.run("doctor", "--json", "--config", "/nonexistent/config.json")
        let folder = try program.run("doctor", "--json", "--config", program.home.path)
        program.environment["COMPANION_COLOR"] = "blue"
        for result in [missing, folder, try program.run("doctor", "--json")] {
            #expect(result.status == 1)
            #expect(try result.events.map { $0["level"] } == ["fail"])
            #expect(try findings("fail", result) == ["settings"])
            #expect(result.errors.isEmpty)
        }
    }

    @Test("A tokenizer's file that can't be read fails")
    func tokenizer() throws {
        program.environment["OPENAI_BASE_URL"] = "http://127.0.0.1:1/v1"
        let result = try program.run("doctor", "--json", "--model", "m", "--tokenizer", "/nonexistent/o200k.tiktoken")
        #expect(result.status == 1)
        #expect(result.output.contains("the flag --tokenizer"))
    }

    @Test("A server that is away fails, with what to do")
    func away() throws {
        program.environment["OPENAI_BASE_URL"] = "http://127.0.0.1:1/v1"
        let result = try program.run("doctor", "--json", "--model", "tiny")
        #expect(result.status == 1)
        #expect(try findings("fail", result) == ["model"])
        #expect(result.output.contains("OPENAI_BASE_URL"))
    }

    @Test("Keys of the file that mean nothing, and a key that others can read, are warned of")
    func file() throws {
        let path = "\(program.home.path)/config.json"
        try Data(#"{"modle": "x", "model": "offline", "openai": {"api-key": "sk-1"}}"#.utf8)
            .write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        let result = try program.run("doctor", "--json", "--config", path)
        #expect(result.status == 0)
        #expect(try findings("warn", result) == ["settings", "settings"])
        #expect(result.output.contains(#"Did you mean \"model\"?"#))
        #expect(!result.output.contains("sk-1"))
    }
}
