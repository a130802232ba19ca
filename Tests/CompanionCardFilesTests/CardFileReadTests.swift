import CompanionCore
import Testing

@testable import CompanionCardFiles

@Suite("Reading card files")
struct CardFileReadTests {
    private let v1 = #"{"name":"Wren","description":"keeps a lighthouse","first_mes":"Ahoy é 👋"}"#
    private let v3 = #"{"spec":"chara_card_v3","spec_version":"3.0","data":{"name":"Wren III","nickname":"W"}}"#

    @Test("JSON is known by its first bytes", arguments: ["", "\u{FEFF}", " \r\n\t", "\u{FEFF}\n"])
    func json(prefix: String) throws {
        let contents = try CardFile.read((prefix + v1).utf8)
        #expect(contents.format == .json)
        #expect(contents.image == nil)
        #expect(contents.imported.card.name == "Wren")
        #expect(contents.imported.version == .v1)
    }

    @Test("A card is found under any spelling of its keyword", arguments: ["chara", "Chara", "CHARA", "ccv3", "CCV3"])
    func keyword(keyword: String) throws {
        let contents = try CardFile.read(PictureSamples.picture([PictureSamples.text(keyword, v1)]))
        #expect(contents.format == .png)
        #expect(contents.imported.card.firstMessage == "Ahoy é 👋")
        #expect(contents.image == PictureSamples.pixel)
    }

    @Test("Base64 with line breaks, of the other alphabet or without padding is read, encoded twice too")
    func base64Variants() throws {
        let base64 = Base64.encode(Array(v1.utf8))
        let twice = Base64.encode(Array(v1.utf8).flatMap { Array(String(Unicode.Scalar($0)).utf8) })
        let urlSafe = base64.compactMap { byte -> UInt8? in
            switch byte {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            case UInt8(ascii: "="): nil
            default: byte
            }
        }
        let broken = stride(from: 0, to: base64.count, by: 19).flatMap {
            Array(base64[$0..<min($0 + 19, base64.count)]) + "\r\n".utf8
        }
        for (index, text) in [base64, urlSafe, broken, twice].enumerated() {
            let contents = try CardFile.read(PictureSamples.picture([("tEXt", "chara\0".utf8 + text)]))
            #expect(contents.imported.card.firstMessage == "Ahoy é 👋")
            #expect(contents.imported.warnings.isEmpty == (index != 3))
        }
    }

    @Test("Of several texts of one keyword, the first that can be read counts")
    func severalTexts() throws {
        let good = PictureSamples.text("chara", v1)
        let other = PictureSamples.text("chara", v1.replacing("Wren", with: "Other"))
        let damaged = ("tEXt", Array("chara\0####".utf8))
        #expect(try CardFile.read(PictureSamples.picture([good, other])).imported.card.name == "Wren")
        #expect(try CardFile.read(PictureSamples.picture([damaged, damaged, good])).imported.card.name == "Wren")
    }

