import CompanionCore
import TestRandomness
import Testing

@testable import CompanionCardFiles

@Suite("CHARX archives")
struct CHARXTests {
    private let json =
        #"{"spec":"chara_card_v3","spec_version":"3.0","data":{"name":"Wren","description":"d","assets":[{"type":"icon","uri":"embeded://assets/icon/images/main.png","name":"main","ext":"png"}]}}"#

    private func archive(_ change: (inout ZipSample) -> Void = { _ in }) -> [UInt8] {
        var sample = ZipSample(files: [.init("card.json", json), .init("assets/icon/images/main.png", "")])
        sample.files[1].content = PictureSamples.pixel
        change(&sample)
        return sample.bytes
    }

    private func error(_ bytes: [UInt8], _ limits: CardFile.Limits = .init()) -> CompanionError? {
        do {
            _ = try CardFile.read(bytes, limits: limits).files()
            return nil
        } catch {
            return error as? CompanionError
        }
    }

    @Test("A card is read with its files, and its main icon is its picture")
    func reads() throws {
        let contents = try CardFile.read(archive())
        #expect(contents.format == .charx && contents.imported.card.name == "Wren")
        #expect(contents.imported.warnings.isEmpty)
        #expect(contents.filePaths == ["assets/icon/images/main.png"])
        #expect(contents.image == PictureSamples.pixel)
        #expect(try contents.file(at: "nothing") == nil)
    }

    @Test("Deflated files, folders, comments and what stands in front of the archive are no hindrance")
    func variants() throws {
        for countsPrefix in [false, true] {
            let bytes = archive { sample in
                sample.files[0].isDeflated = true
                sample.files[1].isDeflated = true
                sample.files.insert(.init("assets/", ""), at: 0)
                sample.comment = Array("PK\u{5}\u{6} a comment".utf8)
                sample.prefix = [0xFF, 0xD8, 0xFF, 0xE0] + Array("a JPEG".utf8)
                sample.countsPrefix = countsPrefix
            }
            #expect(try CardFile.read(bytes).image == PictureSamples.pixel)
        }
    }

    @Test("A file that an asset names and that is missing is warned about")
    func missing() throws {
        let contents = try CardFile.read(archive { $0.files.removeLast() })
        #expect(contents.imported.warnings.map(\.path) == ["data.assets"])
        #expect(contents.image == nil)
    }

