import BenchmarkSupport
import CompanionCardFiles
import CompanionCore
import Foundation

/// Reading cards from pictures, beside only reading the files and decoding their base64.
enum CardImports {
    /// The limit is for cards without a lorebook, which most are; what a book costs is told beside.
    static func measure(entries: Int, in folder: URL, _ report: inout Report) throws {
        var cards: [(file: String, text: Range<Int>)] = []
        for number in 0..<1_000 {
            let file = folder.appendingPathComponent("\(number).png")
            let bytes = try picture(number, entries: entries)
            try Data(bytes).write(to: file)
            cards.append((file.path, textRange(in: bytes)))
        }
        defer { for card in cards { try? FileManager.default.removeItem(atPath: card.file) } }
        report.section(
            """
            1,000 pictures of 1 MB, each with \(cards[0].text.count / 1_024) KB of base64, a book of \(entries) entries \
            (in turns; medians of 10 hundreds):
            """)
        var (plain, imports, ratios) = (Samples(), Samples(), Samples())
        for start in stride(from: 0, to: cards.count, by: 100) {
            let some = cards[start..<start + 100]
            // Once before, so that both find the files in the memory.
            for card in some { _ = try bytes(of: card.file) }
            let first = Usage.cpuSeconds
            for card in some {
                let bytes = try bytes(of: card.file)
                precondition(Data(base64Encoded: Data(bytes[card.text])) != nil)
            }
            let second = Usage.cpuSeconds
            for card in some {
                let contents = try CardFile.read(bytes(of: card.file))
                precondition(contents.imported.warnings.isEmpty)
            }
            let third = Usage.cpuSeconds
            plain.add((second - first) / 100)
            imports.add((third - second) / 100)
            ratios.add((second - first) / (third - second))
        }
        report.row("reading and base64, CPU", plain.median.asMicroseconds)
        report.row("reading the card, CPU", imports.median.asMicroseconds)
        if entries == 0 {
            report.limit("rate to that of reading and base64", ratios.median, atLeast: 0.7, as: \.asFactor)
        } else {
            report.row("rate to that of reading and base64", ratios.median.asFactor)
        }
    }

    private static func bytes(of file: String) throws -> [UInt8] {
        guard let handle = fopen(file, "rb") else { throw CocoaError(.fileReadNoSuchFile) }
        defer { fclose(handle) }
        setvbuf(handle, nil, _IONBF, 0)
        fseek(handle, 0, SEEK_END)
        let size = ftell(handle)
        rewind(handle)
        return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            count = fread(buffer.baseAddress, 1, size, handle)
        }
    }

    private static func picture(_ number: Int, entries: Int) throws -> [UInt8] {
        var card = CharacterCard(
            name: Books.name(number), description: (0..<10).map { Books.sentence(number + $0) }.joined(separator: "\n"))
        if entries > 0 { card.book = Books.book(of: entries) }
        card.alternateGreetings = (0..<8).map { Books.sentence(number + $0) }
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
