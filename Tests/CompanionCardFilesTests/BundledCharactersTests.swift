import CompanionCore
import Testing

@testable import CompanionCardFiles

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite("Bundled characters")
struct BundledCharactersTests {
    static let names = ["luna", "bram", "pia"]

    private func file(_ path: String) throws -> [UInt8] {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        return Array(try Data(contentsOf: URL(filePath: "/\(root)/\(path)")))
    }

    private func picture(_ name: String) throws -> [UInt8] {
        try file("Sources/Examples/Support/Resources/Characters/\(name).png")
    }

    @Test("Each is a small picture with a whole card", arguments: names)
    func isWhole(name: String) throws {
        let bytes = try picture(name)
        #expect(bytes.count < 90_000)
        let contents = try CardFile.read(bytes)
        #expect(contents.imported.version == .v3)
        #expect(contents.imported.warnings.isEmpty)
        let card = contents.imported.card
        #expect(card.displayName.lowercased() == name)
        #expect(card.unknownFields.isEmpty)
        #expect(card.unknownTopLevelFields.isEmpty)
        for text in [card.description, card.personality, card.scenario, card.firstMessage, card.creatorNotes] {
            #expect(!text.isEmpty)
        }
        #expect(card.alternateGreetings.count == 2)
        #expect(card.exampleDialogue.split(separator: "<START>").count >= 9)
        #expect(card.tags.count >= 3)
        #expect(card.creator == "swift-companion")
        let entries = try #require(card.book?.entries)
        #expect(entries.count >= 5)
        #expect(entries.allSatisfy { !$0.keys.isEmpty && !$0.text.isEmpty && $0.enabled && $0.unknownFields.isEmpty })
    }

    @Test("Each holds what its source says, in the form that we would write", arguments: names)
    func isUpToDate(name: String) throws {
        let bytes = try picture(name)
        let source = try JSONValue(parsing: file("Scripts/Characters/\(name).json"))
        let contents = try CardFile.read(bytes)
        let written = try CardFile.png(card: contents.imported.card, image: #require(contents.image))
        for file in [bytes, written] {
            #expect(try json("ccv3", in: file) == source, "run Scripts/draw-cards.py")
        }
        #expect(try json("chara", in: bytes) == json("chara", in: written))
    }

    private func json(_ keyword: String, in file: [UInt8]) throws -> JSONValue? {
        var reader = PNG.ChunkReader(file)
        while let chunk = try reader.next() {
            if let text = PNGText(chunk), text.keyword == keyword {
                return try JSONValue(parsing: Base64.decode(text.text(limit: 1 << 20)))
            }
        }
        return nil
    }
}
