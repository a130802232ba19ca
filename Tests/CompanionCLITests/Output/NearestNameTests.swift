import Testing

@testable import CompanionCLI

struct NearestNameTests {
    @Test("Insertions, deletions, replacements and swaps of neighbours count one each")
    func distances() {
        func distance(_ a: String, _ b: String) -> Int { NearestName.distance(Array(a), Array(b)) }
        #expect(distance("", "") == 0)
        #expect(distance("", "abc") == 3)
        #expect(distance("undo", "udno") == 1)
        #expect(distance("swipe", "swpe") == 1)
        #expect(distance("fork", "frok") == 1)
        #expect(distance("kitten", "sitting") == 3)
    }

    @Test("The distance is the same both ways, and at most the longer one's length")
    func symmetry() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            func word() -> [Character] {
                (0..<Int.random(in: 0...6, using: &random)).map { _ in "abc".randomElement(using: &random)! }
            }
            let (a, b) = (word(), word())
            let distance = NearestName.distance(a, b)
            #expect(distance == NearestName.distance(b, a), "\(a) \(b)")
            #expect(distance <= max(a.count, b.count), "\(a) \(b)")
            #expect((distance == 0) == (a == b), "\(a) \(b)")
        }
    }

    @Test("A beginning is taken for the name that it begins, where there is only one")
    func beginnings() {
        #expect(NearestName.of("hist", among: ["help", "history"]) == "history")
        #expect(NearestName.of("he", among: ["help", "heat"]) == nil)
    }

    @Test("What is too far away is not suggested")
    func far() {
        #expect(NearestName.of("xyz", among: ["help", "undo"]) == nil)
        #expect(NearestName.of("x", among: []) == nil)
        #expect(NearestName.of("Lnua", among: ["Mira", "Luna"]) == "Luna")
    }
}
