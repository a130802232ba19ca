import BenchmarkSupport
import CompanionCardFiles
import CompanionCore
import Foundation

/// Reading cards from pictures, beside only reading the files and decoding their base64.
enum CardImports {
    static func measure(in folder: URL, _ report: inout Report) throws {
        report.section("1,000 pictures of 1 MB, each with a card of 30 KB (in turns; medians of 10 hundreds):")
        var cards: [(file: URL, text: Range<Int>)] = []
        for number in 0..<1_000 {
            let file = folder.appendingPathComponent("\(number).png")
            let bytes = try picture(number)
            try Data(bytes).write(to: file)
            cards.append((file, textRange(in: bytes)))
        }
        defer { for card in cards { try? FileManager.default.removeItem(at: card.file) } }
        var (plain, imports) = (Samples(), Samples())
        var ratios = Samples()
        for start in stride(from: 0, to: cards.count, by: 100) {
            let some = cards[start..<start + 100]
            // Once before, so that both find the files in the memory.
            for card in some { _ = try Data(contentsOf: card.file) }
            let first = Usage.cpuSeconds
            for card in some {
                let bytes = try Data(contentsOf: card.file)
                precondition(Data(base64Encoded: bytes[card.text]) != nil)
            }
            let second = Usage.cpuSeconds
            for card in some {
                let contents = try CardFile.read(Data(contentsOf: card.file))
                precondition(contents.imported.warnings.isEmpty)
            }
            let third = Usage.cpuSeconds
            plain.add((second - first) / 100)
            imports.add((third - second) / 100)
            ratios.add((second - first) / (third - second))
        }
        report.row("reading and base64", plain.median.asMicroseconds)
        report.row("reading the card", imports.median.asMicroseconds)
        report.limit("rate to that of reading and base64", ratios.median, atLeast: 0.7, as: \.asFactor)
    }

    private static func picture(_ number: Int) throws -> [UInt8] {
        var card = CharacterCard(name: Books.name(number), description: Books.sentence(number))
        card.book = Books.book(of: 60)
        card.alternateGreetings = (0..<20).map { Books.sentence(number + $0) }
        // One pixel, then as much of a picture's data as makes a megabyte.
        let pixel = Data(
            base64Encoded:
                "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=")
        var image = Array(pixel ?? Data())
        let end = image.count - 12
        var filler: [UInt8] = [0, 0x0F, 0, 0] + Array("fiLl".utf8)
        filler += [UInt8](repeating: UInt8(number & 0xFF), count: 0x0F_0000) + [0, 0, 0, 0]
        image.insert(contentsOf: filler, at: end)
        return try CardFile.png(card: card, image: image)
    }

    /// Where the base64 of the V3 card stands.
    private static func textRange(in bytes: [UInt8]) -> Range<Int> {
        let data = Data(bytes)
        guard let keyword = data.range(of: Data("tEXtccv3\0".utf8)) else { preconditionFailure("There is no card.") }
        let length = bytes[(keyword.lowerBound - 4)..<keyword.lowerBound].reduce(0) { $0 << 8 | Int($1) }
        return keyword.upperBound..<(keyword.upperBound + length - 5)
    }
}
