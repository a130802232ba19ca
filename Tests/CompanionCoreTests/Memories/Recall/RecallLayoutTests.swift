import Foundation
import TestRandomness
import Testing

@testable import CompanionCore

struct RecallLayoutTests {
    private let layout = RecallLayout(person: "Ada")
    private let counter = EstimatingTokenCounter()

    private func turn(
        _ sequence: Int, _ text: String, by speaker: String = "Ada", day: Int = 0, chat: Int = 1, piece: Int? = nil
    ) -> RecallItem {
        let session = RecallFixture.start + Double(day) * 86_400
        let place = RecallHit.Place(chat: RecallFixture.id(chat), sequence: sequence, session: session)
        return RecallItem(
            hit: RecallHit(
                document: .message(RecallFixture.id(sequence)), score: RecallScore(words: 1),
                date: session + Double(sequence), place: place, piece: piece),
            speaker: speaker, text: text)
    }

    private func fact(_ number: Int, _ text: String, day: Int = 0) -> RecallItem {
        RecallItem(
            hit: RecallHit(
                document: .memory(RecallFixture.id(number)), score: RecallScore(words: 1),
                date: RecallFixture.start + Double(day) * 86_400),
            text: text)
    }

    @Test("Facts come first, then what was said by session, in the order of time, with the date once")
    func order() {
        let context = layout.context(
            of: [
                turn(4, "A cat called Leo.", day: 2), turn(3, "What pet\ndo you have?", by: "Luna", day: 2),
                fact(1, "Ada lives in Turin.", day: 1), turn(1, "I moved to Turin!"), fact(2, "Ada has a cat.", day: 0),
            ], within: 500, counter: counter)
        #expect(
            context.text == """
                Known about Ada:
                - Ada has a cat. (14 November 2023)
                - Ada lives in Turin. (15 November 2023)
                Said earlier:
                [14 November 2023, Tuesday]
                Ada: I moved to Turin!
                [16 November 2023, Thursday]
                Luna: What pet do you have?
                Ada: A cat called Leo.
                """)
        #expect(context.documents.count == 5)
        #expect(context.documents.first == .message(RecallFixture.id(4)))
        #expect(context.tokens == counter.count(context.text))
    }

    @Test("What repeats another item is left out, unless a number or a negation differs")
    func repetition() {
        let long = "Every single evening after work I walk along the river with my old dog for an hour or so"
        let context = layout.context(
            of: [
                turn(1, "I paid 5 euros."), turn(2, "I paid 6 euros."), turn(3, "i PAID 5 euros!", by: "Luna"),
                turn(4, long), turn(5, long + " again"), turn(6, long + " not"),
            ], within: 900, counter: counter)
        #expect(context.documents == [1, 2, 4, 6].map { .message(RecallFixture.id($0)) })
    }

    @Test("Of a long text the best piece is shown")
    func pieces() {
        let sentences = (1...40).map { "This is the sentence with number \($0) in it. " }.joined()
        let middle = layout.context(of: [turn(1, sentences, piece: 1)], within: 400, counter: counter).text
        #expect(middle.contains("Ada: … This is") && middle.hasSuffix("in it. …") && !middle.contains("number 1 in"))
        let first = layout.context(of: [turn(1, sentences)], within: 400, counter: counter).text
        #expect(first.contains("number 1 in") && first.utf8.count < 600)
    }

    @Test("The text never has more tokens than the budget, and each item is one line")
    func budget() {
        var random = SeededGenerator.announced()
        for _ in 0..<200 {
            let items = (0..<30).map { number in
                random.chance(1, in: 3)
                    ? fact(number, random.text(upTo: 30), day: number % 5)
                    : turn(number, random.text(upTo: 30), day: number % 7, chat: number % 2)
            }
            let budget = Int.random(in: 0...200, using: &random)
            let context = layout.context(of: items, within: budget, counter: counter)
            #expect(counter.count(context.text) <= budget)
            #expect(context.tokens == counter.count(context.text))
            let lines = context.text.split(whereSeparator: \.isNewline)
            #expect(lines.filter { $0.hasPrefix("- ") || $0.hasPrefix("Ada: ") }.count == context.documents.count)
            #expect(Set(context.documents).count == context.documents.count)
        }
        #expect(layout.context(of: [], within: 100, counter: counter) == RecallContext())
    }
}
