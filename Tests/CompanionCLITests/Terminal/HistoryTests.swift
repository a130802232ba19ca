import Testing

@testable import CompanionCLI

struct HistoryTests {
    @Test("A text of any characters comes back from the file as it was", arguments: SeededRandom.seeds(60))
    func roundTrip(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let pieces = ["\\", "\\n", "\n", "n", "r", " x", "\r", "中", "\"", "\u{301}"]
        let entries = (0..<30).map { index in
            (0..<8).map { _ in pieces.randomElement(using: &random)! }.joined() + "\(index)"
        }
        let history = History(entries)
        #expect(history.entries == entries)
        #expect(History(fileText: history.fileText) == history)
        #expect(history.fileText.split(separator: "\n").count == entries.count)
    }

    @Test("Blank lines and repetitions are not kept")
    func skips() {
        #expect(History(["a", "", " \n", "a", "b", "a"]).entries == ["a", "b", "a"])
    }

    @Test("The oldest lines go first when there are too many, or too much")
    func bounds() {
        let many = History((0..<1500).map { "line \($0)" })
        #expect(many.entries.count == History.maximumEntries)
        #expect(many.entries.first == "line 500")
        let long = String(repeating: "x\n", count: 100_000)
        var large = History((0..<6).map { "\($0)" + long })
        #expect(large.fileText.utf8.count <= History.maximumBytes)
        #expect(large.entries.map { $0.first } == ["3", "4", "5"])
        large.add(String(repeating: "x", count: History.maximumBytes))
        #expect(large.entries.count == 3)
    }
}
