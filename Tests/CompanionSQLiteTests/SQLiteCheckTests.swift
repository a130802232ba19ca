import CompanionCore
import Testing

@testable import CompanionSQLite

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite struct SQLiteCheckTests {
    private let folder: TemporaryFolder
    private let scene = Scene()

    init() throws { folder = try TemporaryFolder() }

    @Test("A sound store has no problems, and everything is counted")
    func counts() async throws {
        let store = try SQLiteStore(path: folder.path())
        try await scene.insert(into: store)
        try await scene.append(1...10, to: store)
        _ = try await store.transaction { transaction in
            try transaction.messages.delete(
                sequences: 4...6, in: scene.chat.id, of: scene.user.id, as: scene.ids.next(), at: scene.start)
        }
        let findings = try await store.check()
        #expect(findings.problems == [])
        #expect(findings.counts == .init(users: 1, characters: 1, chats: 1, messages: 10, deletedMessages: 3))
        #expect(findings.size > 0 && findings.size % 512 == 0)
        #expect(findings.sqliteVersion.hasPrefix("3."))
    }

    @Test("A damaged file has problems, and what can't be read throws corrupted")
    func findsDamage() async throws {
        do {
            let store = try SQLiteStore(path: folder.path())
            try await scene.insert(into: store)
            try await scene.append(1...2_000, to: store)
            try await store.close()
        }
        var bytes = try Data(contentsOf: URL(fileURLWithPath: folder.path()))
        // The schema itself, and the first page of each table, are in the first ones.
        for page in 120..<(bytes.count / 4096) {
            bytes.replaceSubrange(page * 4096..<page * 4096 + 512, with: repeatElement(0xAB, count: 512))
        }
        try bytes.write(to: URL(fileURLWithPath: folder.path()))
        let store = try SQLiteStore(path: folder.path())
        #expect(try await !store.check().problems.isEmpty)
        let error = await #expect(throws: CompanionError.self) {
            for before in stride(from: 2_001, to: 1, by: -50) {
                _ = try await store.read { transaction in
                    try transaction.messages.messages(
                        in: scene.chat.id, of: scene.user.id, before: before, limit: 50)
                }
            }
        }
        #expect(error?.code == .corrupted)
    }
}
