import CompanionCore
import CompanionInMemory
import CompanionTesting
import FoundationEssentials
import Testing

/// One turn at a time, and what happens when its process dies or stops.
struct TurnLeaseTests {
    func code(_ error: any Error) -> CompanionError.Code? { (error as? CompanionError)?.code }

    @Test("A second turn in a chat is refused while the first goes on, and says when to come back")
    func busy() async throws {
        let gate = Gate()
        let fixture = try await TurnFixture(.waiting(after: ["one"], until: { try await gate.pass() }), "two")
        let first = fixture.events(sayingInATask: "Hello")
        try await gate.waitUntilWaiting()
        do {
            try await fixture.say("Me too")
            Issue.record("It must throw.")
        } catch {
            #expect(code(error) == .busy)
            guard case .after(let wait) = (error as? CompanionError)?.retry else { throw TestFailure("no advice") }
            #expect(wait > .zero && wait <= .seconds(15))
        }
        gate.open()
        #expect(try await first.value.text == "one")
        #expect(try await fixture.say("Now").text == "two")
        #expect(try await fixture.texts == ["Hello", "one", "Now", "two"])
    }

    @Test("Turns of several chats go on at the same time")
    func severalChats() async throws {
        let gate = Gate()
        let fixture = try await TurnFixture(.waiting(after: ["one"], until: { try await gate.pass() }), "two")
        let first = fixture.events(sayingInATask: "Hello")
        try await gate.waitUntilWaiting()
        let character = try await fixture.companion.chats.chat(fixture.chat, by: fixture.user).character
        let other = try await fixture.companion.chats.start(with: character, by: fixture.user)
        let reply = try await fixture.companion.chats.reply(to: "Hi", in: other.id, by: fixture.user)
        #expect(reply.text == "two")
        gate.open()
        _ = try await first.value
    }

