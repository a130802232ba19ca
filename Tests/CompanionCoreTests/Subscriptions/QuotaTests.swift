import CompanionCore
import CompanionInMemory
import CompanionTesting
import Foundation
import Testing

/// Quotas in turns: reserved, settled, given back.
struct QuotaTests {
    @Test("The last message of a day is answered, the next one is refused until the person's own midnight")
    func messagesPerDay() async throws {
        // 12:00 in London is midnight in Auckland: 1 June 2025, 12:00 UTC.
        let fixture = try await QuotaFixture(.init(messagesPerDay: 2), timeZone: "Pacific/Auckland")
        try await fixture.say()
        try await fixture.say()
        let refusal = try #require(try await fixture.refusal())
        #expect(refusal.code == .limitExceeded)
        #expect(refusal.retry == .after(.seconds(86_400)))
        #expect(refusal.message.contains("2025-06-03") && refusal.message.contains("2025-06-02T12:00:00.000Z"))
        #expect(try await fixture.companion.chats.messages(in: fixture.chat, by: fixture.user).count == 4)
        fixture.clock.advance(by: .seconds(86_399))
        #expect(try await fixture.refusal() != nil)
        fixture.clock.advance(by: .seconds(1))
        #expect(try await fixture.refusal() == nil)
        #expect(try await fixture.usage.messagesToday.remaining == 1)
    }

    @Test("What was said before is told again for nothing")
    func repetition() async throws {
        let fixture = try await QuotaFixture(.init(messagesPerDay: 1))
        let id = ClientMessageID(rawValue: "a")
        let first = try await fixture.say(clientID: id)
        #expect(try await fixture.say(clientID: id) == first)
        #expect(try await fixture.usage.messagesToday.used == 1)
    }

    @Test("Tokens are reserved by the most that a turn can cost, and settled by what it did")
    func tokens() async throws {
        let fixture = try await QuotaFixture(.init(tokensPerMonth: 4_000))
        for _ in 0..<20 { try await fixture.say() }
        #expect(try await fixture.usage.tokensThisMonth.used == 2_000)
        // A thousand for the reply are not there any more.
        try await fixture.companion.subscriptions.override(fixture.user, .init(.tokensPerMonth, 3_000))
        let refusal = try #require(try await fixture.refusal())
        #expect(refusal.code == .limitExceeded && refusal.message.contains("1000 are left"))
        #expect(refusal.message.contains("2025-07-01"))
        fixture.clock.advance(by: .seconds(30 * 86_400))
        #expect(try await fixture.refusal() == nil)
    }

    @Test("A failed turn costs no message, and what the provider counted; a cancelled one costs what was written")
    func failures() async throws {
        let model = ScriptedLanguageModel(replies: [
            .failure(CompanionError(.unavailable, "down")),
            ScriptedReply(steps: [
                .event(.text("so ")), .event(.usage(.init(promptTokens: 5, completionTokens: 1))),
                .failure(CompanionError(.unavailable, "down")),
            ]), "whole words come", "fine",
        ])
        let fixture = try await QuotaFixture(.init(messagesPerDay: 1), model: model)
        for _ in 0..<2 { #expect(try await fixture.refusal()?.code == .unavailable) }
        #expect(try await fixture.usage.messagesToday.used == 0)
        try await fixture.companion.chats.withReply(to: "Hello", in: fixture.chat, by: fixture.user) { reply in
            for try await event in reply { if case .text = event { return } }
        }
        #expect(try await fixture.usage.messagesToday.used == 1)
        #expect(try await fixture.usage.messagesToday.held == 0)
        #expect(try await fixture.usage.tokensThisMonth.used > 6)
        #expect(try await fixture.refusal()?.code == .limitExceeded)
    }

    @Test("What a dead process had reserved counts until it expires, and is deleted by the background work")
    func crash() async throws {
        let fixture = try await QuotaFixture(.init(messagesPerDay: 1))
        let death = CompanionError(.internalInconsistency, "killed")
        let store = MortalStore(fixture.store)
        let plan = try fixture.companion.subscriptions.plan()
        let doomed = Companion(
            languageModel: ScriptedLanguageModel { _ in
                ScriptedReply(steps: [.event(.text("so ")), .wait { store.die() }, .failure(death)])
            }, relationalStore: store, plan: plan, clock: fixture.clock, random: SeededRandomSource(seed: 3))
        await #expect(throws: CompanionError.self) {
            try await doomed.chats.reply(to: "Hello", in: fixture.chat, by: fixture.user)
        }
        // The chat's lease is over, but not the reservation.
        fixture.clock.advance(by: .seconds(899))
        #expect(try await fixture.refusal()?.code == .limitExceeded)
        #expect(try await fixture.usage.messagesToday.held == 1)
        fixture.clock.advance(by: .seconds(1))
        #expect(try await fixture.usage.messagesToday.held == 0)
        #expect(try await fixture.refusal() == nil)
    }

