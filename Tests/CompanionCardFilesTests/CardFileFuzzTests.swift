import CompanionCore
import TestRandomness
import Testing

@testable import CompanionCardFiles

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Cards, lorebooks, archives, pictures and chats, changed at random: none may crash the reader, take long or fill memory.
@Suite("Hostile card files")
struct CardFileFuzzTests {
    /// All of them, such as 100,000, with `FUZZ_CASES` in the environment.
    private static let wanted = ProcessInfo.processInfo.environment["FUZZ_CASES"].flatMap(Int.init)
    private let count = wanted ?? 2_000

    /// What a file is read as.
    private enum Kind: CaseIterable {
        case card, lorebook, chat, archive
    }

    @Test("A mutated file is read or refused with a reason, soon and in little memory", .timeLimit(.minutes(30)))
    func mutated() throws {
        var random = SeededGenerator.announced()
        let files = try Self.files()
        let start = Memory.resident
        Memory.forgetPeak()
        var slowest = Duration.zero
        var (read, refused) = (0, 0)
        for round in 0..<count {
            let (kind, original) = files[round % files.count]
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &random) { random.mutate(&bytes) }
            // Half of the pictures get right checksums again, so that what stands behind them is reached.
            if Bool.random(using: &random) { bytes = random.withRightChecksums(bytes) }
            let time = ContinuousClock().measure {
                do {
                    try Self.read(bytes, as: kind)
                    read += 1
                } catch let error as CompanionError {
                    refused += 1
                    let codes = [CompanionError.Code.invalidInput, .limitExceeded, .unsupported]
                    #expect(codes.contains(error.code), "seed \(random.seed), round \(round): \(error)")
                } catch {
                    Issue.record("seed \(random.seed), round \(round): \(error)")
                }
            }
            if time > .seconds(1) { Issue.record("seed \(random.seed), round \(round) took \(time)") }
            slowest = max(slowest, time)
        }
        #expect(read > 0 && refused > 0, "seed \(random.seed)")
        // Other tests run beside this one, and fill memory too, unless it is asked for by itself.
        guard Self.wanted != nil, let start, let peak = Memory.peak else { return }
        print(
            "\(count) files: \(read) read, \(refused) refused, slowest \(slowest), memory +\((peak - start) >> 20) MiB")
        #expect(peak - start < 64 << 20, "seed \(random.seed)")
    }

    private static func read(_ bytes: [UInt8], as kind: Kind) throws {
        switch kind {
        case .card:
            let contents = try CardFile.read(bytes)
            _ = contents.imported.card.json(as: .v2)
            _ = try contents.files()
            _ = contents.image
            try use(contents.imported.card.book)
        case .lorebook: try use(Lorebook.Import(parsing: bytes).book)
        case .chat: _ = try ImportedChat.read(bytes)
        case .archive: try readAll(of: CardArchive(.bytes(bytes)))
        }
    }

    /// All files of an archive; one that is refused keeps none of the others from being read.
    private static func readAll(of archive: CardArchive) throws {
        _ = archive.isCard
        var refusal: CompanionError?
        for item in archive.items {
            do {
                switch try archive.read(item) {
                case .card(let contents): try use(contents.imported.card.book)
                case .lorebook(let imported): try use(imported.book)
                }
            } catch let error as CompanionError {
                refusal = error
            }
        }
        if let refusal { throw refusal }
    }

    /// Activates a book, so that its keys, expressions and decorators are read too.
    private static func use(_ book: Lorebook?) throws {
        guard let book else { return }
        _ = book.standaloneJSON
        let activator = LorebookActivator([book], macros: Macros(character: "Wren", user: "Ada"))
        let scene = LorebookScene(
            texts: ["The old lighthouse keeper saw a boat, kkkkkkkkkkkkkkkkkkkkkkkkkk!", "Wren says a word."],
            messageCount: 9, characterMessageCount: 4)
        _ = activator.allPieces(of: activator.activate(in: scene, budget: 1_000))
    }

    private static func files() throws -> [(Kind, [UInt8])] {
        var entry = LorebookEntry(
            keys: ["k", "(a|b|(k+)+)*$", "light(?=house)"],
            content: "@@depth 4\n@@scan_depth 2\n@@@role user\nc {{roll:d6}}",
            id: .number(JSONNumber(1)))
        entry.useRegex = true
        let book = Lorebook(
            entries: [
                entry,
                LorebookEntry(keys: ["boat", "/w[or]+d/i"], content: "{{random:a,b\\,c}}", secondaryKeys: ["saw"]),
            ])
        let card = CharacterCard(
            name: "Wren", alternateGreetings: ["a", "b"], creatorNotesMultilingual: ["en": "n"], tags: ["t"],
            book: book,
            assets: [.defaultIcon], source: ["s"], extensions: ["x": [1, 2.5, nil]])
        let json = card.json(as: .v3).serializedBytes()
        let base64 = Base64.encode(json)
        let chat = """
            {"user_name":"Ada","character_name":"Wren","create_date":"2024-6-1 @15h 5m 12s 123ms","chat_metadata":{}}
            {"name":"Wren","is_user":false,"send_date":"June 1, 2024 3:05pm","mes":"Ahoy","swipes":["Ahoy","Hi"],"swipe_id":0}
            {"name":"Ada","is_user":true,"is_system":false,"send_date":1717254312123,"mes":"Good day","extra":{"a":[1]}}

            """
        let foreign = """
            {"entries":{"0":{"uid":0,"key":["k"],"keysecondary":[],"content":"c","comment":"","constant":false,"order":100,\
            "position":4,"depth":4,"disable":false,"probability":50,"useProbability":true,"group":"g","sticky":2}}}
            """
        var archive = ZipWriter()
        try archive.add(json, at: "a/wren.json")
        try archive.add(CardFile.png(card: card, image: PictureSamples.pixel), at: "a/b/wren.png")
        try archive.add(CardFile.charx(card: card), at: "wren.charx")
        try archive.add(book.standaloneJSON.serializedBytes(), at: "book.json")
        try archive.add(Array("notes".utf8), at: "readme.txt")
        let ooba = """
            {"internal":[["<|BEGIN-VISIBLE-CHAT|>","Ahoy"],["Good & day","So"]],"visible":[["","Ahoy"],["Good &amp; day","So"]],\
            "metadata":{"assistant_1":{"timestamp":"Jun 06, 2025 14:30","versions":[{"content":"No","visible_content":"No"},\
            {"content":"So","visible_content":"So"}],"current_version_index":1}}}
            """
        let page =
            "<html><script>const historyData = JSON.parse(`"
            + #"{"charPic":"","history":[[{"isUser":false,"name":"Wren","message":"A%20hoy%21"}]]}"# + "`);</script>"
        return [
            (.archive, archive.finish()), (.chat, Array(ooba.utf8)), (.chat, Array(page.utf8)),
            (.card, json), (.card, card.json(as: .v1).serializedBytes()),
            (.card, try CardFile.png(card: card, image: PictureSamples.pixel)),
            (.card, PictureSamples.picture([PictureSamples.compressedText("ccv3", base64)])),
            (.card, PictureSamples.picture([PictureSamples.internationalText("ccv3", base64, isCompressed: true)])),
            (.card, try CardFile.charx(card: card, icon: PictureSamples.pixel)),
            (.lorebook, book.standaloneJSON.serializedBytes()), (.lorebook, Array(foreign.utf8)),
            (.chat, Array(chat.utf8)),
            (
                .chat,
                Array(#"{"messages":[{"handle":"Ada","userId":"1","msg":"Hi"},{"characterId":"2","msg":"Ahoy"}]}"#.utf8)
            ),
        ]
    }
}

