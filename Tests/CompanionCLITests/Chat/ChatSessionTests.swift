import CompanionCore
import CompanionInMemory
import Foundation
import Testing

@testable import CompanionCLI

@MainActor struct ChatSessionTests {
    private let output = CollectingOutput()

    private func session(_ replies: [ScriptedReply], card: CharacterCard? = nil) async throws -> ChatSession {
        let model = ScriptedLanguageModel(replies: replies)
        let companion = Companion(languageModel: model, relationalStore: InMemoryStore())
        let user = try await companion.accounts.register(name: "Ada")
        let card = card ?? CharacterCard(name: "Luna", firstMessage: "Hello.", alternateGreetings: ["Welcome."])
        let character = try await companion.characters.add(card, by: user.id)
        let chat = try await companion.chats.start(with: character.id, by: user.id)
        return ChatSession(
            companion: companion, model: model, user: user, chat: chat, character: character, output: output)
    }

    private func perform(_ session: ChatSession, _ lines: String...) async throws {
        for line in lines { #expect(try await session.perform(ChatLine(line)) == .done) }
    }

    private func texts(_ session: ChatSession) async throws -> [String] {
        try await session.chats.messages(in: session.chat.id, by: session.user.id, limit: 500).map(\.text)
    }

    @Test("A message is answered, and the events come in the order of the turn")
    func message() async throws {
        let session = try await session([.text("I ", "see.")])
        try await perform(session, "I moved.")
        #expect(output.types == ["started", "composed", "text", "text", "finished"])
        #expect(output.replyText == "I see.")
        #expect(try await texts(session) == ["Hello.", "I moved.", "I see."])
    }

    @Test("/swipe goes through the alternatives, and makes a new one behind the last")
    func swipes() async throws {
        let session = try await session(["One.", "Two.", "Three."])
        try await perform(session, "Hi", "/regenerate")
        #expect(try await texts(session).last == "Two.")
        try await perform(session, "/swipe prev")
        #expect(try await texts(session).last == "One.")
        try await perform(session, "/swipe", "/swipe")
        #expect(try await texts(session).last == "Three.")
        try await perform(session, "/swipe 1")
        #expect(try await texts(session).last == "One.")
        await #expect(throws: CompanionError.self) { _ = try await session.perform(ChatLine("/swipe 4")) }
        await #expect(throws: CompanionError.self) { _ = try await session.perform(ChatLine("/swipe prev")) }
    }

    @Test("The alternatives of a greeting are the card's, and no new one is made")
    func greetings() async throws {
        let session = try await session([])
        try await perform(session, "/swipe")
        #expect(try await texts(session) == ["Welcome."])
        await #expect(throws: CompanionError.self) { _ = try await session.perform(ChatLine("/swipe")) }
    }

    @Test("/edit changes the last message or the last reply, /undo takes it back")
    func edits() async throws {
        let session = try await session(["Yes."])
        try await perform(session, "Is it?", "/edit Was it?", "/edit reply No.")
        #expect(try await texts(session) == ["Hello.", "Was it?", "No."])
        try await perform(session, "/undo", "/undo")
        #expect(try await texts(session) == ["Hello.", "Is it?", "Yes."])
        output.clear()
        try await perform(session, "/undo")
        guard case .undone(nil) = output.events.last else {
            Issue.record("\(output.events)")
            return
        }
    }

    @Test("/edit without a text asks for the old one")
    func rewriting() async throws {
        let session = try await session(["Yes."])
        try await perform(session, "Is it?")
        #expect(try await session.perform(ChatLine("/edit")) == .rewrite(.message, text: "Is it?"))
        #expect(try await session.perform(ChatLine("/edit reply")) == .rewrite(.reply, text: "Yes."))
    }

    @Test("/delete takes the last exchange away, /undo brings it back")
    func deletion() async throws {
        let session = try await session(["One.", "Two."])
        try await perform(session, "First", "Second", "/delete")
        #expect(try await texts(session) == ["Hello.", "First", "One."])
        try await perform(session, "/undo")
        #expect(try await texts(session) == ["Hello.", "First", "One.", "Second", "Two."])
    }

    @Test("/fork goes on in a copy, and /chats leads back")
    func fork() async throws {
        let session = try await session(["One.", "Two."])
        try await perform(session, "First")
        let first = session.chat.id
        try await perform(session, "/fork What if", "Second")
        #expect(session.chat.id != first)
        #expect(session.chat.title == "What if")
        #expect(try await texts(session).count == 5)
        try await perform(session, "/chats \(first.short)")
        #expect(session.chat.id == first)
        #expect(try await texts(session) == ["Hello.", "First", "One."])
    }

    @Test("/continue adds to the last reply")
    func goOn() async throws {
        let session = try await session(["Once", " upon a time."])
        try await perform(session, "Tell me", "/continue")
        #expect(try await texts(session).last == "Once upon a time.")
    }

    @Test("/persona, /title and /new change what they say")
    func settings() async throws {
        let session = try await session([])
        try await perform(session, "/persona I sail.", "/title Harbour")
        #expect(session.user.persona == "I sail.")
        #expect(session.chat.title == "Harbour")
        let first = session.chat.id
        try await perform(session, "/new")
        #expect(session.chat.id != first)
        #expect(output.types == ["persona", "title", "chat"])
    }

    @Test("/prompt explains what the model would be shown")
    func prompt() async throws {
        let session = try await session([])
        try await perform(session, "/prompt")
        guard case .prompt(let report) = output.events.last else {
            Issue.record("\(output.events)")
            return
        }
        let lines = report.lines(palette: .plain, width: nil)
        #expect(lines.contains { $0.contains("\(report.promptTokens)") && $0.contains("of \(report.budget)") })
    }

    @Test(
        "What can't be done is refused and changes nothing",
        arguments: [
            "/delete", "/edit now", "/continue now", "/regenerate", "/frobnicate", "/swipe 9", "/chats 00000000",
        ])
    func refusals(_ line: String) async throws {
        let session = try await session([])
        await #expect(throws: CompanionError.self) { _ = try await session.perform(ChatLine(line)) }
        #expect(try await texts(session) == ["Hello."])
    }

    @Test("A chat that another program holds is waited for, and said so once")
    func busy() async throws {
        var tries = 0
        var announcements = 0
        func turn() async throws {
            tries += 1
            if tries < 3 { throw CompanionError(.busy, "Busy.", retry: .after(.seconds(9))) }
        }
        try await BusyWait(clock: HastyClock()).retry(turn, announce: { announcements += 1 })
        #expect(tries == 3)
        #expect(announcements == 1)
    }

    @Test("A chat that stays busy is given up after the time of a lease")
    func busyForEver() async throws {
        var tries = 0
        func turn() async throws {
            tries += 1
            throw CompanionError(.busy, "Busy.", retry: .after(.seconds(9)))
        }
        let error = await #expect(throws: CompanionError.self) {
            try await BusyWait(clock: HastyClock()).retry(turn, announce: {})
        }
        #expect(error?.code == .busy)
        // 15 seconds, in steps of half a second.
        #expect(tries == 31)
    }
}

/// A clock on which no time passes.
private struct HastyClock: WallClock {
    var now: Date { Date(timeIntervalSince1970: 0) }
    func sleep(for duration: Duration) async throws {}
}
