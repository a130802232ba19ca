import CompanionCore
import CompanionInMemory
import CompanionTesting
import Foundation
import Testing

@testable import CompanionCore

/// Characters that people show to each other.
struct CatalogTests {
    private struct Scene {
        let companion: Companion
        let clock = ManualClock()
        let ada: User.ID
        let bob: User.ID
        let luna: CompanionCharacter

        init(
            terms: [KeywordTerm] = [], plan: SubscriptionPlan? = nil, review: CatalogConfiguration.Review = .automatic
        ) async throws {
            companion = Companion(
                languageModel: ScriptedLanguageModel { _ in "fine" }, relationalStore: InMemoryStore(), plan: plan,
                screening: try Moderation(terms: terms, clock: clock), clock: clock,
                random: SeededRandomSource(seed: 1),
                configuration: .init(catalog: .init(review: review)))
            ada = try await companion.accounts.register(name: "Ada").id
            bob = try await companion.accounts.register(name: "Bob").id
            luna = try await companion.characters.add(Self.card, by: ada)
        }

        static var card: CharacterCard {
            var card = CharacterCard(name: "Luna", description: "Keeps an observatory.", tags: ["Night Sky"])
            card.traits = CharacterTraits(
                temperament: ["calm"], speech: ["dry"], interests: ["old telescopes"], relation: "an old friend")
            return card
        }

        func moderator() async throws -> User.ID {
            let id = try await companion.accounts.register(name: "Judge").id
            _ = try await companion.accounts.setRole(.moderator, of: id, by: nil)
            return id
        }
    }

    private func code(_ body: () async throws -> Void) async -> CompanionError.Code? {
        do {
            try await body()
            return nil
        } catch { return (error as? CompanionError)?.code }
    }

    @Test("A published character is found by words, tags and traits, copied, and talked to by somebody else")
    func journey() async throws {
        let scene = try await Scene()
        let catalog = scene.companion.catalog
        let entry = try await catalog.publish(scene.luna.id, by: scene.ada)
        #expect(entry.isListed && entry.submission == nil)
        for text in ["", "observatory LUNA", "#night-sky", "temperament:calm interest:telescopes", "friend"] {
            #expect(try await catalog.search(text, for: scene.bob).map(\.id) == [entry.id], "\(text)")
        }
        for text in ["sun", "#sky", "speech:calm", "luna sun"] {
            #expect(try await catalog.search(text, for: scene.bob).isEmpty, "\(text)")
        }
        let copy = try await catalog.adopt(entry.id, by: scene.bob)
        #expect(copy.owner == scene.bob && copy.card == scene.luna.card)
        #expect(try await catalog.adopt(entry.id, by: scene.bob).id == copy.id)
        let chat = try await scene.companion.chats.start(with: copy.id, by: scene.bob)
        #expect(try await scene.companion.chats.reply(to: "Hello", in: chat.id, by: scene.bob).text == "fine")
        #expect(try await catalog.entry(entry.id, for: scene.bob).uses == 1)
    }

    @Test("Traits reach the prompt, and are refused where they are out of their bounds")
    func traits() async throws {
        let scene = try await Scene()
        let chat = try await scene.companion.chats.start(with: scene.luna.id, by: scene.ada).id
        let prompt = try await scene.companion.chats.prompt(in: chat, by: scene.ada)
        let text = prompt.messages.map(\.text).joined()
        for part in ["Temperament: calm", "Speech: dry", "Interests: old telescopes", "Relation to Ada: an old friend"]
        {
            #expect(text.contains(part), "\(part)")
        }
        var card = Scene.card
        for traits in [
            CharacterTraits(temperament: Array(repeating: "x", count: 17)), CharacterTraits(speech: [""]),
            CharacterTraits(interests: [String(repeating: "x", count: 81)]), CharacterTraits(relation: "a\nb"),
        ] {
            card.traits = traits
            let refused = card
            let refusal = await code { _ = try await scene.companion.characters.add(refused, by: scene.ada) }
            #expect(refusal == .invalidInput)
        }
        #expect(try CharacterCard(json: Scene.card.json(as: .v3)).traits == Scene.card.traits)
    }