    @Test("JSON in UTF-16 is known as JSON")
    func utf16() throws {
        let units = Array("\u{FEFF}\(v1)".utf16)
        let little = units.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
        for bytes in [little, units.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] }] {
            let contents = try CardFile.read(bytes)
            #expect(contents.format == .json && contents.imported.card.firstMessage == "Ahoy é 👋")
        }
    }

    @Test("An animated picture is told apart, and stays whole")
    func animated() throws {
        let contents = try CardFile.read(
            CardFile.png(card: CharacterCard(name: "Wren"), image: PictureSamples.animated))
        #expect(contents.format == .apng)
        #expect(contents.image == PictureSamples.animated)
    }

    @Test("Of both, the V3 card counts, wherever it stands")
    func prefersV3() throws {
        let texts = [PictureSamples.text("chara", v1), PictureSamples.text("ccv3", v3)]
        for texts in [texts, texts.reversed()] {
            let contents = try CardFile.read(PictureSamples.picture(texts))
            #expect(contents.imported.card.name == "Wren III")
            #expect(contents.imported.version == .v3)
            #expect(contents.imported.warnings.isEmpty)
        }
    }

    @Test("Where the V3 card is damaged, the older one is taken, with a warning")
    func fallsBack() throws {
        let damaged = PictureSamples.text("ccv3", String(v3.dropLast(3)))
        let contents = try CardFile.read(PictureSamples.picture([PictureSamples.text("chara", v1), damaged]))
        #expect(contents.imported.card.name == "Wren")
        #expect(contents.imported.warnings.map(\.message) == ["another copy of the card is damaged"])
    }

    @Test("Compressed and international texts are read")
    func otherTexts() throws {
        let base64 = Base64.encode(Array(v1.utf8))
        for chunk in [
            PictureSamples.compressedText("chara", base64),
            PictureSamples.internationalText("chara", base64, isCompressed: false),
            PictureSamples.internationalText("chara", base64, isCompressed: true),
            PictureSamples.internationalText("chara", Array(v1.utf8), isCompressed: true),
        ] {
            #expect(try CardFile.read(PictureSamples.picture([chunk])).imported.card.name == "Wren", "\(chunk.type)")
        }
    }

    @Test(
        "What is no card file is named, where it is known",
        arguments: [
            ([0xFF, 0xD8, 0xFF, 0xE0], "JPEG"),
            (Array("GIF89a".utf8), "GIF"),
            (Array("RIFF....WEBPVP8 ".utf8), "WebP"), ([0x1F, 0x8B, 8], "gzip"),
            (Array("....ftypavif".utf8), "AVIF"), (Array("7z".utf8), "7-Zip"), (Array("Rar!".utf8), "RAR"),
            (Array("name: Wren".utf8), "known kind"),
            ([0x89, 0x50], "known kind"),
        ] as [([UInt8], String)])
    func otherKinds(bytes: [UInt8], name: String) throws {
        let error = try #require(throws: CompanionError.self) { try CardFile.read(bytes) }
        #expect(error.code == .unsupported)
        #expect(error.message.contains(name))
    }

    @Test("What is damaged or holds no card is refused")
    func refuses() throws {
        let card = PictureSamples.picture([PictureSamples.text("chara", v1)])
        var wrongChecksum = card
        wrongChecksum[60] ^= 1
        for (bytes, part) in [
            ([], "empty"), (Array("{}".utf8), "no character card"), (Array("{".utf8), "no valid JSON"),
            (PictureSamples.pixel, "holds no character card"), (wrongChecksum, "checksum"),
            (PNG.signature, "cut off"), (PNG.signature + PNG.chunk("IDAT", []) + PNG.chunk("IEND", []), "header"),
            (PictureSamples.picture([("tEXt", Array("chara\0####".utf8))]), "base64"),
            (PictureSamples.picture([("tEXt", Array("chara\0e30".utf8))]), "no character card"),
            (PictureSamples.picture([("tEXt", Array("chara\0/w==".utf8))]), "no valid JSON"),
            (PictureSamples.picture([("tEXt", Array("chara\0".utf8))]), "no valid JSON"),
            (PictureSamples.picture([("zTXt", Array("chara\0\u{1}x".utf8))]), "unknown way"),
            (PictureSamples.picture([("zTXt", Array("chara\0\0not zlib".utf8))]), "compressed text"),
            (PictureSamples.picture([("zTXt", Array("chara\0\0".utf8))]), "compressed text"),
            (PictureSamples.picture([("iTXt", Array("chara\0\0\0en".utf8))]), "where they belong"),
            (PictureSamples.picture([("iTXt", Array("chara\0".utf8))]), "where they belong"),
        ] as [([UInt8], String)] {
            let error = try #require(throws: CompanionError.self, "\(part)") { try CardFile.read(bytes) }
            #expect(error.code == .invalidInput, "\(part)")
            #expect(error.message.contains(part), "\(error)")
        }
    }

    @Test("A picture cut at any byte is refused")
    func truncated() throws {
        let card = PictureSamples.picture([PictureSamples.text("chara", v1)])
        for length in 0..<card.count {
            #expect(throws: CompanionError.self, "cut at \(length)") { try CardFile.read(card[..<length]) }
        }
        #expect(try CardFile.read(card + [1, 2, 3]).image == PictureSamples.pixel)
    }

    @Test("Sizes are bounded, compressed ones by what they inflate to")
    func limits() throws {
        func code(_ bytes: [UInt8], _ limits: CardFile.Limits = .init()) -> CompanionError.Code? {
            do {
                _ = try CardFile.read(bytes, limits: limits)
                return nil
            } catch {
                return (error as? CompanionError)?.code
            }
        }
        let plain = PictureSamples.picture([PictureSamples.text("chara", v1)])
        let textBytes = (v1.utf8.count + 2) / 3 * 4
        #expect(code(plain, CardFile.Limits(fileBytes: plain.count, textBytes: textBytes)) == nil)
        #expect(code(plain, CardFile.Limits(fileBytes: plain.count - 1)) == .limitExceeded)
        #expect(code(plain, CardFile.Limits(textBytes: textBytes - 1)) == .limitExceeded)
        #expect(code(plain, CardFile.Limits(json: JSONLimits(bytes: 20))) == .limitExceeded)
        let compressed = PictureSamples.picture([
            PictureSamples.compressedText("chara", Base64.encode(Array(v1.utf8)))
        ])
        #expect(code(compressed, CardFile.Limits(textBytes: textBytes)) == nil)
        #expect(code(compressed, CardFile.Limits(textBytes: textBytes - 1)) == .limitExceeded)
        // 100 MB of one letter in a hundred kilobytes.
        let bomb = PictureSamples.compressedText("chara", [UInt8](repeating: 0x41, count: 100_000_000))
        #expect(code(PictureSamples.picture([bomb])) == .limitExceeded)
    }
}
