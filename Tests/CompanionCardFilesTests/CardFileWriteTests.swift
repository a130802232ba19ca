import CompanionCore
import Testing

@testable import CompanionCardFiles

@Suite("Writing card files")
struct CardFileWriteTests {
    private let card = CharacterCard(
        name: "Wren", nickname: "W", description: "é 👋", creatorNotes: "mine",
        book: Lorebook(entries: [LorebookEntry(keys: ["reef"], content: "@@depth 4\nThe reef.")]),
        assets: [.defaultIcon], unknownFields: ["x": [1, nil]])

    @Test("A card comes back from its picture, and the picture too")
    func roundTrip() throws {
        let contents = try CardFile.read(CardFile.png(card: card, image: PictureSamples.pixel))
        #expect(contents.imported.card == card)
        #expect(contents.imported.version == .v3)
        #expect(contents.imported.warnings.isEmpty)
        #expect(contents.image == PictureSamples.pixel)
    }

    @Test("Older cards are removed, other texts stay, and the cards stand before the end")
    func replaces() throws {
        let other: (type: String, data: [UInt8]) = ("tEXt", Array("chara-ext-asset_:0\0aGk=".utf8))
        let old = PictureSamples.picture([
            PictureSamples.text("Chara", "{}"), other, PictureSamples.compressedText("ccv3", [1]),
        ])
        let written = try CardFile.png(card: card, image: old)
        let names = try chunks(of: written).map { PNGText($0)?.keyword ?? $0.type }
        #expect(names == ["IHDR", "chara-ext-asset_:0", "IDAT", "chara", "ccv3", "IEND"])
        #expect(try CardFile.png(card: card, image: written) == written)
        #expect(try CardFile.read(written).image == PictureSamples.picture([other]))
    }

    @Test("A program that reads V2 only finds a card, without decorators and with a notice")
    func olderCard() throws {
        let chunk = try #require(
            try chunks(of: CardFile.png(card: card, image: PictureSamples.pixel)).compactMap(PNGText.init)
                .first { $0.keyword == "chara" })
        let json = try JSONValue(parsing: Base64.decode(chunk.text(limit: 1 << 20)))
        #expect(json["spec"] == "chara_card_v2")
        #expect(json["data"]?["creator_notes"]?.string?.hasPrefix("mine\n\nThis is a Character Card V3") == true)
        #expect(json["data"]?["assets"] == nil)
        #expect(json["data"]?["character_book"]?["entries"]?.array?.first?["content"] == "The reef.")
    }

    @Test("What is no whole PNG is refused")
    func refuses() throws {
        for image in [[], Array("GIF89a".utf8), Array(PictureSamples.pixel.dropLast(3))] as [[UInt8]] {
            let error = try #require(throws: CompanionError.self) { try CardFile.png(card: card, image: image) }
            #expect(error.code == .invalidInput)
        }
        let large = CharacterCard(name: "A", extensions: ["x": .string(String(repeating: "x", count: 16 << 20))])
        let error = try #require(throws: CompanionError.self) {
            try CardFile.png(card: large, image: PictureSamples.pixel)
        }
        #expect(error.code == .limitExceeded)
    }

    private func chunks(of bytes: [UInt8]) throws -> [PNG.Chunk] {
        var reader = PNG.ChunkReader(bytes)
        var chunks: [PNG.Chunk] = []
        while let chunk = try reader.next() {
            #expect(chunk.hasRightChecksum)
            chunks.append(chunk)
        }
        return chunks
    }
}
