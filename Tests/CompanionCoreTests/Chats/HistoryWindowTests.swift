import Testing

@testable import CompanionCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

struct HistoryWindowTests {
    func entry(_ sequence: Int, tokens: Int = 10) -> HistoryEntry {
        HistoryEntry(sequence: sequence, author: .user, text: "\(sequence)", tokens: tokens)
    }

    @Test("Trimming keeps as much as a prompt can hold, and forgets the oldest")
    func trimming() {
        var window = HistoryWindow()
        window.reachesStart = true
        for sequence in 1...101 { window.append(entry(sequence)) }
        window.trim(to: 700)
        #expect(window.tokens >= 700 && window.tokens < 1_400)
        #expect(window.entries.last?.sequence == 101)
        let forgotTheStart = !window.reachesStart
        #expect(forgotTheStart)
        #expect(window.tokens == window.entries.count * 14)
    }

    @Test("Truncation forgets messages from a sequence number on")
    func truncation() {
        var window = HistoryWindow()
        for sequence in 1...10 { window.append(entry(sequence)) }
        window.truncate(from: 8)
        #expect(window.entries.map(\.sequence) == Array(1...7))
        #expect(window.tokens == 7 * 14)
    }

    @Test("The cache gives a window out once, and only for its revision")
    func revisions() {
        let cache = HistoryCache(maximumCost: 1_000_000)
        let key = HistoryCache.Key(
            user: IdentifierGenerator().next(), chat: IdentifierGenerator().next(), counter: "c")
        var window = HistoryWindow()
        window.append(entry(1))
        let preamble = PromptComposerTests().preamble(of: PromptComposer())
        cache.put(TurnHistory(preamble: preamble, window: window), for: key, revision: 3)
        #expect(cache.take(key, revision: 3)?.withWindow { $0 } == window)
        #expect(cache.take(key, revision: 3) == nil)
        cache.put(TurnHistory(preamble: preamble, window: window), for: key, revision: 3)
        #expect(cache.take(key, revision: 4) == nil)
    }

    @Test("The cache knows a chat's character in one version, until the history is taken")
    func characters() {
        let cache = HistoryCache(maximumCost: 1_000_000)
        let identifiers = IdentifierGenerator()
        let key = HistoryCache.Key(user: identifiers.next(), chat: identifiers.next(), counter: "c")
        let other = HistoryCache.Key(user: identifiers.next(), chat: key.chat, counter: "c")
        let character = CompanionCharacter(
            id: identifiers.next(), owner: key.user, card: CharacterCard(name: "Luna"), revision: 2,
            createdAt: Date(timeIntervalSince1970: 0))
        let preamble = PromptComposerTests().preamble(of: PromptComposer())
        let history = TurnHistory(character: character, preamble: preamble, window: HistoryWindow())
        cache.put(history, for: key, revision: 3)
        #expect(cache.character(character.id, revision: 2, for: key) == character)
        #expect(cache.character(character.id, revision: 1, for: key) == nil)
        #expect(cache.character(identifiers.next(), revision: 2, for: key) == nil)
        #expect(cache.character(character.id, revision: 2, for: other) == nil)
        #expect(cache.take(key, revision: 3) != nil)
        #expect(cache.character(character.id, revision: 2, for: key) == nil)
    }

    @Test("The cache forgets what was used longest ago when it is full")
    func bounded() {
        var window = HistoryWindow()
        window.append(HistoryEntry(sequence: 1, author: .user, text: String(repeating: "x", count: 1_000), tokens: 1))
        let cache = HistoryCache(maximumCost: window.cost * 3)
        let preamble = PromptComposerTests().preamble(of: PromptComposer())
        let identifiers = IdentifierGenerator()
        let keys = (0..<5).map { _ in HistoryCache.Key(user: identifiers.next(), chat: identifiers.next(), counter: "c")
        }
        for key in keys { cache.put(TurnHistory(preamble: preamble, window: window), for: key, revision: 1) }
        #expect(keys.map { cache.take($0, revision: 1) != nil } == [false, false, true, true, true])
    }
}