    @Test("A running turn renews its lease: it is never taken over while it lives")
    func renewal() async throws {
        let gate = Gate()
        let fixture = try await TurnFixture(.waiting(after: ["one"], until: { try await gate.pass() }), "two")
        let first = fixture.events(sayingInATask: "Hello")
        try await gate.waitUntilWaiting()
        for _ in 0..<60 {
            try await fixture.clock.waitUntilSleeping()
            fixture.clock.advance(by: .seconds(1))
        }
        try await fixture.clock.waitUntilSleeping()
        do {
            try await fixture.say("Me too")
            Issue.record("It must throw.")
        } catch { #expect(code(error) == .busy) }
        gate.open()
        #expect(try await first.value.finished?.alternative.status == .complete)
    }

    @Test("The text of a running reply is saved every second")
    func checkpoints() async throws {
        let gate = Gate()
        let fixture = try await TurnFixture(.waiting(after: ["so ", "far"], until: { try await gate.pass() }))
        let first = fixture.events(sayingInATask: "Hello")
        try await gate.waitUntilWaiting()
        try await fixture.clock.waitUntilSleeping()
        #expect(try await fixture.texts == ["Hello", ""])
        fixture.clock.advance(by: .seconds(1))
        try await eventually("the text is saved") { try await fixture.texts == ["Hello", "so far"] }
        #expect(try await fixture.messages.last?.alternative.status == .generating)
        gate.open()
        #expect(try await first.value.finished?.text == "so far")
    }

    @Test("A turn that was stopped for too long loses the chat; its text is kept beside the other's reply")
    func takenOver() async throws {
        let gate = Gate()
        // This process never gets to renew its lease, as if it were stopped.
        let fixture = try await TurnFixture(
            .waiting(after: ["slow"], until: { try await gate.pass() }),
            configuration: .init(leaseDuration: .seconds(15), checkpointInterval: .seconds(1_000)))
        let stopped = fixture.companion
        let frozen = FrozenClock(fixture.clock)
        let slow = Companion(
            languageModel: fixture.model, relationalStore: fixture.store, clock: frozen,
            random: SeededRandomSource(seed: 9))
        let (chat, user) = (fixture.chat, fixture.user)
        let first = Task { try await slow.chats.reply(to: "Hello", in: chat, by: user) }
        try await gate.waitUntilWaiting()
        fixture.clock.advance(by: .seconds(16))
        let other = fixture.neighbour(ScriptedLanguageModel(replies: ["quick"]))
        let reply = try await other.chats.withRegeneratedReply(in: chat, by: user) { reply in
            for try await case .finished(let message) in reply { return message }
            throw TestFailure("no end")
        }
        #expect(reply.text == "quick")
        gate.open()
        do {
            _ = try await first.value
            Issue.record("It must throw.")
        } catch { #expect(code(error) == .leaseLost) }
        let kept = try #require(try await stopped.chats.messages(in: chat, by: user).last)
        #expect(kept.text == "quick")
        #expect(kept.alternatives.map(\.text).contains("slow"))
        #expect(kept.alternatives.allSatisfy { $0.status != .generating })
    }

    @Test("What a dead process left is repaired by the chat's next turn, once its lease has expired")
    func repairedByTurn() async throws {
        let fixture = try await TurnFixture("Here I am.")
        try await fixture.dieInAReply(to: "Hello", after: "I am abo")
        do {
            try await fixture.say("Are you there?")
            Issue.record("It must throw.")
        } catch { #expect(code(error) == .busy) }
        fixture.clock.advance(by: .seconds(16))
        try await fixture.say("Are you there?")
        let messages = try await fixture.messages
        #expect(messages.map(\.text) == ["Hello", "", "Are you there?", "Here I am."])
        #expect(messages[1].alternative.status == .interrupted)
    }

    @Test("A holder that is known to be dead need not expire")
    func deadHolder() async throws {
        let fixture = try await TurnFixture()
        try await fixture.dieInAReply(to: "Hello", after: "I am abo")
        let heir = fixture.neighbour(
            ScriptedLanguageModel(replies: ["Here I am."]),
            configuration: .init(leaseHolder: LeaseHolder(name: "heir", isGone: { _ in true })))
        let reply = try await heir.chats.reply(to: "Are you there?", in: fixture.chat, by: fixture.user)
        #expect(reply.text == "Here I am.")
    }

    @Test("Repair marks what dead processes left, and leaves running turns alone")
    func repair() async throws {
        let gate = Gate()
        let fixture = try await TurnFixture(.waiting(after: ["alive"], until: { try await gate.pass() }))
        try await fixture.dieInAReply(to: "Hello", after: "I am abo")
        #expect(try await fixture.companion.chats.repair() == 0, "The lease has not expired.")
        fixture.clock.advance(by: .seconds(16))
        let running = fixture.events(sayingInATask: "Hello again")
        try await gate.waitUntilWaiting()
        #expect(try await fixture.companion.chats.repair() == 0, "The running turn has repaired its own chat.")
        gate.open()
        #expect(try await running.value.finished?.alternative.status == .complete)
    }

    @Test("Background work repairs at its start")
    func backgroundRepair() async throws {
        let fixture = try await TurnFixture()
        try await fixture.dieInAReply(to: "Hello", after: "I am abo")
        fixture.clock.advance(by: .seconds(16))
        let (companion, clock) = (fixture.companion, fixture.clock)
        try await companion.run { try await clock.waitUntilSleeping() }
        #expect(try await fixture.messages.last?.alternative.status == .interrupted)
    }

    @Test("A message that is sent twice under one client id has one reply, and the second sending repeats it")
    func idempotence() async throws {
        let fixture = try await TurnFixture("Only once.")
        let id = ClientMessageID(rawValue: "m-1")
        let first = try await fixture.say("Hello", clientID: id)
        let (chat, user) = (fixture.chat, fixture.user)
        let events = try await fixture.companion.chats.withReply(to: "Hello", in: chat, by: user, clientID: id) {
            reply in
            var events: [ReplyEvent] = []
            for try await event in reply { events.append(event) }
            return events
        }
        #expect(events.text == "Only once." && events.finished == first)
        guard case .started(let start) = events.first else { throw TestFailure("no start") }
        #expect(start.isReplay && start.message?.text == "Hello")
        #expect(fixture.model.calls.count == 1)
        #expect(try await fixture.messages.count == 2)
    }

    @Test("A client id whose turn still goes on is busy; one whose turn died repeats what was kept")
    func idempotenceInFlight() async throws {
        let gate = Gate()
        let fixture = try await TurnFixture(.waiting(after: ["one"], until: { try await gate.pass() }))
        let id = ClientMessageID(rawValue: "m-1")
        let first = Task { try await fixture.say("Hello", clientID: id) }
        try await gate.waitUntilWaiting()
        do {
            try await fixture.say("Hello", clientID: id)
            Issue.record("It must throw.")
        } catch { #expect(code(error) == .busy) }
        first.cancel()
        _ = try? await first.value
        let again = try await fixture.say("Hello", clientID: id)
        #expect(again.text == "one" && again.alternative.status == .interrupted)
        #expect(try await fixture.messages.count == 2)
    }

    @Test("A message that is sent again after its process died repeats what was kept, and the chat goes on at once")
    func sendsAgainAfterADeath() async throws {
        let fixture = try await TurnFixture()
        let id = ClientMessageID(rawValue: "m-1")
        try await fixture.dieInAReply(to: "Hello", clientID: id, after: "I am abo")
        let heir = fixture.neighbour(
            ScriptedLanguageModel(replies: ["Here I am."]),
            configuration: .init(leaseHolder: LeaseHolder(name: "heir", isGone: { $0 != "heir" })))
        let again = try await heir.chats.reply(to: "Hello", in: fixture.chat, by: fixture.user, clientID: id)
        #expect(again.alternative.status == .interrupted)
        _ = try await heir.chats.reply(to: "Are you there?", in: fixture.chat, by: fixture.user)
        #expect(try await fixture.texts == ["Hello", "", "Are you there?", "Here I am."])
    }
}

/// A clock whose sleepers never wake, as in a process that was stopped.
struct FrozenClock: WallClock {
    let base: ManualClock
    private let gate = Gate()
    init(_ base: ManualClock) { self.base = base }
    var now: Date { base.now }
    func sleep(for duration: Duration) async throws { try await gate.pass() }
}
