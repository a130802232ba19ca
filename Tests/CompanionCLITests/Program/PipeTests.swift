import CompanionCore
import Foundation
import Testing

@testable import CompanionCLI

/// The built program in a pipe.
struct PipeTests {
    private let program: BuiltProgram

    init() throws { program = try BuiltProgram() }

    @Test("Ten lines have ten replies, and a second run goes on with the chat")
    func tenTurns() throws {
        let lines = (1...10).map { "This is message \($0)." }
        let first = try program.run("--json", input: lines.joined(separator: "\n") + "\n")
        #expect(first.status == 0, "\(first.errors)")
        let events = try first.events
        #expect(events.first?["type"] == "chat")
        #expect(events.first?["kind"] == "new")
        #expect(events.count { $0["type"] == "finished" && $0["status"] == "complete" } == 10)
        for event in events where event["type"] == "finished" { #expect(event["text"]?.string?.isEmpty == false) }

        let second = try program.run("--json", input: "/history 500\n")
        let again = try second.events
        #expect(again.first?["kind"] == "continued")
        #expect(again.first?["chat"] == events.first?["chat"])
        let said = again.filter { $0["type"] == "message" }.map { $0["message"] }
        #expect(said.filter { $0?["author"] == "user" }.map { $0?["text"] } == lines.map { .string($0) })
        #expect(said.count { $0?["author"] == "character" } == 11)
    }

    @Test("The pieces of a reply are its text, and events come in the order of the turn")
    func pieces() throws {
        let events = try program.run("--json", "--message", "Hello").events.dropFirst()
        #expect(events.first?["type"] == "started")
        #expect(events.last?["type"] == "finished")
        let pieces = events.filter { $0["type"] == "text" }.compactMap { $0["text"]?.string }
        #expect(.string(pieces.joined()) == events.last?["text"])
    }

    @Test("Plain output is the replies alone, a blank line between them; the rest goes to standard error")
    func plain() throws {
        let plain = try program.run(input: "Hello\nHow are you?\n")
        #expect(plain.status == 0)
        #expect(plain.errors.contains("No language model is configured"))
        let events = try program.run("--json", input: "/history\n").events
        let replies = events.compactMap { $0["message"] }.filter { $0["author"] == "character" }.dropFirst()
        #expect(plain.output == replies.compactMap { $0["text"]?.string.map { $0 + "\n" } }.joined(separator: "\n"))
    }

    @Test("A message that is sent twice under one client id has one reply")
    func clientIDs() throws {
        let line = #"{"text": "/hello", "client_id": "m-1"}"# + "\n"
        let events = try program.run("--json", input: line + line).events
        let started = events.filter { $0["type"] == "started" }
        #expect(started.map { $0["is_replay"] } == [false, true])
        #expect(started[0]["reply"] == started[1]["reply"])
        let texts = events.filter { $0["type"] == "finished" }.map { $0["text"] }
        #expect(texts.count == 2 && texts[0] == texts[1])
    }

    @Test("The first error ends the program with its status, unless it is to go on")
    func errors() throws {
        let ended = try program.run("--json", input: "/frobnicate\nHello\n")
        #expect(ended.status == 1)
        #expect(try ended.events.last?["code"] == "invalidInput")
        let gone = try program.run("--json", "--keep-going", input: "/frobnicate\nHello\n")
        #expect(gone.status == 1)
        #expect(try gone.events.last?["type"] == "finished")
        let plain = try program.run(input: "/helf\n")
        #expect(plain.errors.contains("/help"))
        #expect(plain.output.isEmpty)
    }

    @Test("Exit statuses tell what is wrong")
    func statuses() throws {
        #expect(try program.run("--frobnicate").status == 64)
        #expect(try program.run("--context-tokens", "many").status == 64)
        #expect(try program.run("--model", "gpt-5.1", "--message", "Hi").status == 1)
        #expect(try program.run("--chat", "00000000").status == 1)
        #expect(try program.run("--database", "/nonexistent/folder/c.sqlite", "--message", "Hi").status == 1)
        program.environment["COMPANION_COLOR"] = "blue"
        let malformed = try program.run("chats")
        #expect(malformed.status == 64)
        #expect(malformed.errors.contains("COMPANION_COLOR"))
        program.environment["COMPANION_COLOR"] = nil
        // Nobody listens at this port.
        program.environment["OPENAI_BASE_URL"] = "http://127.0.0.1:1/v1"
        let away = try program.run("--model", "tiny", "--message", "Hi")
        #expect(away.status == 69)
        #expect(away.errors.contains("companion doctor"))
    }

    @Test("Colour only where it is asked for: never in a pipe by itself, and by the flag before NO_COLOR")
    func color() throws {
        _ = try program.run("--message", "Hi")
        func isColored(_ arguments: String) throws -> Bool {
            try program.run("characters", "show", "Luna", "--color", arguments).output.contains("\u{1B}[")
        }
        #expect(try !isColored("auto"))
        #expect(try isColored("always"))
        program.environment["CLICOLOR_FORCE"] = "1"
        #expect(try isColored("auto"))
        #expect(try !isColored("never"))
        program.environment["NO_COLOR"] = "1"
        #expect(try !isColored("auto"))
        #expect(try isColored("always"))
    }

    @Test("Ctrl-C ends the program with 130, and keeps the reply as far as it has come")
    func interrupt() async throws {
        // The second word of a reply never comes.
        program.environment["COMPANION_OFFLINE_PACE"] = "3600000"
        let running = try program.start(["--json", "--message", "Tell me everything."], input: nil)
        try await eventually("a reply begins") { try running.written.contains(#""type":"text""#) }
        running.process.interrupt()
        running.process.waitUntilExit()
        let result = try running.result
        #expect(result.status == 130)
        let last = try #require(try result.events.last)
        #expect(last["type"] == "finished" && last["status"] == "interrupted")
        #expect(last["text"]?.string?.isEmpty == false)
        let idle = try program.start(["--json"], input: nil)
        try await eventually("the chat is open") { try idle.written.contains(#""type":"chat""#) }
        idle.process.interrupt()
        idle.process.waitUntilExit()
        #expect(try idle.result.status == 130)
    }

    @Test("A program whose output nobody reads ends at the second signal")
    func stuck() async throws {
        let output = Foundation.Pipe()
        let running = try program.start(["--json"], input: nil, output: output)
        // Each line writes some kilobytes. The pipe takes 16 pages, in each of which up to half may stay empty.
        try #require(running.input).write(contentsOf: Data(String(repeating: "/prompt\n", count: 1_000).utf8))
        try await eventually("the pipe is full") {
            var count: Int32 = 0
            return ioctl(output.fileHandleForReading.fileDescriptor, UInt(FIONREAD), &count) == 0 && count > 32_000
        }
        try await eventually("the program ends") {
            if running.process.isRunning { running.process.terminate() }
            return !running.process.isRunning
        }
        #expect(running.process.terminationStatus == 143)
    }

    @Test("A reader that goes away ends the program without a word")
    func brokenPipe() throws {
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        let errors = Foundation.Pipe()
        shell.arguments = ["-c", "yes Hello | \(BuiltProgram.url.path) --json | head -n 3 >/dev/null"]
        shell.environment = program.environment
        shell.standardError = errors
        try shell.run()
        shell.waitUntilExit()
        let words = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(!words.contains("companion:"), "\(words)")
    }

    @Test("Several people share a computer, each with chats of their own")
    func people() throws {
        _ = try program.run("--user", "Ada", "--message", "I am Ada.")
        _ = try program.run("--user", "Bob", "--message", "I am Bob.")
        let ada = try program.run("--user", "ada", "--json", input: "/history\n").output
        #expect(ada.contains("I am Ada.") && !ada.contains("I am Bob."))
        let first = try program.run("--json", input: "").events
        #expect(first.first?["user"]?["name"] == "Ada")
    }

    @Test("A key is never written anywhere")
    func secrets() throws {
        program.environment["OPENAI_API_KEY"] = "sk-very-secret"
        program.environment["OPENAI_BASE_URL"] = "http://me:pass-word@127.0.0.1:1/v1?token=query-secret"
        for arguments in [
            ["doctor"], ["doctor", "--json", "--verbose"], ["--model", "m", "--message", "Hi", "--verbose"],
        ] {
            let running = try program.start(arguments, input: "")
            running.process.waitUntilExit()
            let result = try running.result
            for secret in ["sk-very-secret", "pass-word", "query-secret"] {
                #expect(!result.output.contains(secret) && !result.errors.contains(secret), "\(arguments)")
            }
        }
    }
}

/// Returns as soon as `condition` holds; gives up after a minute.
func eventually(_ what: String, _ condition: () throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while try !condition() {
        try #require(ContinuousClock.now < deadline, "\(what)")
        try await Task.sleep(for: .milliseconds(5))
    }
}