    @Test("A chat keeps the version it began with until its owner moves it; a copy until it is refreshed")
    func versions() async throws {
        let scene = try await Scene()
        let (companion, catalog) = (scene.companion, scene.companion.catalog)
        let entry = try await catalog.publish(scene.luna.id, by: scene.ada)
        let copy = try await catalog.adopt(entry.id, by: scene.bob)
        let chats = [
            try await companion.chats.start(with: scene.luna.id, by: scene.ada),
            try await companion.chats.start(with: copy.id, by: scene.bob),
        ]
        func texts() async throws -> [Bool] {
            try await [
                companion.chats.prompt(in: chats[0].id, by: scene.ada),
                companion.chats.prompt(in: chats[1].id, by: scene.bob),
            ].map { $0.messages.contains { $0.text.contains("Sails the seas.") } }
        }
        var edited = scene.luna
        edited.card.description = "Sails the seas."
        edited = try await companion.characters.update(edited, by: scene.ada)
        #expect(try await texts() == [false, false])
        _ = try await companion.chats.moveToNewestVersion(chats[0].id, by: scene.ada)
        #expect(try await texts() == [true, false])
        // What is shown changes only when it is published again.
        #expect(try await catalog.refresh(copy.id, by: scene.bob).revision == 1)
        _ = try await catalog.publish(scene.luna.id, by: scene.ada)
        #expect(try await catalog.refresh(copy.id, by: scene.bob).revision == 2)
        #expect(try await texts() == [true, false])
        _ = try await companion.chats.moveToNewestVersion(chats[1].id, by: scene.bob)
        #expect(try await texts() == [true, true])
        let listed = try await companion.characters.versions(of: scene.luna.id, by: scene.ada)
        #expect(listed.map(\.revision) == [2, 1])
        let first = try await companion.characters.character(scene.luna.id, revision: 1, by: scene.ada)
        #expect(first.card == scene.luna.card)
    }

    @Test(
        "Private and unlisted characters are not found; unlisted ones are had by their identifier; copies outlive all")
    func visibility() async throws {
        let scene = try await Scene()
        let catalog = scene.companion.catalog
        let entry = try await catalog.publish(scene.luna.id, as: .unlisted, by: scene.ada)
        #expect(try await catalog.search(for: scene.bob).isEmpty)
        let copy = try await catalog.adopt(entry.id, by: scene.bob)
        #expect(await code { try await catalog.withdraw(entry.id, by: scene.bob) } == .notFound)
        try await catalog.withdraw(entry.id, by: scene.ada)
        #expect(await code { _ = try await catalog.entry(entry.id, for: scene.bob) } == .notFound)
        #expect(try await scene.companion.characters.character(copy.id, by: scene.bob).card.name == "Luna")
        #expect(await code { _ = try await catalog.refresh(copy.id, by: scene.bob) } == .notFound)
        #expect(await code { _ = try await catalog.publish(copy.id, by: scene.bob) } == .invalidInput)
        #expect(await code { _ = try await catalog.publish(scene.luna.id, by: scene.bob) } == .notFound)
    }