    @Test("A message that is blocked costs nothing, and somebody in a crisis is helped with nothing left")
    func moderation() async throws {
        let screening = try Moderation(terms: [KeywordTerm("forbidden", category: .harassment)])
        let fixture = try await QuotaFixture(.init(messagesPerDay: 1), screening: screening)
        _ = try await fixture.say("a forbidden word")
        #expect(try await fixture.usage.messagesToday.used == 0)
        try await fixture.say()
        var seen: [ReplyEvent] = []
        do {
            try await fixture.companion.chats.withReply(
                to: "I want to kill myself", in: fixture.chat, by: fixture.user
            ) { reply in
                for try await event in reply { seen.append(event) }
            }
            Issue.record("It must throw.")
        } catch { #expect((error as? CompanionError)?.code == .limitExceeded) }
        #expect(seen.crises.count == 1)
    }

    @Test("A change of tier in the middle of a day counts what was used against the new limits")
    func changeOfTier() async throws {
        let fixture = try await QuotaFixture(.init(messagesPerDay: 2))
        for _ in 0..<2 { try await fixture.say() }
        #expect(try await fixture.refusal() != nil)
        try await fixture.companion.subscriptions.subscribe(fixture.user, to: "plus")
        #expect(try await fixture.usage.messagesToday.remaining == 3)
        for _ in 0..<3 { try await fixture.say() }
        #expect(try await fixture.refusal() != nil)
        try await fixture.companion.subscriptions.end(fixture.user)
        #expect(try await fixture.usage.messagesToday.remaining == 0)
        #expect(try await fixture.companion.subscriptions.entitlements(of: fixture.user).status == .expired)
    }

    @Test("A refund gives back what a turn has cost, once")
    func refund() async throws {
        let fixture = try await QuotaFixture(.init(messagesPerDay: 1))
        let turn = try #require(try await fixture.say().alternative.turn)
        let eve = try await fixture.companion.accounts.register(name: "Eve").id
        let subscriptions = fixture.companion.subscriptions
        await #expect(throws: CompanionError.self) { try await subscriptions.refund(turn, of: eve) }
        #expect(try await subscriptions.refund(turn, of: fixture.user))
        #expect(try await !subscriptions.refund(turn, of: fixture.user))
        #expect(try await fixture.usage.messagesToday.used == 0)
        #expect(try await fixture.usage.tokensThisMonth.used == 0)
        #expect(try await fixture.refusal() == nil)
    }

    @Test("A tier's first model that there is writes, within the tier's context, and each is counted by its name")
    func models() async throws {
        let small = ScriptedLanguageModel(name: "small") { _ in "small" }
        let large = ScriptedLanguageModel(name: "large") { _ in "large" }
        let plan = try SubscriptionPlan(tiers: [
            Tier("free", title: "Free", limits: .init(models: ["nowhere", "small"], contextTokens: 2_048)),
            Tier("plus", title: "Plus", limits: .init(models: ["large", "small"])),
            Tier("odd", title: "Odd", limits: .init(models: ["nowhere"])),
        ])
        let fixture = try await QuotaFixture(plan, model: large, more: [small])
        #expect(try await fixture.say().text == "small")
        let report = try await fixture.companion.chats.prompt(in: fixture.chat, by: fixture.user).report
        #expect(report.budget < 2_048)
        try await fixture.companion.subscriptions.subscribe(fixture.user, to: "plus")
        #expect(try await fixture.say().text == "large")
        let history = try await fixture.companion.subscriptions.history(of: fixture.user)
        #expect(history.map(\.model) == ["large", "small"] && history.allSatisfy { $0.amount.messages == 1 })
        try await fixture.companion.subscriptions.subscribe(fixture.user, to: "odd")
        #expect(try await fixture.refusal()?.code == .forbidden)
    }

    @Test("Turns that follow each other too fast are refused, by the tier's rates")
    func rates() async throws {
        let clock = ManualClock()
        let plan = try SubscriptionPlan(
            tiers: [
                Tier("free", title: "Free", limits: .init(rates: [RateLimit("turns", count: 2, per: .seconds(60))]))
            ], rateLimiter: InMemoryRateLimiter(clock: clock))
        let fixture = try await QuotaFixture(plan)
        for _ in 0..<2 { try await fixture.say() }
        let refusal = try #require(try await fixture.refusal())
        #expect(refusal.code == .rateLimited && refusal.retry == .after(.seconds(30)))
        clock.advance(by: .seconds(30))
        #expect(try await fixture.refusal() == nil)
    }

    @Test("No more characters and memories are kept than the tier allows")
    func things() async throws {
        let fixture = try await QuotaFixture(.init(characters: 2, memories: 2))
        let companion = fixture.companion
        _ = try await companion.characters.add(CharacterCard(name: "Bram"), by: fixture.user)
        await #expect(throws: CompanionError.self) {
            try await companion.characters.add(CharacterCard(name: "Pia"), by: fixture.user)
        }
        for text in ["Ada plays the cello.", "Ada has a sister."] {
            _ = try await companion.memories.add(text, by: fixture.user)
        }
        await #expect(throws: CompanionError.self) {
            try await companion.memories.add("Ada grows roses.", by: fixture.user)
        }
        // What is known already needs no room.
        _ = try await companion.memories.add("Ada plays the cello.", by: fixture.user)
        let usage = try await fixture.usage
        #expect(usage.characters.used == 2 && usage.memories.used == 2 && usage.memories.remaining == 0)
    }

    @Test("What is learnt beyond the tier's memories is refused, and counted as that")
    func learnt() async throws {
        let plan = try SubscriptionPlan(tiers: [Tier("free", title: "Free", limits: .init(memories: 1))])
        let fixture = try await QuotaFixture(plan, configuration: .init())
        try await fixture.say("I live in Turin. I have a dog called Pixel.")
        let reports = try await fixture.companion.memories.extractNow(fixture.chat, by: fixture.user)
        #expect(reports.learnt.count == 1)
        #expect(reports.refused[.limit] ?? 0 >= 1)
    }

    @Test("Without a plan nothing is counted, and asking for it says so")
    func noPlan() async throws {
        let fixture = try await TurnFixture("fine")
        try await fixture.say("Hello")
        await #expect(throws: CompanionError.self) {
            try await fixture.companion.subscriptions.usage(of: fixture.user)
        }
    }

    @Test("500 turns at once get no more than there is, whatever becomes of them")
    func crowd() async throws {
        let model = ScriptedLanguageModel { _ in .text("fine", usage: .init(promptTokens: 900, completionTokens: 100)) }
        let fixture = try await QuotaFixture(.init(messagesPerDay: 60, tokensPerMonth: 10_000_000), model: model)
        let character = try await fixture.companion.characters.characters(by: fixture.user)[0].id
        var chats: [Chat.ID] = []
        for _ in 0..<500 { chats.append(try await fixture.companion.chats.start(with: character, by: fixture.user).id) }
        let admitted = await withTaskGroup(of: Bool.self) { group in
            for chat in chats {
                group.addTask {
                    (try? await fixture.companion.chats.reply(to: "Hello", in: chat, by: fixture.user)) != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(admitted == 60)
        #expect(try await fixture.usage.messagesToday.used == 60)
        #expect(try await fixture.usage.tokensThisMonth.used == 60_000)
    }
}
