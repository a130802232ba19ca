import Testing

@testable import CompanionCLI

struct ClusterAssemblerTests {
    @Test("Scalars come together to the clusters that a string of them has", arguments: SeededRandom.seeds(60))
    func matchesString(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let pieces = SeededRandom.hardPieces + ["©", "®", "\u{200D}", "\u{200D}", "क", "\u{94D}", "ष", "\u{600}"]
        let text = (0..<200).map { _ in pieces.randomElement(using: &random)! }.joined().harmless
        var assembler = ClusterAssembler()
        var clusters = text.unicodeScalars.compactMap { assembler.feed($0) }
        if let last = assembler.finish() { clusters.append(last) }
        #expect(clusters.map { Array($0.utf8) } == text.map { Array($0.utf8) })
        #expect(assembler.finish() == nil)
    }
}
