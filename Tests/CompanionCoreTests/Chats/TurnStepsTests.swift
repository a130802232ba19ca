import CompanionCore
import CompanionInMemory
import CompanionTesting
import Synchronization
import Testing

/// The steps of a turn that a host gives: admission, screening, recall.
struct TurnStepsTests {
    func code(_ error: any Error) -> CompanionError.Code? { (error as? CompanionError)?.code }

    // MARK: Admission

    @Test("A turn that is not admitted records nothing and asks nobody")
    func notAdmitted() async throws {
        let ledger = Ledger(admits: false)
        let fixture = try await TurnFixture("never", admission: ledger)
        do {
            try await fixture.say("Hello")
            Issue.record("It must throw.")
        } catch { #expect(code(error) == .limitExceeded) }
        #expect(try await fixture.messages.isEmpty)
        #expect(fixture.model.calls.isEmpty)
    }

    @Test("Each reservation is settled once with the actual cost, or released once")
    func reservations() async throws {
        let usage = TokenUsage(promptTokens: 7, completionTokens: 2)
        let ledger = Ledger()
        let fixture = try await TurnFixture(
            .text("fine", usage: usage), .failure(TurnTests.down, after: ["so"]), admission: ledger)
        let id = ClientMessageID(rawValue: "a")
        try await fixture.say("Hello", clientID: id)
        #expect(ledger.entries == ["admit", "settle 9"])
        _ = try? await fixture.say("Fail")
        #expect(ledger.entries.dropFirst(2).first == "admit" && ledger.entries.count == 4)
        try await fixture.say("Hello", clientID: id)
        #expect(ledger.entries.suffix(2) == ["admit", "release"], "A repetition costs nothing.")
        let eve = try await fixture.companion.accounts.register(name: "Eve").id
        _ = try? await fixture.companion.chats.reply(to: "Hello", in: fixture.chat, by: eve)
        #expect(ledger.entries.suffix(2) == ["admit", "release"])
        #expect(ledger.open == 0)
    }

    // MARK: Screening

    @Test("A blocked message is kept and marked, has a blocked reply, and never reaches a model or a later prompt")
    func blockedMessage() async throws {
        let fixture = try await TurnFixture("fine", screening: WordScreening(blocked: "forbidden", holdBack: 0))
        let events = try await fixture.events(sayingInATask: "a forbidden word").value
        #expect(events.contains(.blocked(reason: "message")))
        #expect(events.finished?.alternative.status == .blocked)
        #expect(fixture.model.calls.isEmpty)
        #expect(try await fixture.messages.map(\.alternative.status) == [.blocked, .blocked])
        try await fixture.say("hello")
        #expect(!fixture.model.requests[0].messages.contains { $0.text.contains("forbidden") })
    }

    @Test("At every way of cutting it, no character of a flagged word is delivered, and what precedes it is kept")
    func blockedReply() async throws {
        let text = "well, a forbidden word, and more"
        for cut in 1..<text.count {
            let pieces = [String(text.prefix(cut)), String(text.dropFirst(cut))]
            let fixture = try await TurnFixture(
                .text(pieces), screening: WordScreening(blocked: "forbidden", holdBack: 9))
            let events = try await fixture.events(sayingInATask: "hello").value
            #expect(events.text == "well, a ")
            #expect(events.contains(.blocked(reason: "reply")))
            let kept = try #require(events.finished)
            #expect(kept.text == "well, a " && kept.alternative.status == .blocked)
            #expect(fixture.model.calls[0].state == .abandoned || cut >= 17)
        }
    }

    @Test("What a screen held back is delivered when the reply ends")
    func heldBack() async throws {
        let fixture = try await TurnFixture(
            .text("all ", "is ", "well"), screening: WordScreening(blocked: "forbidden", holdBack: 9))
        let events = try await fixture.events(sayingInATask: "hello").value
        #expect(events.text == "all is well" && events.finished?.text == "all is well")
    }

    @Test("A screening that fails fails the turn: nothing passes unscreened")
    func failingScreening() async throws {
        let fixture = try await TurnFixture("never", screening: WordScreening(blocked: nil, holdBack: 0))
        await #expect(throws: CompanionError.self) { try await fixture.say("hello") }
        #expect(fixture.model.calls.isEmpty)
        #expect(try await fixture.messages.last?.alternative.status == .failed)
    }

    // MARK: Recall

    @Test("What is recalled stands in the prompt behind the history, and in the events")
    func recalled() async throws {
        let fixture = try await TurnFixture(
            "one", recall: StubRecall { _ in Recollection(text: "Ada sails.", count: 1, omissions: ["vectors"]) })
        let events = try await fixture.events(sayingInATask: "hello").value
        #expect(events.contains(.recalled(Recollection(text: "Ada sails.", count: 1, omissions: ["vectors"]))))
        #expect(events.notices == ["Recall went without: vectors."])
        let messages = fixture.model.requests[0].messages
        #expect(messages.last?.part == .memory && messages.last?.text == "Ada sails.")
    }

    @Test("Recall that fails costs the memories and not the reply, and the stream says so")
    func failingRecall() async throws {
        let fixture = try await TurnFixture("one", recall: StubRecall { _ in throw TurnTests.down })
        let events = try await fixture.events(sayingInATask: "hello").value
        #expect(events.text == "one")
        #expect(events.notices == ["Recall failed; the reply is made without memories."])
    }

    @Test("Recall that is late is left out at its deadline")
    func lateRecall() async throws {
        let never = Gate()
        let fixture = try await TurnFixture(
            "one",
            recall: StubRecall { _ in
                try await never.pass()
                return Recollection(text: "late", count: 1)
            })
        let task = fixture.events(sayingInATask: "hello")
        try await never.waitUntilWaiting()
        // The turn's keeper and the deadline.
        try await fixture.clock.waitUntilSleeping(count: 2)
        fixture.clock.advance(by: .seconds(2))
        let events = try await task.value
        #expect(events.text == "one")
        #expect(events.notices == ["Recall took too long; the reply is made without memories."])
        #expect(never.waiterCount == 0, "The late search was cancelled.")
    }
}

private final class Ledger: TurnAdmission {
    private let state = Mutex<(entries: [String], open: Set<Turn.ID>)>(([], []))
    private let admits: Bool

