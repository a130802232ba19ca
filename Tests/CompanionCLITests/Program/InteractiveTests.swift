import CompanionCore
import Foundation
import Testing

@testable import CompanionCLI

/// The built program on a terminal.
struct InteractiveTests {
    private let program: BuiltProgram

    init() throws { program = try BuiltProgram() }

    /// Answers the questions of a first start.
    private func begin(_ arguments: String...) throws -> ProgramOnTerminal {
        let terminal = try ProgramOnTerminal(program)
        try terminal.wait(for: "What should characters call you?")
        terminal.type("Ada\r")
        try terminal.wait(for: "Whom do you want to talk to?")
        terminal.type("\r")
        try terminal.wait("the prompt") { $0.hasSuffix("Ada:") }
        return terminal
    }

    /// Whether a name stands below the message.
    private func isReplying(_ text: String, to message: String) -> Bool {
        let parts = text.components(separatedBy: "\(message)\n")
        return parts.count == 2 && parts[1].contains(":")
    }

    @Test("A first start asks for name and character, says that the model is a stand-in, and talks")
    func firstStart() throws {
        let terminal = try begin()
        #expect(terminal.text.contains("No language model is configured"))
        terminal.type("I had a long day.\r")
        try terminal.wait("a reply") { text in
            text.components(separatedBy: "I had a long day.").count > 1 && text.hasSuffix("Ada:")
                && text.components(separatedBy: "Ada:").count == 3
        }
        terminal.type("\u{04}")
        #expect(try terminal.end() == 0)
        #expect(terminal.isCooked)
    }

    @Test("A reply says how much was recalled for it, /why what, and a memory can be forgotten by its number")
    func memories() throws {
        _ = try program.run("--user", "Ada", "--character", "Luna", input: "/remember Ada plays the cello.\n")
        let terminal = try ProgramOnTerminal(program)
        try terminal.wait("the prompt") { $0.hasSuffix("Ada:") }
        terminal.type("Who plays the cello?\r")
        try terminal.wait("a reply") { $0.contains("[remembered: 1 thing]") && $0.hasSuffix("Ada:") }
        terminal.type("/why\r")
        try terminal.wait("the reasons") { $0.contains("because of its words") && $0.hasSuffix("Ada:") }
        terminal.type("/forget 1\r")
        try terminal.wait("the word") { $0.contains("Forgotten for good: Ada plays") && $0.hasSuffix("Ada:") }
        terminal.type("/memories\r")
        try terminal.wait("the list") { $0.contains("Nothing is remembered yet.") && $0.hasSuffix("Ada:") }
        terminal.type("/quit\r")
        #expect(try terminal.end() == 0)
    }

    @Test("A second start asks nothing, and shows the last messages")
    func secondStart() throws {
        let first = try begin()
        first.type("Remember the lighthouse.\r")
        try first.wait("a reply") { $0.components(separatedBy: "Ada:").count == 3 && $0.hasSuffix("Ada:") }
        first.type("/quit\r")
        #expect(try first.end() == 0)
        let second = try ProgramOnTerminal(program)
        try second.wait("the prompt") { $0.hasSuffix("Ada:") }
        #expect(second.text.contains("Remember the lighthouse."))
        #expect(!second.text.contains("What should characters call you?"))
        // The lines of earlier runs can be had again.
        second.type("\u{1B}[A")
        try second.wait(for: "Ada: /quit")
        second.type("\u{1B}[A")
        try second.wait("the line before") { $0.hasSuffix("Ada: Remember the lighthouse.") }
        // The first one throws the line away, the next one asks, and the last one leaves, however fast they come.
        second.type("\u{03}\u{03}\u{03}")
        #expect(try second.end() == 0)
    }

