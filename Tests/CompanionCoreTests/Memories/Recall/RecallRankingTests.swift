import Foundation
import TestRandomness
import Testing

@testable import CompanionCore

struct RecallRankingTests {
    @Test("Words are found in any of their English forms")
    func forms() {
        var fixture = RecallFixture()
        let turn = fixture.say("We were hiking in the mountains.")
        fixture.say("My phone is broken.")
        #expect(fixture.best("Did she hike on a mountain?") == .message(turn))
        #expect(fixture.hits("and the of").isEmpty)
        #expect(fixture.hits("").isEmpty)
    }

    @Test("An answer without a word of the query is found by the question before it")
    func answers() {
        var fixture = RecallFixture()
        for _ in 0..<20 { fixture.say("Nothing much happened.", after: 10) }
        fixture.say("What is your sister called?", by: "Luna", after: 10)
        let answer = fixture.say("Mia!")
        let hit = fixture.hits("sister").first { $0.document == .message(answer) }
        #expect(hit?.score.words == 0)
        #expect((hit?.score.propagated ?? 0) > 0.5)
        let statement = fixture.say("My sister again.", after: 10)
        let next = fixture.say("Bye.", by: "Luna")
        let hits = fixture.hits("sister")
        let propagated = { (id: Message.ID) in hits.first { $0.document == .message(id) }?.score.propagated ?? 0 }
        #expect(propagated(next) > 0 && propagated(next) < propagated(answer))
        #expect(propagated(statement) == 0)
    }

    @Test("A pause of more than five hours ends a session, and nothing is taken across it")
    func sessions() {
        var fixture = RecallFixture()
        fixture.say("Do you like parrots?", by: "Luna")
        let far = fixture.say("Good morning.", after: 5.1)
        let near = fixture.say("Tell me.", after: 4.9)
        let found = Set(fixture.hits("parrots").map(\.document))
        #expect(!found.contains(.message(far)) && !found.contains(.message(near)))
        fixture.say("So many parrots.", by: "Luna")
        #expect(fixture.hits("parrots").contains { $0.document == .message(far) && $0.score.session > 0 })
    }

    @Test("Chats are apart, however close in time")
    func chats() {
        var fixture = RecallFixture()
        fixture.say("Do you like parrots?", by: "Luna", in: 1)
        let other = fixture.say("Yes.", in: 2)
        #expect(!fixture.hits("parrots").contains { $0.document == .message(other) })
    }

    @Test("What a speaker said is preferred where the query names that one alone, or speaks in the first person")
    func speakers() {
        var fixture = RecallFixture()
        let own = fixture.say("My favourite colour is green.")
        let other = fixture.say("My favourite colour is green.", by: "Luna", after: 10)
        #expect(fixture.best("What is Ada's favourite colour?") == .message(own))
        #expect(fixture.best("What is Luna's favourite colour?") == .message(other))
        #expect(fixture.best("What is my favourite colour?") == .message(own))
        let both = fixture.hits("Do Luna and Ada have a favourite colour?")
        #expect(both.allSatisfy { $0.score.speaker == 0 })
        for query in ["Luna, what was my favourite colour?", "Which favourite colour did you tell me?"] {
            let hits = fixture.hits(query)
            #expect(hits.count == 2 && hits.allSatisfy { $0.score.speaker == 0 }, "\(query)")
        }
    }

    @Test("What the person said weighs more where the character's turns are many times longer")
    func verbosity() {
        var fixture = RecallFixture()
        let own = fixture.say("I keep bees.")
        let prose = "Keeping bees is an old art. " + String(repeating: "There is much to tell of it. ", count: 10)
        fixture.say(prose, by: "Luna", after: 10)
        #expect(fixture.best("bees") == .message(own))
        #expect((fixture.hits("bees").first?.score.speaker ?? 0) > 1)
    }

    @Test("The newer of equals comes first, and recency adds no more than a twentieth")
    func recency() {
        var fixture = RecallFixture()
        let old = fixture.say("I had pizza.")
        let new = fixture.say("I had pizza.", after: 24 * 365)
        let hits = fixture.hits("pizza")
        #expect(hits.map(\.document) == [.message(new), .message(old)])
        #expect(hits.allSatisfy { (0...0.05001).contains($0.score.recency) })
    }