    init(admits: Bool = true) { self.admits = admits }

    var entries: [String] { state.withLock { $0.entries } }
    var open: Int { state.withLock { $0.open.count } }

    func admit(user: User.ID, chat: Chat.ID, turn: Turn.ID) async throws {
        guard admits else { throw CompanionError(.limitExceeded, "Not today.") }
        state.withLock {
            $0.entries.append("admit")
            $0.open.insert(turn)
        }
    }

    func settle(user: User.ID, turn: Turn.ID, usage: TokenUsage?, in transaction: any StoreTransaction) throws {
        close(turn, "settle \(usage?.totalTokens ?? 0)")
    }

    func release(user: User.ID, turn: Turn.ID) async throws { close(turn, "release") }

    private func close(_ turn: Turn.ID, _ entry: String) {
        state.withLock {
            #expect($0.open.remove(turn) != nil, "A reservation ends once.")
            $0.entries.append(entry)
        }
    }
}

/// Blocks texts with a word; holds back as many characters as could begin it. Fails where there is no word.
private struct WordScreening: TurnScreening {
    var blocked: String?
    var holdBack: Int

    func screen(_ message: String, in context: TurnContext) async throws -> ScreeningVerdict {
        guard let blocked else { throw TurnTests.down }
        return message.contains(blocked) ? .block(reason: "message") : .allow
    }

    func replyScreen(in context: TurnContext) -> any ReplyScreen {
        WordScreen(word: blocked ?? "", holdBack: holdBack)
    }
}

private struct WordScreen: ReplyScreen {
    var word: String
    var holdBack: Int
    var held = ""

    mutating func feed(_ piece: String) -> ScreenedText {
        held += piece
        if let before = textBeforeWord { return ScreenedText(before, verdict: .block(reason: "reply")) }
        let ready = String(held.dropLast(holdBack))
        held.removeFirst(ready.count)
        return ScreenedText(ready)
    }

    mutating func finish() -> ScreenedText { ScreenedText(held) }

    private var textBeforeWord: String? {
        held.indices.first { held[$0...].hasPrefix(word) }.map { String(held[..<$0]) }
    }
}

private struct StubRecall: MemoryRecall {
    var body: @Sendable (String) async throws -> Recollection
    func recall(for message: String, in context: TurnContext) async throws -> Recollection { try await body(message) }
}