    @Test("What is blocked is refused, what is flagged waits for a moderator, and others see what was approved before")
    func moderation() async throws {
        let scene = try await Scene(terms: [
            KeywordTerm("forbidden", category: .harassment), KeywordTerm("dubious", category: .harassment, score: 0.5),
        ])
        let (companion, catalog) = (scene.companion, scene.companion.catalog)
        let judge = try await scene.moderator()
        var entry = try await catalog.publish(scene.luna.id, by: scene.ada)
        var luna = scene.luna
        for (text, status) in [
            ("A forbidden thing.", CatalogEntry.Submission.Status.refused), ("A dubious thing.", .pending),
        ] {
            luna.card.firstMessage = text
            luna = try await companion.characters.update(luna, by: scene.ada)
            entry = try await catalog.publish(luna.id, by: scene.ada)
            #expect(entry.submission?.status == status && entry.submission?.reasons == ["harassment"])
            let seen = try await catalog.entry(entry.id, for: scene.bob)
            #expect(seen.published?.card == scene.luna.card && seen.submission == nil)
        }
        #expect(await code { _ = try await catalog.queue(by: scene.bob) } == .forbidden)
        #expect(try await catalog.queue(by: judge).map(\.id) == [entry.id])
        #expect(await code { _ = try await catalog.approve(entry.id, revision: 1, by: judge) } == .conflict)
        #expect(await code { _ = try await catalog.approve(entry.id, revision: 3, by: scene.ada) } == .forbidden)
        _ = try await catalog.approve(entry.id, revision: 3, rating: .teen, by: judge)
        #expect(try await catalog.queue(by: judge).isEmpty)
        #expect(
            await code { _ = try await catalog.entry(entry.id, for: scene.bob) } == .notFound, "It is for teens now.")
        _ = try await companion.accounts.update(
            scene.bob, preferences: .init(content: .init(ageBand: .adult, highestRating: .mature)))
        #expect(try await catalog.entry(entry.id, for: scene.bob).published?.card == luna.card)
        _ = try await catalog.takeDown(entry.id, because: "A complaint.", by: judge)
        #expect(await code { _ = try await catalog.entry(entry.id, for: scene.bob) } == .notFound)
        #expect(try await catalog.entries(by: scene.ada).first?.submission?.reasons == ["A complaint."])
    }

    @Test("Where everything is reviewed, nothing is shown before a moderator has seen it")
    func review() async throws {
        let scene = try await Scene(review: .always)
        let catalog = scene.companion.catalog
        let entry = try await catalog.publish(scene.luna.id, by: scene.ada)
        #expect(entry.published == nil && entry.submission?.status == .pending)
        #expect(try await catalog.search(for: scene.bob).isEmpty)
        let judge = try await scene.moderator()
        _ = try await catalog.refuse(entry.id, because: "Not yet.", by: judge)
        #expect(try await catalog.entries(by: scene.ada).first?.submission?.status == .refused)
    }

    @Test("Minors and those of unknown age are shown nothing for adults, whatever they set")
    func ages() async throws {
        let scene = try await Scene()
        let catalog = scene.companion.catalog
        let entry = try await catalog.publish(scene.luna.id, rating: .mature, by: scene.ada)
        for (age, isShown) in [(AgeBand.unknown, false), (.child, false), (.teen, false), (.adult, true)] {
            _ = try await scene.companion.accounts.update(
                scene.bob, preferences: .init(content: .init(ageBand: age, highestRating: .mature)))
            let found = try await catalog.search(for: scene.bob)
            let refusal = await code { _ = try await catalog.adopt(entry.id, by: scene.bob) }
            #expect(found.isEmpty != isShown, "\(age)")
            #expect((refusal == nil) == isShown, "\(age)")
        }
    }

    @Test("Stars are given once by each, never to oneself, and the best are not those of one friend")
    func stars() async throws {
        let scene = try await Scene()
        let (companion, catalog) = (scene.companion, scene.companion.catalog)
        let entry = try await catalog.publish(scene.luna.id, by: scene.ada)
        #expect(await code { try await catalog.rate(entry.id, 5, by: scene.ada) } == .forbidden)
        #expect(await code { try await catalog.rate(entry.id, 6, by: scene.bob) } == .invalidInput)
        for stars in [5, 4] { try await catalog.rate(entry.id, stars, by: scene.bob) }
        #expect(try await catalog.stars(of: entry.id, by: scene.bob) == 4)
        #expect(try await catalog.entry(entry.id, for: scene.bob).meanStars == 400)
        var bram = Scene.card
        bram.name = "Bram"
        let second = try await catalog.publish(
            try await companion.characters.add(bram, by: scene.ada).id, by: scene.ada)
        try await catalog.rate(second.id, 5, by: scene.bob)
        for index in 0..<9 {
            let fan = try await companion.accounts.register(name: "Fan \(index)").id
            try await catalog.rate(entry.id, 5, by: fan)
        }
        #expect(try await catalog.search(order: .best, for: scene.bob).map(\.id) == [entry.id, second.id])
    }

    @Test("A reader in another process sees a change when the cache's time is up, the writer at once")
    func cache() async throws {
        let scene = try await Scene()
        let other = Companion(
            languageModel: ScriptedLanguageModel { _ in "fine" }, relationalStore: scene.companion.context.store,
            clock: scene.clock, random: SeededRandomSource(seed: 9))
        let entry = try await scene.companion.catalog.publish(scene.luna.id, by: scene.ada)
        #expect(try await other.catalog.search(for: scene.bob).count == 1)
        try await scene.companion.catalog.withdraw(entry.id, by: scene.ada)
        #expect(try await scene.companion.catalog.search(for: scene.bob).isEmpty)
        #expect(try await other.catalog.search(for: scene.bob).count == 1)
        scene.clock.advance(by: .seconds(10))
        #expect(try await other.catalog.search(for: scene.bob).isEmpty)
    }

    @Test("Copies count against the tier's characters; a card that is not fit to be shown is refused by its field")
    func bounds() async throws {
        let plan = try SubscriptionPlan(tiers: [Tier("free", title: "Free", limits: .init(characters: 1))])
        let scene = try await Scene(plan: plan)
        let catalog = scene.companion.catalog
        let entry = try await catalog.publish(scene.luna.id, by: scene.ada)
        _ = try await scene.companion.characters.add(CharacterCard(name: "Own"), by: scene.bob)
        #expect(await code { _ = try await catalog.adopt(entry.id, by: scene.bob) } == .limitExceeded)
        var luna = scene.luna
        luna.card.tags = (0..<33).map { "tag\($0)" }
        luna = try await scene.companion.characters.update(luna, by: scene.ada)
        do {
            _ = try await catalog.publish(luna.id, by: scene.ada)
            Issue.record("It must throw.")
        } catch let error as CompanionError { #expect(error.message.contains("tags")) }
    }
}
