import TestRandomness
import Testing

@testable import _CompanionVectors

@Suite struct BestOfTests {
    @Test("Keeps what sorting everything would put first, in its order")
    func matchesSorting() {
        var random = SeededGenerator.announced()
        for _ in 0..<300 {
            let numbers = (0..<Int.random(in: 0...80, using: &random)).map { _ in Int.random(in: 0..<40, using: &random)
            }
            let limit = Int.random(in: 1...90, using: &random)
            var best = BestOf<Int>(limit, by: >)
            for (index, number) in numbers.enumerated() {
                best.insert(number)
                let kept = Array(numbers[...index].sorted(by: >).prefix(limit))
                #expect(best.sorted == kept)
                #expect(best.worst == (kept.count < limit ? nil : kept.last))
            }
        }
    }
}