    @Test("The date is among the words that a turn is found by")
    func dates() {
        var fixture = RecallFixture()
        let turn = fixture.say("Nothing new.")
        fixture.say("Nothing new.", after: 24 * 40)
        #expect(fixture.best("14 November") == .message(turn))
    }

    @Test("What is in view is passed over, and so are facts that come from it alone")
    func visible() {
        var fixture = RecallFixture()
        let old = fixture.say("Turin is lovely.")
        let shown = fixture.say("Turin is big.", after: 10)
        for (number, sources) in [[shown], [old, shown], []].enumerated() {
            fixture.index.insert(
                RecallFact(
                    id: RecallFixture.id(number), text: "Turin is a city.", sources: sources,
                    validAt: RecallFixture.start))
        }
        var query = fixture.query("Turin")
        query.visible = [RecallFixture.id(1): 2]
        let found = fixture.index.hits(for: query).map(\.document)
        #expect(Set(found) == [.message(old), .memory(RecallFixture.id(1)), .memory(RecallFixture.id(2))])
        #expect(found.count == 3)
    }

    @Test("A fact is a key to the turns that it came from")
    func keys() {
        var fixture = RecallFixture()
        let turn = fixture.say("Yes, two of them!")
        fixture.say("Something else.", after: 10)
        let fact = RecallFact(
            id: RecallFixture.id(1), text: "Ada has two dogs.", sources: [turn], validAt: RecallFixture.start)
        #expect(fixture.hits("dogs").isEmpty)
        fixture.index.insert(fact)
        #expect(Set(fixture.hits("dogs").map(\.document)) == [.memory(fact.id), .message(turn)])
    }

    @Test("What isn't true any more is found as of the time when it was, and what is true later isn't")
    func asOf() {
        var fixture = RecallFixture()
        let day = 86_400.0
        let rome = RecallFact(
            id: RecallFixture.id(1), text: "Ada lives in Rome.", validAt: RecallFixture.start,
            invalidAt: RecallFixture.start + 10 * day)
        let turin = RecallFact(
            id: RecallFixture.id(2), text: "Ada lives in Turin.", validAt: RecallFixture.start + 10 * day)
        fixture.index.insert(rome)
        fixture.index.insert(turin)
        let turn = fixture.say("I live in Turin now.", after: 24 * 11)
        var query = fixture.query("Where does Ada live?")
        let now = Set(fixture.index.hits(for: query).map(\.document))
        #expect(now == [.memory(turin.id), .message(turn)])
        query.asOf = RecallFixture.start + 5 * day
        #expect(fixture.index.hits(for: query).map(\.document) == [.memory(rome.id)])
    }

    @Test("Pinned facts come first, whatever the query")
    func pinned() {
        var fixture = RecallFixture()
        fixture.say("I like tea.")
        let fact = RecallFact(
            id: RecallFixture.id(1), text: "Ada is allergic to nuts.", validAt: RecallFixture.start, isPinned: true)
        fixture.index.insert(fact)
        #expect(fixture.hits("tea").map(\.document).first == .memory(fact.id))
        #expect(fixture.hits("tea").count == 2)
        #expect(fixture.index.hits(for: fixture.query("tea", limit: 1)).map(\.document) == [.memory(fact.id)])
    }

    @Test("What is near by meaning is found without a common word, and then words weigh less")
    func meaning() {
        var fixture = RecallFixture()
        let turn = fixture.say("The vet says the puppy is fine.")
        let other = fixture.say("The weather is fine.", after: 10)
        var query = fixture.query("pet health weather")
        query.meaning = [
            .init(document: .message(turn), similarity: 0.6), .init(document: .message(other), similarity: 0.1),
        ]
        let hits = fixture.index.hits(for: query)
        #expect(hits.first?.document == .message(turn))
        #expect(hits.first.map { $0.score.words == 0 && $0.score.meaning > 0.35 } ?? false)
        #expect(hits.last.map { $0.score.meaning == 0 && $0.score.words > 0 } ?? false)
    }

