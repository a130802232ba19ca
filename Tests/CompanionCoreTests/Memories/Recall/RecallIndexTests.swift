import Foundation
import TestRandomness
import Testing

@testable import CompanionCore

struct RecallIndexTests {
    @Test("After any inserts, edits and removals an index answers as one that was made afresh")
    func exactRemoval() {
        var random = SeededGenerator.announced()
        for _ in 0..<25 {
            var index = RecallIndex()
            var turns: [Int: RecallTurn] = [:]
            var facts: [Int: RecallFact] = [:]
            for _ in 0..<Int.random(in: 1...160, using: &random) {
                let number = Int.random(in: 0..<60, using: &random)
                switch Int.random(in: 0..<8, using: &random) {
                case 0...3:
                    let turn = randomTurn(number, using: &random)
                    turns[number] = turn
                    index.insert(turn)
                case 4:
                    turns[number] = nil
                    index.remove(Message.ID.numbered(number))
                case 5...6:
                    let fact = randomFact(number, using: &random)
                    facts[number] = fact
                    index.insert(fact)
                default:
                    facts[number] = nil
                    index.remove(Memory.ID.numbered(number))
                }
            }
            var fresh = RecallIndex()
            for turn in turns.values.shuffled(using: &random) { fresh.insert(turn) }
            for fact in facts.values.shuffled(using: &random) { fresh.insert(fact) }
            #expect(index.turnCount == turns.count && index.factCount == facts.count)
            for _ in 0..<10 {
                let query = randomQuery(using: &random)
                #expect(index.hits(for: query) == fresh.hits(for: query))
            }
        }
    }

    @Test("What was removed isn't found, and leaves nothing behind")
    func emptied() {
        var fixture = RecallFixture()
        let turn = fixture.say("I moved to Turin.")
        fixture.index.insert(
            RecallFact(
                id: RecallFixture.id(1), text: "Ada moved to Turin.", sources: [turn], validAt: RecallFixture.start))
        #expect(fixture.hits("Turin").count == 2)
        fixture.index.remove(turn)
        fixture.index.remove(RecallFixture.id(1) as Memory.ID)
        #expect(fixture.hits("Turin").isEmpty)
        #expect(fixture.index.postings.count == 0 && fixture.index.postings.totalLength == 0)
        #expect(fixture.index.postings.postingCount == 0)
        #expect(fixture.index.postings.documents.allSatisfy { $0.isEmpty })
    }

    @Test("An edited turn is found by its new words only")
    func edited() {
        var fixture = RecallFixture()
        fixture.say("I have a cat.")
        var turn = fixture.turns[0]
        turn.text = "I have a parrot."
        fixture.index.insert(turn)
        #expect(fixture.hits("cat").isEmpty)
        #expect(fixture.best("parrots") == .message(turn.id))
    }

    @Test("An index knows about how much memory it takes")
    func cost() {
        var fixture = RecallFixture()
        let empty = fixture.index.cost
        #expect(empty < 20_000)
        for number in 0..<200 { fixture.say("This is what was said about thing\(number) and its colour.") }
        let full = fixture.index.cost
        #expect(full > empty + 200 * 100 && full < empty + 200 * 2_000)
    }

    private static let words = [
        "cat", "cats", "dog", "Turin", "moved", "moving", "sister", "Mia", "Luna", "Ada", "what", "3rd", "14", "生日",
        "派对", "café", "работа", "running", "the", "is", "happy", "?",
    ]

    private func randomText(using random: inout SeededGenerator) -> String {
        let long = random.chance(1, in: 12)
        let count = long ? Int.random(in: 80...200, using: &random) : Int.random(in: 0...12, using: &random)
        return (0..<count).map { _ in Self.words.randomElement(using: &random) ?? "" }
            .joined(separator: long && random.chance(1, in: 2) ? ". " : " ")
    }

    private func randomDate(using random: inout SeededGenerator) -> Date {
        RecallFixture.start + Double(Int.random(in: 0..<2_000, using: &random)) * 600
    }

    private func randomTurn(_ number: Int, using random: inout SeededGenerator) -> RecallTurn {
        let isPerson = random.chance(1, in: 2)
        let chat = number % 3
        return RecallTurn(
            id: .numbered(number), chat: .numbered(chat), sequence: number, speaker: isPerson ? "Ada" : "Luna",
            isPerson: isPerson, text: randomText(using: &random), date: randomDate(using: &random))
    }

    private func randomFact(_ number: Int, using random: inout SeededGenerator) -> RecallFact {
        let from = randomDate(using: &random)
        return RecallFact(
            id: .numbered(number), text: randomText(using: &random),
            sources: (0..<Int.random(in: 0...3, using: &random)).map { _ in
                .numbered(Int.random(in: 0..<60, using: &random))
            },
            validAt: from, invalidAt: random.chance(1, in: 4) ? from + 86_400 : nil,
            importance: Double(Int.random(in: 0...10, using: &random)) / 10, isPinned: random.chance(1, in: 10))
    }

    private func randomQuery(using random: inout SeededGenerator) -> RecallQuery {
        var query = RecallQuery(
            text: randomText(using: &random), limit: Int.random(in: 1...80, using: &random),
            now: RecallFixture.start + 1_200_000)
        if random.chance(1, in: 3) { query.asOf = randomDate(using: &random) }
        if random.chance(1, in: 3) {
            query.meaning = (0..<30).map { number in
                .init(
                    document: random.chance(1, in: 2)
                        ? .message(.numbered(number)) : .memory(.numbered(number)),
                    similarity: Double(Int.random(in: 0...100, using: &random)) / 100)
            }
        }
        if random.chance(1, in: 3) { query.visible = [.numbered(1): Int.random(in: 0..<60, using: &random)] }
        return query
    }
}

extension Identifier {
    fileprivate static func numbered(_ number: Int) -> Self { RecallFixture.id(number) }
}
