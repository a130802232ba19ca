import CompanionCore
import CompanionInMemory
import CompanionTesting
import Testing

struct TurnTests {
    static let down = CompanionError(.unavailable, "The model is down.")

    func code(_ error: any Error) -> CompanionError.Code? { (error as? CompanionError)?.code }

    @Test("The message is recorded before the model is asked")
    func recordsFirst() async throws {
        let store = InMemoryStore()
        let model = ScriptedLanguageModel { request in
            let recorded = try await store.read { transaction in
                let user = try #require(try transaction.users.users(after: nil, limit: 1).first)
                let chat = try #require(try transaction.chats.chats(of: user.id, after: nil, limit: 1).first)
                return try transaction.messages.messages(in: chat.id, of: user.id, before: nil, limit: 10)
            }
            #expect(recorded.map(\.text) == ["Hello", ""])
            #expect(recorded.last?.alternative.status == .generating)
            return "Hi."
        }
        let fixture = try await TurnFixture(model: model, store: store)
        try await fixture.say("Hello")
        #expect(model.calls.count == 1)
    }

    @Test("The events begin with the start, hold the text in order, and end with the reply as it was kept")
    func events() async throws {
        let usage = TokenUsage(promptTokens: 12, completionTokens: 3)
        let fixture = try await TurnFixture(.text("Good ", "even", "ing.", usage: usage))
        let events = try await fixture.events(sayingInATask: "Hello").value
        guard case .started(let start) = events.first else { throw TestFailure("no start") }
        #expect(start.message?.text == "Hello" && !start.isReplay)
        #expect(events.text == "Good evening.")
        let kept = try #require(events.finished)
        #expect(kept == (try await fixture.messages.last))
        #expect(kept.id == start.reply)
        #expect(kept.alternative.status == .complete)
        #expect(kept.alternative.finishReason == .stop)
        #expect(kept.alternative.usage == usage)
        #expect(kept.alternative.model == "scripted")
    }

    @Test("A provider that does not say what a reply cost gets an estimate, marked as one")
    func estimatedUsage() async throws {
        let fixture = try await TurnFixture("A reply of a few words.")
        let usage = try #require(try await fixture.say("Hello").alternative.usage)
        #expect(usage.isEstimate && usage.promptTokens > 0 && usage.completionTokens > 0)
    }

    @Test("A model that fails in the middle leaves its text, marked as failed; the stream throws; the chat goes on")
    func failure() async throws {
        let fixture = try await TurnFixture(.failure(Self.down, after: ["Good ", "eve"]), "Again.")
        await #expect(throws: CompanionError.self) { try await fixture.say("Hello") }
        #expect(try await fixture.texts == ["Hello", "Good eve"])
        #expect(try await fixture.messages.last?.alternative.status == .failed)
        #expect(try await fixture.say("Still there?").text == "Again.")
    }