    @Test("Each list is counted from its hundred and first, and what is nearest by meaning may be a fact")
    func fusion() {
        var fixture = RecallFixture()
        var turns: [Message.ID] = []
        for number in 0..<150 {
            turns.append(fixture.say(String(repeating: "tea ", count: number % 3 + 1) + "cup \(number)", after: 10))
        }
        let fact = RecallFact(id: RecallFixture.id(1), text: "Ada collects stamps.", validAt: RecallFixture.start)
        fixture.index.insert(fact)
        var query = fixture.query("tea", limit: 200)
        query.meaning = turns.prefix(99).enumerated().map { number, turn in
            .init(document: .message(turn), similarity: 0.5 - Double(number) / 1_000)
        }
        query.meaning?.append(.init(document: .memory(fact.id), similarity: 0.9))
        let hits = fixture.index.hits(for: query)
        #expect(hits.filter { $0.score.words > 0 }.count <= 100)
        #expect(hits.map(\.score.words).max().map { abs($0 - 0.65) < 1e-5 } ?? false)
        let meaning = hits.first { $0.document == .memory(fact.id) }?.score.meaning ?? 0
        #expect(abs(meaning - 0.35) < 1e-5)
        #expect(hits.first { $0.document == .message(turns[98]) }?.score.meaning ?? 0 == 0)
    }

    @Test("The highest of any scores are those that sorting gives")
    func topScores() {
        var random = SeededGenerator.announced()
        for _ in 0..<200 {
            let scores = (0..<Int.random(in: 1...60, using: &random)).map { _ in
                Float(Int.random(in: 1...40, using: &random))
            }
            let count = Int.random(in: 1...50, using: &random)
            var top = TopScores(count: count)
            for score in scores { top.add(score) }
            let sorted = scores.sorted(by: >)
            #expect(top.highest == sorted[0])
            #expect(top.floor == (sorted.count < count ? 0 : sorted[count - 1]))
            #expect(top.floorOrLeast == sorted[min(count, sorted.count) - 1])
        }
    }

    @Test("A query of thousands of words is searched by those that weigh most")
    func longQueries() {
        var fixture = RecallFixture()
        for number in 0..<300 { fixture.say("word\(number) filler", after: 10) }
        let turn = fixture.say("The treasure is buried here.", after: 10)
        let filler = (0..<300).map { "word\($0) word\($0)" }.joined(separator: " ")
        #expect(
            fixture.hits(String(repeating: "treasure ", count: 3) + filler).contains { $0.document == .message(turn) })
        #expect(RecallQueryWords(filler, in: fixture.index).known.count == 64)
    }

    @Test("Of a long text the piece that fits best is named")
    func pieces() {
        var fixture = RecallFixture()
        let filler = String(repeating: "There is nothing to see in this sentence. ", count: 12)
        fixture.say(filler + "The treasure is under the oak. " + filler)
        #expect(fixture.hits("treasure oak").first?.piece == 1)
        fixture.say("A short one.")
        #expect(fixture.hits("short").first?.piece == nil)
    }

    @Test("The best of many are those that sorting all of them gives, with the same scores")
    func limits() {
        var random = SeededGenerator.announced()
        var fixture = RecallFixture()
        let words = ["tea", "coffee", "milk", "water", "juice", "cup", "hot", "cold"]
        for _ in 0..<400 {
            let text = (0..<6).map { _ in words.randomElement(using: &random) ?? "" }.joined(separator: " ")
            fixture.say(text, by: random.chance(1, in: 2) ? "Ada" : "Luna", after: random.chance(1, in: 9) ? 8 : 0)
        }
        let all = fixture.index.hits(for: fixture.query("hot tea in a cup", limit: 1_000))
        #expect(all.count > 300)
        #expect(zip(all, all.dropFirst()).allSatisfy { $0.score.total >= $1.score.total - 1e-5 })
        for limit in [1, 7, 100, all.count - 1] {
            let some = fixture.index.hits(for: fixture.query("hot tea in a cup", limit: limit))
            #expect(some == Array(all.prefix(limit)))
        }
        #expect(fixture.index.hits(for: fixture.query("tea", limit: 0)).isEmpty)
    }
}
