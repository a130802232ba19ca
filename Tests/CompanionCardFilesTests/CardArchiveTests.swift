import CompanionCore
import TestRandomness
import Testing

@testable import CompanionCardFiles

@Suite("Archives of cards")
struct CardArchiveTests {
    private func card(_ name: String) -> CharacterCard {
        CharacterCard(name: name, description: "Somebody.", firstMessage: "Hello.")
    }

    private func json(_ name: String) -> [UInt8] { card(name).json(as: .v3).serializedBytes() }

    private let book = Lorebook(name: "Harbour", entries: [LorebookEntry(keys: ["sea"], content: "Cold.")])

    private func archive(_ files: [(String, [UInt8])]) throws -> [UInt8] {
        var writer = ZipWriter()
        for (path, bytes) in files { try writer.add(bytes, at: path) }
        return writer.finish()
    }

    /// The same bytes in memory, and read piece by piece.
    private func sources(_ bytes: [UInt8]) -> [ZipSource] {
        [.bytes(bytes), .file(ZipFile(count: bytes.count) { Array(bytes[$0]) })]
    }

    /// What is found at each path: a name, or an error's code.
    private func found(_ archive: CardArchive) -> [String: String] {
        Dictionary(
            archive.items.map { item in
                do {
                    switch try archive.read(item) {
                    case .card(let contents): return (item.path, "\(contents.format) \(contents.imported.card.name)")
                    case .lorebook(let imported): return (item.path, "book \(imported.book.name ?? "")")
                    }
                } catch let error as CompanionError {
                    return (item.path, "\(error.code)")
                } catch {
                    return (item.path, "\(error)")
                }
            }, uniquingKeysWith: { $1 })
    }

