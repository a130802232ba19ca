import CompanionCore
import CompanionInMemory
import CompanionTesting
import Synchronization
import TestRandomness
import Testing

/// The service, as the screening of whole turns.
struct ModerationTests {
    static let down = CompanionError(.unavailable, "Down.")
    let insult = KeywordTerm("idiot", category: .harassment)

    func configuration(
        _ change: (inout Moderation.Configuration) -> Void = { _ in }
    ) -> Moderation.Configuration {
        var configuration = Moderation.Configuration(disclosure: { _ in nil })
        configuration.policy[.harassment] = .init(block: 0.5)
        configuration.policy[.violence] = .init(flag: 0.3, block: 0.8)
        change(&configuration)
        return configuration
    }

    // MARK: The message

    @Test("A message that keywords block is blocked, marked and reported, and no model is asked to reply")
    func blockedByKeyword() async throws {
        let fixture = try await ModerationFixture("never", terms: [insult], configuration: configuration())
        let events = try await fixture.events(saying: "You 1d!ot")
        #expect(events.contains(.blocked(reason: "It goes against the rules here (harassment).")))
        #expect(fixture.turn.model.calls.isEmpty)
        let report = try #require(fixture.reports.first)
        #expect(report.origin == .message && report.user == fixture.turn.user && report.decision.action == .block)
        #expect(!"\(fixture.reports)".lowercased().contains("ot\""))
        #expect(try await fixture.counters.map(\.blockedMessages) == [1])
    }

    @Test("A message is judged by the model, too; what is only flagged goes through and is reported")
    func judgedByModel() async throws {
        let model = ScriptedModerationModel(finding: ["knife": [.violence: 0.5], "gore": [.violence: 0.9]])
        let fixture = try await ModerationFixture("one", "two", model: model, configuration: configuration())
        let first = try await fixture.events(saying: "a knife")
        let second = try await fixture.events(saying: "gore")
        #expect(first.text == "one" && !first.isBlocked)
        #expect(second.isBlocked && second.text.isEmpty)
        #expect(fixture.reports.map(\.decision.action) == [.flag, .block])
        #expect(model.texts == ["a knife", "one", "gore"])
    }

    @Test("Where the model fails, the turn fails or the keywords alone decide, as the policy says")
    func failingModel() async throws {
        let model = FaultyModerationModel(ScriptedModerationModel(finding: [:])) { _ in throw Self.down }
        let closed = try await ModerationFixture("never", model: model, configuration: configuration())
        await #expect(throws: CompanionError.self) { try await closed.turn.say("hello") }
        #expect(closed.turn.model.calls.isEmpty)

        let open = try await ModerationFixture(
            "fine", terms: [insult], model: model,
            configuration: configuration { $0.policy.modelFailure = .keywordsOnly })
        let passed = try await open.events(saying: "hello")
        #expect(passed.text == "fine" && open.reports.map(\.decision.isWithoutModel) == [true, true])
        let blocked = try await open.events(saying: "idiot")
        #expect(blocked.isBlocked)
    }

    @Test("A model that is given up with the turn is not taken for one that fails")
    func cancelled() async throws {
        let gate = Gate()
        let model = FaultyModerationModel(ScriptedModerationModel(finding: [:])) { _ in try await gate.pass() }
        let fixture = try await ModerationFixture(
            "never", model: model, configuration: configuration { $0.policy.modelFailure = .keywordsOnly })
        let task = fixture.turn.events(sayingInATask: "hello")
        try await gate.waitUntilWaiting()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(fixture.turn.model.calls.isEmpty)
    }

    @Test("Screening and recall go on at the same time")
    func besideRecall() async throws {
        let (recalling, judging) = (Gate(), Gate())
        let model = FaultyModerationModel(ScriptedModerationModel(finding: [:])) { call in
            if call == 0 { try await judging.pass() }
        }
        let fixture = try await ModerationFixture(
            "fine", model: model, recall: GatedRecall(gate: recalling), configuration: configuration())
        let task = fixture.turn.events(sayingInATask: "hello")
        try await recalling.waitUntilWaiting()
        try await judging.waitUntilWaiting()
        recalling.open()
        judging.open()
        #expect(try await task.value.text == "fine")
    }

    // MARK: The reply

    @Test("A reply is cut before a blocked span, kept and marked")
    func blockedReply() async throws {
        let fixture = try await ModerationFixture(
            .text("Well, you ", "id", "io", "t, go"), terms: [insult], configuration: configuration())
        let events = try await fixture.events(saying: "hello")
        #expect(events.text == "Well, you " && events.isBlocked)
        #expect(events.finished?.alternative.status == .blocked && events.finished?.text == "Well, you ")
        #expect(fixture.reports.map(\.origin) == [.reply])
    }