    @Test("Ctrl-C stops the reply and keeps it; one more at the prompt asks, and another one leaves")
    func interrupt() throws {
        // The second word of a reply never comes.
        program.environment["COMPANION_OFFLINE_PACE"] = "3600000"
        let terminal = try begin()
        terminal.type("Tell me everything.\r")
        try terminal.wait("a reply begins") { isReplying($0, to: "Tell me everything.") }
        terminal.type("\u{03}")
        try terminal.wait("the prompt is back") { text in
            text.contains("[interrupted; /continue goes on]") && text.hasSuffix("Ada:")
        }
        terminal.type("\u{03}")
        try terminal.wait(for: "Ctrl-C once more leaves")
        try terminal.wait("the prompt is back") { $0.hasSuffix("Ada:") }
        terminal.type("\u{03}")
        #expect(try terminal.end() == 0)
        #expect(terminal.isCooked)
        let history = try program.run("--json", input: "/history\n").events.compactMap { $0["message"] }
        #expect(history.suffix(2).first?["text"] == "Tell me everything.")
        #expect(history.last?["status"] == "interrupted")
    }

    @Test("A second Ctrl-C while a reply is stopped does no harm, and the chat goes on with the next start")
    func impatience() throws {
        program.environment["COMPANION_OFFLINE_PACE"] = "3600000"
        let terminal = try begin()
        terminal.type("Tell me everything.\r")
        try terminal.wait("a reply begins") { isReplying($0, to: "Tell me everything.") }
        // The second one ends the program, asks at the prompt, or is one signal with the first, by how far that has come.
        terminal.type("\u{03}\u{03}\u{04}")
        _ = try terminal.end()
        #expect(terminal.isCooked)
        program.environment["COMPANION_OFFLINE_PACE"] = nil
        let events = try program.run("--json", input: "/continue\n/history\n").events
        #expect(events.contains { $0["type"] == "finished" && $0["status"] == "complete" })
        #expect(events.last?["message"]?["status"] == "complete")
    }

    @Test("/edit puts the old text into the line")
    func edit() throws {
        let terminal = try begin()
        terminal.type("I moved to Turin.\r")
        try terminal.wait("a reply") { $0.components(separatedBy: "Ada:").count == 3 && $0.hasSuffix("Ada:") }
        terminal.type("/edit\r")
        try terminal.wait(for: "Edit: I moved to Turin.")
        terminal.type("\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}Genoa.\r")
        try terminal.wait(for: "Edited")
        terminal.type("/quit\r")
        #expect(try terminal.end() == 0)
        #expect(try program.run("--json", input: "/history\n").output.contains("I moved to Genoa."))
    }

    @Test("A polite request to end leaves the terminal as it was")
    func terminate() throws {
        let terminal = try begin()
        terminal.signal(SIGTERM)
        #expect(try terminal.end() == 143)
        #expect(terminal.isCooked)
    }

    @Test("An unknown command is told, and the chat goes on")
    func unknown() throws {
        let terminal = try begin()
        terminal.type("/udno\r")
        try terminal.wait("the nearest command") { $0.contains("Did you mean /undo?") && $0.hasSuffix("Ada:") }
        terminal.type("/hel\t\r")
        try terminal.wait(for: "/regenerate")
        terminal.type("/quit\r")
        #expect(try terminal.end() == 0)
    }

    @Test("Deleting asks first")
    func confirmation() throws {
        let chat = try #require(try program.run("--json", "--message", "Hi").events.first?["chat"]?.string)
        let no = try ProgramOnTerminal(program, "chats", "delete", chat)
        try no.wait(for: "for good?")
        no.type("n\r")
        #expect(try no.end() != 0)
        #expect(try program.run("chats", "list", "--json").lines.count == 1)
        let yes = try ProgramOnTerminal(program, "chats", "delete", chat)
        try yes.wait(for: "for good?")
        yes.type("y\r")
        #expect(try yes.end() == 0)
        #expect(try program.run("chats", "list", "--json").lines.isEmpty)
        #expect(try program.run("chats", "delete", chat).status == 1)
    }
}
