import TestRandomness
import Testing

@testable import CompanionCore

@Suite struct RecentlyUsedTests {
    @Test("Keeps what a list in the order of use would keep, and its cost")
    func matchesList() {
        var random = SeededGenerator.announced()
        for _ in 0..<100 {
            let bound = Int.random(in: 0...30, using: &random)
            var cache = RecentlyUsed<Int, String>(bound: bound)
            // The most recently used one first.
            var list: [(key: Int, value: String, cost: Int)] = []
            for step in 0..<200 {
                let key = Int.random(in: 0..<12, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0, 1:
                    let cost = Int.random(in: 0...12, using: &random)
                    cache.insert("\(step)", for: key, cost: cost)
                    list.removeAll { $0.key == key }
                    if cost <= bound { list.insert((key, "\(step)", cost), at: 0) }
                    while list.reduce(0, { $0 + $1.cost }) > bound { list.removeLast() }
                case 2:
                    let known = list.firstIndex { $0.key == key }
                    #expect(cache.value(for: key) == known.map { list[$0].value })
                    if let known { list.insert(list.remove(at: known), at: 0) }
                default:
                    let known = list.firstIndex { $0.key == key }
                    #expect(cache.remove(key) == known.map { list.remove(at: $0).value })
                }
                #expect(cache.count == list.count)
                #expect(cache.cost == list.reduce(0) { $0 + $1.cost })
            }
        }
    }
}
