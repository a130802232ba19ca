import CompanionCore
import Testing

@testable import CompanionCLI

struct LineSplitterTests {
    private func lines(_ pieces: [[UInt8]]) throws -> [String] {
        var splitter = LineSplitter()
        var lines: [String] = []
        for piece in pieces {
            try splitter.feed(piece)
            while let line = splitter.next() { lines.append(line) }
        }
        return lines + [splitter.finish()].compactMap { $0 }
    }

    @Test("The lines do not depend on how the input was cut", arguments: SeededRandom.seeds(40))
    func splits(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let bytes = (0..<300).map { _ in Array("ab\\\n\r中".utf8).randomElement(using: &random)! }
        let pieces = random.cut(bytes)
        #expect(try lines(pieces) == lines([bytes]))
    }

    @Test("A line ends with a newline or with the input, and goes on behind a backslash")
    func rules() throws {
        let input = Array("one\r\n\ntwo\\\nmore\nthree\\\\\nfour".utf8)
        #expect(try lines([input]) == ["one", "", "two\nmore", "three\\\\", "four"])
        #expect(try lines([]) == [])
    }

    @Test("A line of more than 1 MiB is refused, with its continuations counted")
    func limit() throws {
        let longest = Array(repeating: UInt8(ascii: "x"), count: LineSplitter.maximumBytes)
        #expect(try lines([longest]).first?.utf8.count == LineSplitter.maximumBytes)
        let error = #expect(throws: CompanionError.self) { try lines([longest, [0x78]]) }
        #expect(error?.code == .limitExceeded)
        #expect(throws: CompanionError.self) { try lines([Array("a\\\n".utf8), longest]) }
    }
}
