import CompanionCore
import Foundation
import Testing

private let address = ProcessInfo.processInfo.environment["COMPANION_LLAMA_URL"]
private let key = ProcessInfo.processInfo.environment["COMPANION_LLAMA_KEY"]

/// The built program with llama.cpp's server.
@Suite(.enabled(if: address != nil)) struct ServedModelTests {
    private let program: BuiltProgram

    init() throws {
        program = try BuiltProgram()
        program.environment["OPENAI_BASE_URL"] = address
        program.environment["OPENAI_API_KEY"] = key
        // It writes without end where nothing ends it.
        program.environment["COMPANION_CONTEXT_TOKENS"] = "2048"
    }

    @Test("The only model of a server needs no name, its reply is kept, and a second run goes on")
    func talk() throws {
        let events = try program.run("--json", "--message", "Hello.").events
        #expect(events.first?["model"]?["is_simulated"] == false)
        let finished = try #require(events.last)
        #expect(finished["type"] == "finished", "\(finished.serialized())")
        #expect(finished["text"]?.string?.isEmpty == false)
        let pieces = events.filter { $0["type"] == "text" }.compactMap { $0["text"]?.string }
        #expect(pieces.joined() == finished["text"]?.string)
        #expect(pieces.count > 1)
        let again = try program.run("--json", input: "/history 500\n").events
        #expect(again.first?["kind"] == "continued")
        #expect(again.last?["message"]?["text"] == finished["text"])
    }

    @Test("Ctrl-C stops a reply of the server's, and keeps what had come")
    func interrupt() async throws {
        let running = try program.start(["--json", "--message", "Tell me all."], input: nil)
        try await eventually("a reply begins") { try running.written.contains(#""type":"text""#) }
        running.process.interrupt()
        while running.process.isRunning { try await Task.sleep(for: .milliseconds(5)) }
        let result = try running.result
        let last = try #require(try result.events.last)
        // The whole reply may have come before the signal did.
        #expect(result.status == 130 || last["status"] == "complete", "\(result.errors)")
        #expect(last["type"] == "finished" && last["text"]?.string?.isEmpty == false)
        let kept = try program.run("--json", input: "/history 1\n").events.last
        #expect(kept?["message"]?["text"] == last["text"])
    }

    @Test("A wrong key ends with 77, and doctor says where it comes from")
    func wrongKey() throws {
        program.environment["OPENAI_API_KEY"] = "wrong"
        let talk = try program.run("--model", "bytes", "--message", "Hello.")
        #expect(talk.status == 77)
        let doctor = try program.run("doctor", "--model", "bytes")
        #expect(doctor.status == 1)
        #expect(doctor.output.contains("OPENAI_API_KEY"))
    }
}