/// What Linux says of this process's memory; nil elsewhere.
private enum Memory {
    static var resident: Int? { bytes(of: "VmRSS:") }
    static var peak: Int? { bytes(of: "VmHWM:") }

    static func forgetPeak() { try? Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs")) }

    private static func bytes(of key: String) -> Int? {
        guard let status = try? String(contentsOf: URL(filePath: "/proc/self/status"), encoding: .utf8) else {
            return nil
        }
        return status.split(separator: "\n").first { $0.hasPrefix(key) }?
            .split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }.map { $0 << 10 }
    }
}

extension SeededGenerator {
    fileprivate mutating func mutate(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        let place = Int.random(in: bytes.indices, using: &self)
        let end = min(bytes.count, place + Int.random(in: 1...40, using: &self))
        switch Int.random(in: 0..<6, using: &self) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &self)
        case 1: bytes[place] = [0, 0x7F, 0x80, 0xFF, 0x22, 0x7B, 0x5B, 0x5C].randomElement(using: &self) ?? 0
        case 2: bytes.removeSubrange(place..<end)
        case 3: bytes.insert(contentsOf: bytes[place..<end], at: place)
        case 4: bytes.removeSubrange(place...)
        default: bytes.insert(contentsOf: repeatElement(UInt8.random(in: 0...255, using: &self), count: 99), at: place)
        }
    }

    /// The chunks as far as they can be told apart, with their checksums put right.
    fileprivate mutating func withRightChecksums(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.starts(with: PNG.signature) else { return bytes }
        var reader = PNG.ChunkReader(bytes)
        var repaired = PNG.signature
        while let chunk = try? reader.next() { repaired += PNG.chunk(chunk.type, Array(chunk.data)) }
        return repaired
    }
}