    @Test("A card comes back with all its files, whatever they are called, byte for byte")
    func roundTrip() throws {
        let first = try CardFile.read(
            archive { sample in
                sample.files.append(.init("module.risum", "application data"))
                sample.files.append(.init("assets/x_voice/audio/hello world.mp3", String(repeating: "la", count: 500)))
            })
        let second = try CardFile.read(CardFile.charx(card: first.imported.card, files: first.files()))
        #expect(second.imported.card == first.imported.card)
        #expect(try second.files() == first.files())
        #expect(second.filePaths.count == 3)
        #expect(
            try CardFile.charx(card: first.imported.card, files: first.files())
                == CardFile.charx(card: second.imported.card, files: second.files()))
    }

    @Test("A picture becomes the main icon of a card that has the default one, and only of such")
    func icon() throws {
        let card = CharacterCard(name: "Wren")
        let contents = try CardFile.read(CardFile.charx(card: card, icon: PictureSamples.pixel))
        #expect(contents.image == PictureSamples.pixel)
        #expect(
            contents.imported.card.assets == [
                .init(type: "icon", uri: "embeded://assets/icon/images/main.png", name: "main", ext: "png")
            ])
        let again = try CardFile.charx(card: contents.imported.card, files: contents.files(), icon: [1])
        #expect(try CardFile.read(again).image == PictureSamples.pixel)
    }

    @Test("From a picture to an archive and back, the card stays the same but for its icon's place")
    func acrossFormats() throws {
        let card = CharacterCard(
            name: "Wren", description: "é 👋",
            book: Lorebook(entries: [LorebookEntry(keys: ["k"], content: "@@depth 4\nc")]),
            extensions: ["x": [1, nil, 1.50]], unknownFields: ["y": "z"])
        let picture = try CardFile.read(CardFile.png(card: card, image: PictureSamples.pixel))
        let archive = try CardFile.read(CardFile.charx(card: picture.imported.card, icon: picture.image))
        let back = try CardFile.read(CardFile.png(card: archive.imported.card, image: try #require(archive.image)))
        var expected = card
        expected.assets = archive.imported.card.assets
        #expect(back.imported.card == expected && back.image == PictureSamples.pixel)
    }

    @Test("Backslashes in paths and addresses are read as slashes")
    func backslashes() throws {
        let contents = try CardFile.read(
            archive { sample in
                sample.files[0].content = Array(
                    json.replacing(
                        "embeded://assets/icon/images/main.png", with: #"embedded://assets\\icon\\images\\main.png"#
                    )
                    .utf8)
                sample.files[1].path = Array(#"assets\icon\images\main.png"#.utf8)
            })
        #expect(contents.filePaths == ["assets/icon/images/main.png"])
        #expect(contents.image == PictureSamples.pixel)
        #expect(contents.imported.warnings.isEmpty)
    }

    @Test("A card in a folder of the archive is read, with a warning, and written at the root")
    func folder() throws {
        let contents = try CardFile.read(
            archive { sample in
                for index in sample.files.indices {
                    sample.files[index].path = "My card/".utf8 + sample.files[index].path
                }
                sample.files.append(.init("__MACOSX/My card/._card.json", "x"))
            })
        #expect(contents.imported.card.name == "Wren" && contents.image == PictureSamples.pixel)
        #expect(contents.imported.warnings.map(\.path) == [""])
        #expect(contents.filePaths == ["assets/icon/images/main.png", "__MACOSX/My card/._card.json"])
        let again = try CardFile.read(CardFile.charx(card: contents.imported.card, files: contents.files()))
        #expect(again.imported.warnings.isEmpty && again.image == PictureSamples.pixel)
    }

    @Test("Two cards in folders are one too many")
    func folders() {
        let bytes = archive { sample in
            sample.files[0].path = Array("a/card.json".utf8)
            sample.files.append(.init("b/card.json", json))
        }
        #expect(error(bytes)?.message.contains("no card.json") == true)
    }

    @Test("An archive of the 64-bit kind is read")
    func large() throws {
        let bytes = archive { $0.isLarge = true }
        #expect(try CardFile.read(bytes).image == PictureSamples.pixel)
        for length in 1..<bytes.count { #expect(error(Array(bytes[..<length])) != nil, "cut at \(length)") }
    }

    @Test(
        "Paths that lead out of the archive are refused",
        arguments: [
            "../card.json", "assets/../../x", "/etc/passwd", "C:/x", "..\\card.json", "\\x", "assets//x", "./x",
            "a/./b", "", "/",
            "a\0b",
            String(repeating: "a", count: 2_000),
        ])
    func traversal(path: String) {
        #expect(error(archive { $0.files.append(.init(path, "x")) })?.code == .invalidInput)
        #expect(throws: CompanionError.self) {
            try CardFile.charx(card: CharacterCard(name: "W"), files: [.init(path: path, bytes: [1])])
        }
    }

    @Test("Paths must be there once and be text")
    func paths() {
        #expect(error(archive { $0.files.append(.init("card.json", "{}")) })?.message.contains("one name") == true)
        #expect(error(archive { $0.files[1].path = [0xFF, 0xFE] })?.code == .invalidInput)
        for paths in [["a", "a"], ["card.json"], ["é"], ["a/"]] {
            #expect(throws: CompanionError.self) {
                try CardFile.charx(card: CharacterCard(name: "W"), files: paths.map { .init(path: $0, bytes: []) })
            }
        }
    }

    @Test("What is damaged, encrypted or of another kind is refused with a reason")
    func refuses() {
        let deflated = archive { $0.files[1].isDeflated = true }
        for (bytes, code, part) in [
            (archive { $0.files[0].path = Array("Card.json".utf8) }, .invalidInput, "no card.json"),
            (archive { $0.files[0].flags = 1 }, .unsupported, "encrypted"),
            (archive { $0.files[1].flags = 0x40 }, .unsupported, "encrypted"),
            (archive { $0.files[1].method = 12 }, .unsupported, "compressed in a way"),
            (archive { $0.files[1].checksum = 1 }, .invalidInput, "checksum"),
            (archive { $0.files[1].size = 1 }, .invalidInput, "where it belongs"),
            (archive { $0.files[1].offset = 5 }, .invalidInput, "where it belongs"),
            (archive { $0.files[1].offset = 999_999 }, .invalidInput, "where it belongs"),
            (archive { $0.files[1].offset = 0xFFFF_FFFF }, .invalidInput, "a place is missing"),
            (archive { $0.count = 3 }, .invalidInput, "cut off"),
            (archive { $0.count = 0xFFFF }, .limitExceeded, "limit of"),
            (archive { $0.files[0].content = Array("{}".utf8) }, .invalidInput, "no character card"),
            (Array(deflated.dropLast(5)), .invalidInput, "list of files"),
            (Array("PK\u{3}\u{4}rest".utf8), .invalidInput, "list of files"),
            (
                archive { sample in
                    sample.files[1].isDeflated = true
                    sample.files[1].size = 1
                }, .limitExceeded, "inflates to more"
            ),
            (
                archive { sample in
                    sample.files[1].method = 8
                    sample.files[1].content = [7, 7, 7]
                }, .invalidInput, "damaged"
            ),
        ] as [([UInt8], CompanionError.Code, String)] {
            let error = error(bytes)
            #expect(
                error?.code == code && error?.message.contains(part) == true, "\(part): \(String(describing: error))")
        }
    }

    @Test("Bombs are refused before they burst")
    func bombs() {
        let zeros = String(repeating: "0", count: 30 << 20)
        let dense = archive { sample in
            sample.files.append(.init("zeros", zeros))
            sample.files[2].isDeflated = true
        }
        #expect(dense.count < 100_000)
        #expect(error(dense)?.code == .limitExceeded)
        // The same bytes under many names.
        let overlapping = archive { sample in
            for index in 0..<500 {
                var file = ZipSample.File("f\(index)", "")
                file.content = sample.files[1].content
                file.offset = 30 + 9 + json.utf8.count
                sample.files.append(file)
            }
        }
        #expect(error(overlapping)?.message.contains("over each other") == true)
        let many = archive { sample in sample.files += (0..<50).map { .init("f\($0)", "") } }
        #expect(error(many, .init(archiveFiles: 51))?.code == .limitExceeded)
        #expect(error(many, .init(archiveFiles: 52)) == nil)
        #expect(error(archive(), .init(archiveBytes: 100))?.code == .limitExceeded)
        #expect(error(archive(), .init(json: JSONLimits(bytes: 20)))?.code == .limitExceeded)
    }

    @Test("An archive cut at any byte is refused")
    func truncated() {
        let whole = archive { $0.files[0].isDeflated = true }
        for length in 1..<whole.count { #expect(error(Array(whole[..<length])) != nil, "cut at \(length)") }
    }

    @Test("A mutated archive is read or refused with a reason")
    func fuzz() {
        var random = SeededGenerator.announced()
        let whole = archive { sample in
            sample.files[0].isDeflated = true
            sample.files.append(.init("x", "text"))
        }
        for round in 0..<2_000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                // The lists and headers are where it hurts.
                let tail = Int.random(in: 0..<3, using: &random) > 0
                let place =
                    tail
                    ? Int.random(in: max(0, bytes.count - 260)..<bytes.count, using: &random)
                    : Int.random(in: bytes.indices, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &random) ?? 0
                case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 2 where bytes.count > 40: bytes.remove(at: place)
                default: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
                }
            }
            if let error = error(bytes) {
                #expect(
                    [.invalidInput, .limitExceeded, .unsupported].contains(error.code),
                    "seed \(random.seed), round \(round): \(error)")
            }
        }
    }
}
