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
        try await eventually("the program ends") { !running.process.isRunning }
        let result = try running.result
        let last = try #require(try result.events.last)
        // The whole reply may have come before the signal did.
        #expect(result.status == 130 || last["status"] == "complete", "\(result.errors)")
        #expect(last["type"] == "finished" && last["text"]?.string?.isEmpty == false)
        let kept = try program.run("--json", input: "/history 1\n").events.last
        #expect(kept?["message"]?["text"] == last["text"])
    }

    @Test("Of ten things told over three sittings the right ones are recalled, not the corrected, nor the deleted")
    func memory() throws {
        let sittings = [
            ["I live in Turin.", "My sister Mia has a dog named Pico.", "I work as a nurse.", "I play the cello."],
            [
                "My car is a blue Fiat.", "/edit My car is a red Volvo.", "I was born in March.",
                "My boat is called Otter.",
            ],
            ["/remember Ada is allergic to peanuts.", "I hate olives.", "My password is swordfish.", "/delete"],
        ]
        for lines in sittings {
            let run = try program.run("--user", "Ada", "--json", input: lines.joined(separator: "\n") + "\n")
            #expect(run.status == 0, "\(run.errors)")
        }
        // The model is held to the schema and knows nothing: what it makes up is borne out by no message.
        let learnt = try program.run("memories", "learn")
        #expect(learnt.output.contains("nothing new learnt"), "\(learnt.output)")
        #expect(try program.run("memories", "learn").output.contains("0 messages read"), "each is read once")
        let known = try program.run("memories", "list", "--json").events.map { $0["text"] }
        #expect(known == ["Ada is allergic to peanuts."])

        let questions = [
            "Which town do I live in?": "Turin", "What is my sister's dog called?": "Pico",
            "Which car is mine?": "Volvo",
            "Which boat do I have?": "Otter", "What am I allergic to?": "peanuts", "When was I born?": "March",
            "What do I play?": "cello", "What is my password?": "", "Is my car a blue Fiat?": "Volvo",
        ]
        for (question, answer) in questions {
            let events = try program.run("--json", "--new", "--message", question).events
            let items = events.first { $0["type"] == "recalled" }?["items"]?.array ?? []
            let texts = items.compactMap { $0["text"]?.string }
            if !answer.isEmpty { #expect(texts.contains { $0.contains(answer) }, "\(question) recalls \(texts)") }
            #expect(!texts.contains { $0.contains("swordfish") || $0 == "My car is a blue Fiat." }, "\(texts)")
        }
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
