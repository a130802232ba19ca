import CompanionCore
import Foundation
import Testing

/// The built program's `prompt`.
struct PromptTests {
    private let program: BuiltProgram
    private let chat: String

    init() throws {
        program = try BuiltProgram()
        _ = try program.run(
            "--user", "Ada", "--character", "Luna", input: "How is your cat?\nAnd the sea?\nGood night then.\n")
        chat = try #require(try program.run("chats", "--json").events.first?["id"]?.string)
    }

    private func diff(_ arguments: String...) throws -> JSONValue {
        let running = try program.start(["prompt", "diff", chat, "--json"] + arguments, input: "")
        running.process.waitUntilExit()
        let result = try running.result
        #expect(result.status == 0, "\(result.errors)")
        return try #require(try result.events.first)
    }

    @Test("The last two turns are compared, and all that lasts is kept")
    func lastTurns() throws {
        let diff = try diff()
        #expect(diff["type"] == "prompt_diff")
        #expect(diff["from"]?["message"] == 5 && diff["to"]?["message"] == 7)
        #expect(diff["kept_share"]?.double == 1)
        #expect(diff["prefix_tokens"] == diff["lasting_tokens"])
        let changes = try #require(diff["changes"]?.array)
        #expect(changes.contains { $0["change"] == "added" && $0["title"] == "Messages 5 to 6" && $0["count"] == 2 })
        #expect(changes.contains { $0["change"] == "added" && $0["title"] == "Lore: Good night" })
        #expect(changes.first?["change"] == "kept")
        #expect(diff["omitted"] == 0)
        let total = changes.reduce(0) { $0 + ($1["to_tokens"]?.integer ?? 0) }
        #expect(total == diff["to"]?["tokens"]?.integer)
    }

    @Test("Turns are named by their replies or by what they answer; one and the same is the same")
    func named() throws {
        #expect(try diff("--from", "2", "--to", "7")["from"]?["message"] == 3)
        #expect(try diff("--to", "5")["from"]?["message"] == 3)
        let same = try diff("--from", "5", "--to", "4")
        #expect(same["parting"]?.isNull == true && same["kept_share"]?.double == 1)
    }

    @Test("On a terminal it is a table that says where the beginning ends, and what can't be known")
    func table() throws {
        let output = try program.run("prompt", "diff", String(chat.suffix(8))).output
        for words in [
            "message 5 to that of message 7", "+ added", "what both begin with ends here", "100.0 %", "It breaks",
        ] {
            #expect(output.contains(words), "\(output)")
        }
        #expect(output.contains("What was recalled is not kept"))
        let shown = try program.run("prompt", chat)
        #expect(shown.status == 0 && shown.output.contains("Character: Luna"))
        let earlier = try program.run("prompt", "show", chat, "--at", "3", "--json").events.first
        #expect(earlier?["type"] == "prompt" && earlier?["doubts"]?.array?.isEmpty == false)
    }

    @Test("What is no turn is told, and so is a chat with too few")
    func refusals() throws {
        #expect(try program.run("prompt", "diff", chat, "--to", "1").errors.contains("greeting"))
        #expect(try program.run("prompt", "diff", chat, "--to", "99").errors.contains("no message 99"))
        #expect(try program.run("prompt", "diff", chat, "--to", "3").errors.contains("no turn before message 3"))
        #expect(try program.run("prompt", "diff", chat, "--from", "0").status == 64)
        #expect(try program.run("prompt", "diff", "ffffffff").status == 1)
    }
}
