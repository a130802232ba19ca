import CompanionCore
import TestRandomness
import TestSupport
import Testing

@testable import CompanionOpenAI

@Suite struct EmbeddingBatchesTests {
    @Test("Batches cover all texts in their order, each within the limits")
    func coversAll() {
        var random = SeededGenerator.announced()
        for _ in 0..<50 {
            let limits = EmbeddingBatches.Limits(
                texts: Int.random(in: 1...9, using: &random), tokens: Int.random(in: 20...200, using: &random),
                tokensPerText: Int.random(in: 1...20, using: &random))
            let texts = (0..<Int.random(in: 0...60, using: &random)).map { _ in
                String(repeating: "word ", count: Int.random(in: 0...40, using: &random))
            }
            let cutter = EmbeddingBatches(limits: limits)
            let batches = cutter.batches(of: texts)
            #expect(batches.flatMap { Array($0.range) } == Array(texts.indices))
            #expect(batches.flatMap(\.texts) == texts.map { cutter.cut($0).text })
            for batch in batches {
                #expect(batch.texts.count == batch.range.count)
                #expect((1...limits.texts).contains(batch.texts.count))
                let tokens = batch.texts.map { cutter.cut($0).tokens }
                #expect(tokens.allSatisfy { $0 <= limits.tokensPerText })
                #expect(batch.texts.count == 1 || tokens.reduce(0, +) <= limits.tokens)
            }
        }
    }

    @Test("OpenAI's limits: 2,048 texts, and about 300,000 tokens")
    func limits() {
        let cutter = EmbeddingBatches(limits: .init())
        #expect(
            cutter.batches(of: Array(repeating: "a", count: 5_000)).map(\.range) == [
                0..<2_048, 2_048..<4_096, 4_096..<5_000,
            ])
        let long = String(repeating: "word ", count: 5_000)
        let counts = cutter.batches(of: Array(repeating: long, count: 200)).map(\.texts.count)
        #expect(counts.allSatisfy { (40...60).contains($0) || $0 == counts.last })
        #expect(counts.reduce(0, +) == 200)
    }

    @Test("A text that is too long is cut at its end, between characters, and not much shorter than it must be")
    func cuts() {
        let cutter = EmbeddingBatches(limits: .init())
        for piece in ["word ", "слово ", "単語", "🙂 ", "x"] {
            let text = String(repeating: piece, count: 60_000)
            let (cut, tokens) = cutter.cut(text)
            #expect(text.hasPrefix(cut))
            #expect(cut.utf8.count < text.utf8.count)
            #expect((7_900...8_192).contains(tokens), "\(piece): \(tokens)")
        }
        #expect(cutter.cut("A short one.").text == "A short one.")
    }

    @Test("A blank text becomes a space", arguments: ["", " ", "\n\t", "\u{3000}"])
    func blanks(_ text: String) {
        #expect(EmbeddingBatches(limits: .init()).cut(text).text == " ")
    }

    @Test("A prefix ends between scalars")
    func prefixes() {
        let text = "aé🙂b"
        #expect(
            (0...9).map { EmbeddingBatches.prefix(of: text, bytes: $0) } == [
                "", "a", "a", "aé", "aé", "aé", "aé", "aé🙂", "aé🙂b", "aé🙂b",
            ])
    }
}