    @Test("Cards of every kind and lorebooks are found in folders and in CHARX files, and the rest by its name")
    func finds() throws {
        let charx = try CardFile.charx(card: card("Nils"), icon: PictureSamples.pixel)
        let bytes = try archive([
            ("Mira.json", json("Mira")),
            ("a/b/Luna.PNG", CardFile.png(card: card("Luna"), image: PictureSamples.pixel)),
            ("a/Nils.charx", charx), ("a/nils again.zip", charx),
            ("harbour.json", book.standaloneJSON.serializedBytes()),
            ("settings.json", Array("{}".utf8)), ("picture.png", PictureSamples.pixel),
            ("more.zip", archive([("Inner.json", json("Inner"))])), ("readme.txt", [1]), ("a/notes.md", []),
            ("__MACOSX/._Mira.json", [0]), (".DS_Store", [0]), ("a/.hidden/x.json", json("Hidden")),
        ])
        for source in sources(bytes) {
            let archive = try CardArchive(source)
            #expect(!archive.isCard && archive.otherCount == 2)
            #expect(
                found(archive) == [
                    "Mira.json": "JSON Mira", "a/b/Luna.PNG": "PNG Luna", "a/Nils.charx": "CHARX Nils",
                    "a/nils again.zip": "CHARX Nils", "harbour.json": "book Harbour", "settings.json": "invalidInput",
                    "picture.png": "invalidInput", "more.zip": "invalidInput",
                ])
            #expect(archive.items.first?.path == "Mira.json")
        }
    }

    @Test("One card with its files is no archive of cards; other cards beside it make it one")
    func isCard() throws {
        func isCard(_ files: [(String, [UInt8])]) throws -> Bool { try CardArchive(.bytes(archive(files))).isCard }
        let whole = json("Wren")
        var named = card("Wren")
        named.assets = [CharacterCard.Asset(type: "icon", uri: "embeded://icon.png", name: "main", ext: "png")]
        let pixel = PictureSamples.pixel
        #expect(try CardArchive(.bytes(CardFile.charx(card: card("Wren"), icon: pixel))).isCard)
        #expect(try isCard([("card.json", whole), ("assets/icon/x.png", pixel), ("x_meta/1.json", [0])]))
        #expect(try isCard([("Wren/card.json", whole), ("Wren/assets/icon/x.png", pixel)]))
        #expect(try isCard([("card.json", named.json(as: .v3).serializedBytes()), ("icon.png", pixel)]))
        #expect(try !isCard([("card.json", whole), ("Mira.json", json("Mira"))]))
        #expect(try !isCard([("card.json", whole), ("icon.png", pixel)]))
        #expect(try !isCard([("a/card.json", whole), ("b/card.json", whole)]))
        #expect(try !isCard([("Mira.json", json("Mira"))]))
        #expect(try !isCard([("card.json", [0]), ("Mira.json", json("Mira"))]))
    }

    @Test("What is larger than a card may be is refused by its name, and the others are read")
    func large() throws {
        let bytes = try archive([("a.json", json("A")), ("b.json", json("B") + [UInt8](repeating: 0x20, count: 4_000))])
        let archive = try CardArchive(.bytes(bytes))
        let limits = CardFile.Limits(fileBytes: 1_000)
        guard case .card = try archive.read(archive.items[0], limits: limits) else {
            Issue.record("The small one was not read.")
            return
        }
        let error = #expect(throws: CompanionError.self) { try archive.read(archive.items[1], limits: limits) }
        #expect(error?.code == .limitExceeded)
    }

    @Test("Hostile archives are refused before anything is inflated")
    func hostile() throws {
        func code(_ sample: ZipSample, _ limits: ZipReader.Limits = CardArchive.limits) -> [CompanionError.Code?] {
            sources(sample.bytes).map { source in
                do {
                    _ = try CardArchive(source, limits: limits)
                    return nil
                } catch {
                    return (error as? CompanionError)?.code
                }
            }
        }
        func sample(_ change: (inout ZipSample) -> Void) -> ZipSample {
            var sample = ZipSample(files: [.init("a.json", "{}"), .init("b.json", "{}")])
            change(&sample)
            return sample
        }
        #expect(code(sample { _ in }) == [nil, nil])
        for path in ["../a.json", "/a.json", "C:/a.json", "a/../../b.json", "..\\a.json"] {
            #expect(code(sample { $0.files[0].path = Array(path.utf8) }) == [.invalidInput, .invalidInput], "\(path)")
        }
        #expect(code(sample { $0.files[1].offset = 0 }) == [.invalidInput, .invalidInput])
        #expect(
            code(
                sample {
                    $0.files[0].size = 1 << 30
                    $0.files[0].method = 8
                }) == [.limitExceeded, .limitExceeded])
        #expect(code(sample { $0.files[0].flags = 1 }) == [.unsupported, .unsupported])
        #expect(code(sample { $0.files[1].path = $0.files[0].path }) == [.invalidInput, .invalidInput])
        #expect(code(sample { $0.count = 9 }) == [.invalidInput, .invalidInput])
        var limits = CardArchive.limits
        limits.entries = 1
        #expect(code(sample { _ in }, limits) == [.limitExceeded, .limitExceeded])
        limits = CardArchive.limits
        limits.directoryBytes = 60
        #expect(code(sample { _ in }, limits) == [.limitExceeded, .limitExceeded])
    }

    @Test("Whatever the bytes are, an archive that is read piece by piece is the one that is in memory")
    func sameFromFile() throws {
        var random = SeededGenerator.announced()
        for round in 0..<300 {
            var sample = ZipSample(
                files: (0..<Int.random(in: 0...6, using: &random)).map { number in
                    var file = ZipSample.File("f\(number).json", String(repeating: "x", count: number * 50))
                    file.isDeflated = Bool.random(using: &random)
                    return file
                })
            sample.isLarge = Bool.random(using: &random)
            sample.comment = [UInt8](repeating: 0x20, count: Int.random(in: 0...80, using: &random))
            if Bool.random(using: &random) { sample.prefix = [UInt8](repeating: 7, count: 100) }
            var bytes = sample.bytes
            if Bool.random(using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let results = sources(bytes).map { source -> [String] in
                do {
                    let archive = try CardArchive(source)
                    return archive.items.map { item in
                        let content = try? archive.bytes(of: item, limit: 1 << 20)
                        return "\(item.path) \(content.map { String(decoding: $0, as: UTF8.self) } ?? "damaged")"
                    }
                } catch {
                    return ["\(error)"]
                }
            }
            #expect(results[0] == results[1], "seed \(random.seed), round \(round)")
        }
    }

    @Test("An archive that ends while it is read is refused")
    func cutOff() throws {
        let bytes = try archive([("a.json", json("A"))])
        let short = ZipFile(count: bytes.count) { Array(bytes[$0].dropLast($0.lowerBound == 0 ? 0 : 1)) }
        let error = #expect(throws: CompanionError.self) { try CardArchive(.file(short)) }
        #expect(error?.code == .invalidInput)
    }
}