    @Test(
        "In strict mode, cut anywhere, nothing is delivered of a part that the model blocks",
        arguments: [1, 5, 20, 26, 27, 28, 31, 40, 41, 42, 43, 44, 45, 50, 58])
    func strict(cut: Int) async throws {
        let text = "A quiet evening by the sea. Then came gore and more of it. The end."
        let model = ScriptedModerationModel(finding: ["gore": [.violence: 0.9]])
        let fixture = try await ModerationFixture(
            .text(String(text.prefix(cut)), String(text.dropFirst(cut))), model: model,
            configuration: configuration { configuration in
                configuration.replies = .strict
                configuration.shortestPart = 10
            })
        let events = try await fixture.events(saying: "hello")
        #expect(["", "A quiet evening by the sea."].contains(events.text) && events.isBlocked)
        #expect(events.finished?.text == events.text)
    }

    @Test("In prompt mode text is delivered at once, and a part that the model blocks ends the reply")
    func prompt() async throws {
        let model = ScriptedModerationModel(finding: ["gore": [.violence: 0.9]])
        let fixture = try await ModerationFixture(
            .text("A quiet evening. ", "Then gore. ", "Never seen."), model: model,
            configuration: configuration { $0.shortestPart = 10 })
        let events = try await fixture.events(saying: "hello")
        #expect(events.text == "A quiet evening. Then gore. " && events.isBlocked)
        #expect(model.texts == ["hello", "A quiet evening.", " Then gore."])
    }

    @Test("At the end the whole is judged once more: parts that are harmless alone may not be together")
    func finalCheck() async throws {
        for replies in [Moderation.Configuration.Replies.prompt, .strict] {
            let model = ScriptedModerationModel { _, text in
                ModerationJudgement(scores: [.violence: text.contains("First") && text.contains("Last") ? 0.9 : 0])
            }
            let fixture = try await ModerationFixture(
                .text("First this one. ", "Last that one."), model: model,
                configuration: configuration { configuration in
                    configuration.shortestPart = 10
                    configuration.replies = replies
                })
            let events = try await fixture.events(saying: "hello")
            #expect(events.isBlocked)
            #expect(events.text == (replies == .strict ? "First this one." : "First this one. Last that one."))
        }
    }

    @Test("What a screen lets through is the reply to the letter, at any cuts and in both modes")
    func faithful() async throws {
        var random = SeededGenerator.announced()
        for round in 0..<20 {
            let text = random.text(upTo: 60).replacing("\0", with: "-") + "."
            let pieces = text.pieces(of: Int.random(in: 1...9, using: &random))
            let fixture = try await ModerationFixture(
                .text(pieces), terms: [insult], model: ScriptedModerationModel(finding: [:]),
                configuration: configuration { configuration in
                    configuration.shortestPart = 10
                    configuration.longestPart = 40
                    configuration.replies = round.isMultiple(of: 2) ? .strict : .prompt
                })
            let events = try await fixture.events(saying: "hello")
            #expect(events.text.utf8.elementsEqual(text.utf8), "\(pieces)")
            #expect(events.finished?.alternative.status == .complete)
        }
    }

    // MARK: Crises

    @Test("Signs of a crisis bring the help of the person's country, once per episode, and the character is silent")
    func crisis() async throws {
        let fixture = try await ModerationFixture(
            "again", "later", configuration: configuration { $0.country = { _ in "US" } })
        let first = try await fixture.events(saying: "I want to kill myself")
        #expect(first.crises.first?.resources.first?.contact == "Call or text 988")
        #expect(first.crises.count == 1 && first.text.isEmpty && !first.isBlocked)
        #expect(try await fixture.turn.messages[0].alternative.status == .complete, "The message is not marked.")
        let second = try await fixture.events(saying: "I want to kill myself")
        #expect(second.crises.isEmpty && second.text == "again")
        fixture.clock.advance(by: .seconds(6 * 3600))
        let third = try await fixture.events(saying: "I'm suicidal")
        #expect(third.crises.count == 1)
        #expect(try await fixture.counters.map(\.crisisReferrals) == [2])
    }

    @Test("Where the host has it so, the character answers beside the referral")
    func crisisGoesOn() async throws {
        let fixture = try await ModerationFixture(
            "I am here.", configuration: configuration { $0.crisisEndsTurn = false })
        let events = try await fixture.events(saying: "I want to end it all")
        #expect(events.crises.count == 1 && events.text == "I am here.")
    }

    @Test("A crisis in a message that is blocked for another reason brings help, and the block holds")
    func crisisAndBlock() async throws {
        let fixture = try await ModerationFixture("never", terms: [insult], configuration: configuration())
        let events = try await fixture.events(saying: "I'll kill myself, idiot")
        #expect(events.crises.count == 1 && events.isBlocked)
        #expect(try await fixture.turn.messages[0].alternative.status == .blocked)
    }

    @Test("The model's judgement tells of a crisis, too, and so does a reply")
    func crisisByModel() async throws {
        let model = ScriptedModerationModel(finding: ["dark": [.selfHarmIntent: 0.9]])
        let fixture = try await ModerationFixture("It is dark.", model: model, configuration: configuration())
        let events = try await fixture.events(saying: "hello")
        #expect(events.crises.map(\.origin) == [.reply])
    }

