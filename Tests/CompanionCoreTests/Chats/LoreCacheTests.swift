import CompanionInMemory
import TestRandomness
import Testing

@testable import CompanionCore

/// Lorebooks made ready once, for all chats that have the same.
struct LoreCacheTests {
    private let identifiers = IdentifierGenerator()
    private let counter = EstimatingTokenCounter()

    private func book(_ entries: Int) -> Lorebook {
        Lorebook(entries: (0..<entries).map { LorebookEntry(keys: ["key \($0)"], content: "Text \($0).") })
    }

    private func lore(entries: Int) -> PromptComposer.Lore? {
        var card = CharacterCard(name: "Luna")
        card.book = book(entries)
        let (user, character) = person(card)
        return PromptComposer.Lore(
            of: character, and: user, [], configuration: .init(), counter: counter, budget: 1_000)
    }

    private func person(_ card: CharacterCard) -> (User, CompanionCharacter) {
        let user = User(id: identifiers.next(), name: "Ada", createdAt: .init(millisecondsSince1970: 0))
        return (user, CompanionCharacter(id: identifiers.next(), owner: user.id, card: card, createdAt: user.createdAt))
    }

    private func key(_ user: User.ID? = nil, revision: Int = 1) -> LoreCache.Key {
        let (person, character) = person(CharacterCard(name: "Luna"))
        var key = LoreCache.Key(
            .init(character, person, []), of: user ?? person.id, counter: counter, budget: 1_000)
        key.revision = revision
        return key
    }

    @Test("Two chats with one character share one activator, and so does whoever asks what a prompt would be")
    func shared() async throws {
        var card = CharacterCard(name: "Luna")
        card.book = book(20)
        let fixture = try await TurnFixture(.text("A"), .text("B"), .text("C"), card: card)
        let (companion, user) = (fixture.companion, fixture.user)
        let first = try await companion.chats.chat(fixture.chat, by: user)
        let second = try await companion.chats.start(with: first.character, by: user)
        func activator(of chat: Chat.ID) async throws -> ObjectIdentifier? {
            _ = try await companion.chats.reply(to: "key 3", in: chat, by: user)
            let revision = try await companion.chats.chat(chat, by: user).revision
            let key = HistoryCache.Key(user: user, chat: chat, counter: companion.context.tokenCounter.identifier)
            let history = try #require(companion.context.histories.take(key, revision: revision))
            return history.preamble.lore?.activator.map(ObjectIdentifier.init)
        }
        let own = try #require(try await activator(of: first.id))
        #expect(try await activator(of: second.id) == own)
        _ = try await companion.chats.prompt(in: first.id, by: user, ifSaying: "key 5")
        #expect(companion.context.lore.count(of: user) == 1)
        // Another book that applies makes another; so does another name, because macros stand for it.
        let more = try await companion.lorebooks.add(book(2), named: "More", isEverywhere: true, by: user)
        #expect(try await activator(of: first.id) != own)
        #expect(companion.context.lore.count(of: user) == 2)
        try await companion.lorebooks.attach(more.id, to: second.id, by: user)
        _ = try await companion.chats.prompt(in: second.id, by: user)
        #expect(companion.context.lore.count(of: user) == 2, "attached or everywhere, it is the same book")
    }

    @Test("What it holds stays within its bound, and what was used last stays")
    func bounded() throws {
        var random = SeededGenerator.announced()
        let one = try #require(lore(entries: 10))
        let cache = LoreCache(maximumCost: one.cost * 4)
        let keys = (0..<12).map { _ in key() }
        var uses: [Int] = []
        for round in 0..<500 {
            let number = Int.random(in: keys.indices, using: &random)
            let got = cache.lore(for: keys[number]) { lore(entries: 10) }
            #expect(got != nil)
            #expect(cache.cost <= one.cost * 4, "seed \(random.seed), round \(round)")
            uses.removeAll { $0 == number }
            uses.append(number)
            for recent in uses.suffix(4) {
                var isGone = false
                _ = cache.lore(for: keys[recent]) {
                    isGone = true
                    return nil
                }
                #expect(!isGone, "seed \(random.seed), round \(round)")
            }
        }
        // What is larger than all that may be held is made, and not kept.
        let large = try #require(lore(entries: 100))
        let small = LoreCache(maximumCost: large.cost - 1)
        let made = small.lore(for: keys[0]) { large }
        #expect(made?.activator === large.activator)
        #expect(small.cost == 0)
    }

    @Test("Of several that make the same at once, all get one; nothing is kept where nothing is made")
    func once() throws {
        let cache = LoreCache(maximumCost: 1 << 20)
        let (first, second) = (try #require(lore(entries: 1)), try #require(lore(entries: 1)))
        let key = key()
        let got = cache.lore(for: key) {
            _ = cache.lore(for: key) { first }
            return second
        }
        #expect(got?.activator === first.activator)
        let none = cache.lore(for: self.key()) { nil }
        #expect(none == nil)
        #expect(cache.removeAll(of: key.user) == 1 && cache.cost == 0 && cache.count(of: key.user) == 0)
    }

    @Test("A lorebook that several histories share counts once for what they may take")
    func countedOnce() throws {
        var card = CharacterCard(name: "Luna")
        card.book = book(50)
        let (user, character) = person(card)
        let preamble = PromptComposer().preamble(for: character, and: user, counter: counter)
        let cost = try #require(TurnHistory(preamble: preamble, window: HistoryWindow()).sharedLore).cost
        let cache = HistoryCache(maximumCost: cost * 3 / 2)
        let keys = (0..<20).map { _ in
            HistoryCache.Key(user: user.id, chat: identifiers.next(), counter: "c")
        }
        for key in keys { cache.put(TurnHistory(preamble: preamble, window: HistoryWindow()), for: key, revision: 1) }
        #expect(cache.count(of: user.id) == keys.count)
        // Another lorebook finds no room beside it.
        let other = PromptComposer().preamble(for: character, and: user, counter: counter)
        cache.put(TurnHistory(preamble: other, window: HistoryWindow()), for: keys[0], revision: 1)
        #expect(cache.count(of: user.id) == 1)
        #expect(cache.take(keys[0], revision: 1) != nil)
        for key in keys { cache.put(TurnHistory(preamble: preamble, window: HistoryWindow()), for: key, revision: 1) }
        #expect(cache.count(of: user.id) == keys.count)
    }
}