    @Test("A response that ends without a reason to stop has broken off")
    func brokenOff() async throws {
        let fixture = try await TurnFixture(.events([.text("Good ")]))
        do {
            try await fixture.say("Hello")
            Issue.record("It must throw.")
        } catch { #expect(code(error) == .unavailable) }
        #expect(try await fixture.messages.last?.alternative.status == .failed)
    }

    @Test("An empty reply is a failure")
    func emptyReply() async throws {
        let fixture = try await TurnFixture(.events([.finish(.stop)]))
        await #expect(throws: CompanionError.self) { try await fixture.say("Hello") }
        #expect(try await fixture.messages.last?.alternative.status == .failed)
    }

    @Test("Cancelling the task stops the model's call and keeps the text, marked as interrupted")
    func cancellation() async throws {
        let gate = Gate()
        let fixture = try await TurnFixture(.waiting(after: ["Good ", "eve"], until: { try await gate.pass() }))
        let task = fixture.events(sayingInATask: "Hello")
        try await gate.waitUntilWaiting()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(fixture.model.calls.map(\.state) == [.failed])
        let kept = try #require(try await fixture.messages.last)
        #expect(kept.text == "Good eve" && kept.alternative.status == .interrupted)
        #expect(fixture.clock.sleeperCount == 0, "No task may go on after the turn.")
    }

    @Test("Who leaves under .cancel ends the model's call at once")
    func leavingCancels() async throws {
        let fixture = try await TurnFixture(.text("one ", "two ", "three"), "next")
        try await fixture.companion.chats.withReply(to: "Count", in: fixture.chat, by: fixture.user) { reply in
            for try await _ in reply.text { break }
        }
        #expect(fixture.model.calls.map(\.state) == [.abandoned])
        #expect(fixture.model.calls[0].eventCount == 1)
        let kept = try #require(try await fixture.messages.last)
        #expect(kept.text == "one " && kept.alternative.status == .interrupted)
        #expect(try await fixture.say("Go on").text == "next")
    }

    @Test("Who leaves under .finish gets the whole reply kept", arguments: [true, false])
    func leavingFinishes(byThrowing throwsError: Bool) async throws {
        let fixture = try await TurnFixture(.text("one ", "two ", "three"))
        do {
            try await fixture.companion.chats.withReply(
                to: "Count", in: fixture.chat, by: fixture.user, whenLeft: .finish
            ) { reply in
                for try await _ in reply.text { if throwsError { throw TestFailure("left") } else { break } }
            }
            #expect(!throwsError)
        } catch { #expect(error is TestFailure && throwsError) }
        let kept = try #require(try await fixture.messages.last)
        #expect(kept.text == "one two three" && kept.alternative.status == .complete)
    }

    @Test("A reply longer than the bound is cut, kept and marked, and the model's call ends")
    func replyBound() async throws {
        let fixture = try await TurnFixture(
            .text(Array(repeating: "0123456789", count: 100)),
            configuration: .init(maximumReplyBytes: 95))
        let events = try await fixture.events(sayingInATask: "Talk").value
        #expect(events.text.utf8.count == 100)
        #expect(events.notices.count == 1)
        #expect(events.finished?.alternative.status == .interrupted)
        #expect(fixture.model.calls.map(\.state) == [.abandoned])
    }

    @Test("A message that is blank, too long or holds NUL is refused, and nothing is recorded")
    func badMessages() async throws {
        let fixture = try await TurnFixture("never", configuration: .init(maximumMessageBytes: 100))
        for text in ["", " \n\t", String(repeating: "x", count: 101), "a\0b"] {
            await #expect(throws: CompanionError.self) { try await fixture.say(text) }
        }
        #expect(try await fixture.messages.isEmpty)
        #expect(fixture.model.calls.isEmpty)
    }

    @Test("NUL in a reply becomes U+FFFD, because not every store keeps it")
    func nulInReplies() async throws {
        let fixture = try await TurnFixture("a\0b")
        #expect(try await fixture.say("Hello").text == "a\u{FFFD}b")
    }

    @Test("Nobody talks in another person's chat")
    func isolation() async throws {
        let fixture = try await TurnFixture("never")
        let eve = try await fixture.companion.accounts.register(name: "Eve").id
        do {
            _ = try await fixture.companion.chats.reply(to: "Hello", in: fixture.chat, by: eve)
            Issue.record("It must throw.")
        } catch { #expect(code(error) == .notFound) }
        #expect(try await fixture.messages.isEmpty)
    }

    @Test("What can't fit the model's window is a clear error, and the chat goes on")
    func tooLarge() async throws {
        let model = ScriptedLanguageModel(capabilities: .init(contextWindow: 400), replies: ["fine"])
        let fixture = try await TurnFixture(model: model)
        do {
            try await fixture.say(String(repeating: "words and words ", count: 300))
            Issue.record("It must throw.")
        } catch { #expect(code(error) == .promptTooLarge) }
        #expect(try await fixture.messages.last?.alternative.status == .failed)
        #expect(try await fixture.say("Short").text == "fine")
    }

    @Test("The prompt has the character, and the history in order, with the newest message last")
    func prompt() async throws {
        let fixture = try await TurnFixture("one", "two")
        try await fixture.say("first")
        try await fixture.say("second")
        let messages = fixture.model.requests[1].messages
        #expect(messages.first?.part == .character)
        #expect(messages.first?.text.contains("Calm.") == true)
        #expect(messages.filter { $0.part == .history }.map(\.text) == ["first", "one", "second"])
        #expect(messages.filter { $0.part == .history }.map(\.role) == [.user, .assistant, .user])
    }
}

struct TestFailure: Error {
    let what: String
    init(_ what: String) { self.what = what }
}