    @Test("No quota stands between a person and help: the referral comes, then the refusal")
    func crisisWithoutQuota() async throws {
        let fixture = try await ModerationFixture("never", admission: Refusal(), configuration: configuration())
        var seen: [ReplyEvent] = []
        do {
            try await fixture.turn.companion.chats.withReply(
                to: "I want to kill myself", in: fixture.turn.chat, by: fixture.turn.user
            ) { reply in
                for try await event in reply { seen.append(event) }
            }
            Issue.record("It must throw.")
        } catch { #expect((error as? CompanionError)?.code == .limitExceeded) }
        #expect(seen.crises.count == 1 && seen.count == 1)
        #expect(try await fixture.turn.messages.isEmpty)
        await #expect(throws: CompanionError.self) { try await fixture.events(saying: "hello") }
    }

    // MARK: What is kept

    @Test("Decisions are kept for moderators, about whom and why and never what; nobody else may look")
    func records() async throws {
        let fixture = try await ModerationFixture("You idiot", terms: [insult], configuration: configuration())
        _ = try await fixture.events(saying: "Idiot!")
        _ = try await fixture.events(saying: "hello")
        let companion = fixture.turn.companion
        let judge = try await companion.accounts.register(name: "Judge").id
        let refused = await #expect(throws: CompanionError.self) {
            try await companion.moderation.records(by: judge)
        }
        #expect(refused?.code == .forbidden)
        _ = try await companion.accounts.setRole(.moderator, of: judge, by: nil)
        let records = try await companion.moderation.records(by: judge)
        #expect(records.map(\.origin) == [.reply, .message])
        #expect(records.allSatisfy { $0.user == fixture.turn.user && $0.decision.action == .block && $0.turn != nil })
        #expect(!String(reflecting: records).lowercased().contains("idiot"))
        #expect(try await companion.moderation.records(.crisis, by: judge).isEmpty)
    }

    @Test("After a restart nobody is told again what they were told, nor referred again within an episode")
    func survivesRestarts() async throws {
        let configuration = configuration { $0.disclosure = { _ in .strictest } }
        let fixture = try await ModerationFixture("one", configuration: configuration)
        let first = try await fixture.events(saying: "I want to kill myself")
        #expect(first.disclosures.map(\.occasion) == [.start] && first.crises.count == 1)
        let again = Companion(
            languageModel: ScriptedLanguageModel { _ in "two" }, relationalStore: fixture.turn.store,
            screening: try Moderation(configuration: configuration, clock: fixture.clock))
        var events: [ReplyEvent] = []
        try await again.chats.withReply(
            to: "I want to kill myself", in: fixture.turn.chat, by: fixture.turn.user
        ) { reply in
            for try await event in reply { events.append(event) }
        }
        #expect(events.disclosures.isEmpty && events.crises.isEmpty && events.text == "two")
    }

    // MARK: Disclosure

    @Test("People are told that it is an AI when they begin, and again by the profile of their age")
    func disclosure() async throws {
        let fixture = try await ModerationFixture(
            "a", "b", "c", "d", configuration: configuration { $0.disclosure = { _ in .strictest } })
        var told: [[Disclosure.Occasion]] = []
        for _ in 0..<4 {
            told.append(try await fixture.events(saying: "hello").disclosures.map(\.occasion))
            fixture.clock.advance(by: .seconds(25 * 60))
        }
        #expect(told == [[.start], [], [], [.reminder]])
        #expect(try await fixture.counters.map(\.disclosures) == [2])
    }

    @Test("Age and rating choose the rules")
    func ages() async throws {
        let term = KeywordTerm("naked", category: .sexual)
        let ages: [(AgeBand, CharacterRating, Bool)] = [
            (.adult, .mature, false), (.adult, .general, true), (.unknown, .mature, true), (.teen, .mature, true),
        ]
        for (age, rating, isBlocked) in ages {
            let fixture = try await ModerationFixture(
                "fine", terms: [term],
                configuration: configuration { configuration in
                    configuration.ageBand = { _ in age }
                    configuration.rating = { _ in rating }
                })
            #expect(try await fixture.events(saying: "naked").isBlocked == isBlocked, "\(age) \(rating)")
        }
    }
}

private struct GatedRecall: MemoryRecall {
    var gate: Gate
    func recall(for message: String, in context: TurnContext) async throws -> Recollection {
        try await gate.pass()
        return Recollection(text: "", count: 0)
    }
}

private struct Refusal: TurnAdmission {
    func admit(user: User.ID, chat: Chat.ID, turn: Turn.ID) async throws {
        throw CompanionError(.limitExceeded, "Not today.")
    }
    func settle(user: User.ID, turn: Turn.ID, usage: TokenUsage?, in transaction: any StoreTransaction) throws {}
    func release(user: User.ID, turn: Turn.ID) async throws {}
}
