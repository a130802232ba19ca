import TestRandomness
import Testing

@testable import CompanionCore

struct PromptDiffTests {
    private func piece(
        _ text: String, _ part: PromptMessage.Part = .history, _ title: String? = nil, sequence: Int? = nil
    ) -> PromptPiece {
        PromptPiece(
            message: PromptMessage(part == .history ? .user : .system, text, part: part), title: title ?? text,
            sequence: sequence, tokens: text.count)
    }

    private func messages(_ numbers: ClosedRange<Int>) -> [PromptPiece] {
        numbers.map { piece("text of \($0)", sequence: $0) }
    }

    private func changes(_ diff: PromptDiff) -> [String] {
        diff.steps.compactMap { step in
            switch step {
            case .kept: nil
            case .removed(let piece): "-\(piece.title)"
            case .added(let piece): "+\(piece.title)"
            case .changed(let from, let to): "\(from.title)>\(to.title)"
            }
        }
    }

    @Test("For any two prompts the diff leads from one to the other, and its figures hold")
    func properties() throws {
        var random = SeededGenerator.announced()
        let parts: [PromptMessage.Part] = [.character, .lore, .memory, .summary, .history, .instructions]
        for round in 0..<2_000 {
            // Few different texts, so that much repeats; changes of the first, so that much stays.
            func some() -> PromptPiece {
                let part = parts.randomElement(using: &random) ?? .history
                let number = Int.random(in: 1...6, using: &random)
                let text = String(repeating: "x", count: number)
                return piece(
                    text, part, part == .history ? "Message" : "T\(number % 3)",
                    sequence: part == .history ? number : nil)
            }
            let old = (0..<Int.random(in: 0...30, using: &random)).map { _ in some() }
            var new = old
            for _ in 0..<Int.random(in: 0...6, using: &random) {
                let place = Int.random(in: 0...new.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: new.insert(some(), at: place)
                case 1 where place < new.count: new.remove(at: place)
                case 2 where place < new.count: new[place] = some()
                default: new.shuffle(using: &random)
                }
            }
            let diff = PromptDiff(from: old, to: new)
            let context = "seed \(random.seed), round \(round)"
            try #require(diff.applied(to: old.map(\.message)) == new.map(\.message), "\(context)")
            #expect(diff.fromTokens == old.reduce(0) { $0 + $1.tokens }, "\(context)")
            #expect(diff.toTokens == new.reduce(0) { $0 + $1.tokens }, "\(context)")
            #expect(diff.prefixTokens <= min(diff.fromTokens, diff.toTokens), "\(context)")
            #expect(diff.prefixTokens <= diff.lastingTokens && diff.lastingTokens <= diff.toTokens, "\(context)")
            #expect((0...1).contains(diff.keptShare), "\(context)")
            let isSame = old.map(\.message) == new.map(\.message)
            #expect(diff.isEmpty == isSame && (changes(diff).isEmpty) == isSame, "\(context)")
            if let parting = diff.parting {
                #expect(zip(old, new).prefix(parting.messages).allSatisfy { $0.message == $1.message }, "\(context)")
                #expect(parting.from?.message != parting.to?.message, "\(context)")
            } else {
                #expect(diff.prefixTokens == diff.toTokens && diff.keptShare == 1, "\(context)")
            }
            // What is removed in one direction is added in the other.
            let back = PromptDiff(from: new, to: old)
            #expect(back.prefixTokens == diff.prefixTokens, "\(context)")
            #expect(back.applied(to: new.map(\.message)) == old.map(\.message), "\(context)")
        }
    }

    @Test("A turn that goes on from the one before keeps all that lasts")
    func oneMoreTurn() {
        let opening = [piece("character", .character), piece("persona", .persona)]
        let old =
            opening + messages(1...5) + [
                piece("old memories", .memory, "Recalled: 2"), piece("closing", .instructions),
            ]
        let new =
            opening + messages(1...7) + [
                piece("new memories", .memory, "Recalled: 3"), piece("closing", .instructions),
            ]
        let diff = PromptDiff(from: old, to: new)
        #expect(changes(diff) == ["+text of 6", "+text of 7", "Recalled: 2>Recalled: 3"])
        #expect(diff.keptShare == 1)
        #expect(diff.parting?.messages == 7)
        #expect(diff.parting?.from?.title == "Recalled: 2" && diff.parting?.to?.title == "text of 6")
    }

    @Test("Where the history begins later, the prefix ends there, and what stayed could have been kept")
    func trimmed() {
        let opening = [piece("character", .character)]
        let diff = PromptDiff(from: opening + messages(1...20), to: opening + messages(17...22))
        #expect(changes(diff).count == 18)
        #expect(diff.prefixTokens == 9)
        #expect(diff.lastingTokens == 9 + 4 * "text of 17".count)
        #expect(diff.parting?.bytes == "text of 1".count)
    }

    @Test("A text that changes in its place is a change; the same words elsewhere in the chat are other messages")
    func changed() {
        let old = [piece("yes", sequence: 1), piece("so", sequence: 2), piece("yes", sequence: 3)]
        let edited = PromptDiff(
            from: old.map {
                var piece = $0
                piece.title = "M\($0.sequence ?? 0)"
                return piece
            },
            to: [
                piece("yes", .history, "M1", sequence: 1), piece("no", .history, "M2", sequence: 2),
                piece("yes", .history, "M3", sequence: 3),
            ])
        #expect(changes(edited) == ["M2>M2"])
        #expect(
            changes(PromptDiff(from: old, to: [old[2]])) == ["-yes", "-so"]
                || changes(PromptDiff(from: old, to: [old[2]])) == ["-so", "-yes"])
        #expect(changes(PromptDiff(from: [], to: [])) == [] && PromptDiff(from: [], to: []).keptShare == 1)
    }

    @Test("A diff makes nothing of another prompt's messages")
    func otherPrompt() {
        let diff = PromptDiff(from: messages(1...3), to: messages(2...4))
        #expect(diff.applied(to: messages(1...2).map(\.message)) == nil)
        #expect(diff.applied(to: messages(1...4).map(\.message)) == nil)
        #expect(diff.applied(to: messages(2...4).map(\.message)) == nil)
    }

    @Test("Prompts of 20,000 messages are compared without a search of each among all")
    func large() {
        let old = messages(1...20_000)
        let diff = PromptDiff(from: old, to: old.reversed())
        #expect(diff.applied(to: old.map(\.message))?.count == 20_000)
        #expect(changes(PromptDiff(from: old, to: messages(10_001...30_000))).count == 20_000)
    }
}
