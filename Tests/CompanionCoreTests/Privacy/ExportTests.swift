import CompanionInMemory
import CompanionTesting
import Testing

@testable import CompanionCore

@Suite("Exporting all that is kept about a person")
struct ExportTests {
    @Test("Everything that a scan counts is in the files, and nothing of others")
    func complete() async throws {
        let house = try await House()
        let (ada, grace) = (try await house.person("Ada"), try await house.person("Grace"))
        let export = house.companion.privacy.export(of: ada) { _ in Array("PNG".utf8) }
        var texts: [String: String] = [:]
        for try await file in export {
            #expect(texts[file.path] == nil, "\(file.path) twice")
            var bytes: [UInt8] = []
            for try await chunk in file.content { bytes += chunk }
            #expect(bytes.count == file.size)
            texts[file.path] = String(decoding: bytes, as: UTF8.self)
        }
        let manifest = try JSONValue(parsing: #require(texts["manifest.json"]).utf8)
        let found = try await house.companion.privacy.scan(for: ada).found
        for kind in ["people", "characters", "chats", "messages", "memories", "blobs"] {
            #expect(manifest["counts"]?[kind]?.integer == found[kind], "\(kind)")
        }
        #expect(manifest["counts"]?["forgotten"]?.integer == found["forgotten_memories"])
        #expect(manifest["counts"]?["images"]?.integer == 1)
        let everything = texts.values.joined()
        for word in ["I live in Turin.", "I like tea number 1.", "Mhm.", "Hi!", "\(ada)"] {
            #expect(everything.contains(word), "\(word)")
        }
        #expect(!everything.contains("\(grace)"))
        for path in texts.keys {
            #expect(BlobKey(path.lowercased()) != nil, "\(path)")
        }
    }

    @Test("Long chats and many memories are cut into files of a page")
    func pages() async throws {
        let house = try await House()
        let ada = try await house.companion.accounts.register(name: "Ada").id
        let character = try await house.companion.characters.add(CharacterCard(name: "../Луна & Co."), by: ada)
        let chat = try await house.companion.chats.start(with: character.id, by: ada)
        let messages = (1...1_100).map { number in
            Message(
                id: house.identifiers.next(), chat: chat.id, sequence: number, author: .user,
                alternatives: [
                    Alternative(id: house.identifiers.next(), text: "Line \(number)", createdAt: house.clock.now)
                ], createdAt: house.clock.now)
        }
        try await house.store.transaction {
            try $0.messages.append(messages, to: chat.id, of: ada, at: chat.createdAt)
        }
        var paths: [String] = []
        for try await file in house.companion.privacy.export(of: ada) { paths.append(file.path) }
        #expect(paths.filter { $0.contains("messages-") } == (1...3).map { "chats/\(chat.id)/messages-000\($0).json" })
        #expect(paths.contains("characters/co-\(character.id).json"))
        #expect(paths.last == "manifest.json")
    }

    @Test("There is no export of who is not there")
    func nobody() async throws {
        let house = try await House()
        await #expect(throws: CompanionError.self) {
            for try await _ in house.companion.privacy.export(of: house.identifiers.next()).zip {}
        }
    }

    @Test("A file that changes while it is exported ends the export")
    func changes() async throws {
        let file = PersonalFile(path: "a", size: 3, checksum: 1) { _ in [1, 2, 3] }
        await #expect(throws: CompanionError.self) { for try await _ in file.content {} }
    }
}

extension House {
    var identifiers: IdentifierGenerator { IdentifierGenerator(clock: clock) }
}
