import CompanionCore
import CompanionTesting
import Testing

@testable import CompanionSQLite

@Suite struct SQLiteStoreTests {
    @Test("Keeps the contract of a relational store", arguments: RelationalStoreConformance.checks)
    func conforms(_ check: RelationalStoreConformance.Check) async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(path: folder.path())
        try await check.run(on: store)
        let findings = try await store.check()
        #expect(findings.problems.isEmpty)
        try await store.close()
    }

    @Test("Keeps the contract with one reader and a full flush at every commit")
    func conformsOtherwiseConfigured() async throws {
        for check in RelationalStoreConformance.checks {
            let folder = try TemporaryFolder()
            let store = try SQLiteStore(
                path: folder.path(), configuration: .init(synchronous: .full, readers: 1))
            try await check.run(on: store)
        }
    }

    @Test("What was written is there after the store was opened again")
    func opensAgain() async throws {
        let folder = try TemporaryFolder()
        let scene = Scene()
        do {
            let store = try SQLiteStore(path: folder.path())
            try await scene.insert(into: store)
            try await scene.append(1...10, to: store)
            try await store.close()
        }
        let store = try SQLiteStore(path: folder.path())
        #expect(try await scene.sequences(in: store) == Array(1...10))
    }

    @Test("What was written is there after a store was given up without closing it")
    func isGivenUp() async throws {
        let folder = try TemporaryFolder()
        let scene = Scene()
        try await scene.insert(into: SQLiteStore(path: folder.path()))
        let chat = try await SQLiteStore(path: folder.path()).read {
            try $0.chats.chat(scene.chat.id, of: scene.user.id)
        }
        #expect(chat == scene.chat)
    }

    @Test("A closed store throws unavailable, and closing it again does nothing")
    func throwsWhenClosed() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(path: folder.path())
        try await store.close()
        try await store.close()
        let read = await #expect(throws: CompanionError.self) { try await store.read { _ in } }
        let write = await #expect(throws: CompanionError.self) { try await store.transaction { _ in } }
        #expect(read?.code == .unavailable && write?.code == .unavailable)
    }

    @Test("A store closes in a task that is cancelled")
    func closesWhenCancelled() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(path: folder.path())
        let task = Task {
            try? await Task.sleep(for: .seconds(60))
            try await store.close()
        }
        task.cancel()
        try await task.value
        await #expect(throws: CompanionError.self) { try await store.read { _ in } }
    }

    @Test("Deleting a chat with all its messages costs little for each, and leaves nothing")
    func deletesLongChats() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(path: folder.path())
        let scene = Scene()
        try await scene.insert(into: store)
        try await scene.append(1...20_000, to: store)
        let duration = try await ContinuousClock().measure {
            let deleted = try await store.transaction { try $0.chats.delete(scene.chat.id, of: scene.user.id) }
            #expect(deleted)
        }
        // Without an index on one of the references each message would cost a scan: minutes.
        #expect(duration < .seconds(20))
        let findings = try await store.check()
        #expect(findings.counts == .init(users: 1, characters: 1, chats: 0, messages: 0, deletedMessages: 0))
        #expect(findings.problems.isEmpty)
    }
}
