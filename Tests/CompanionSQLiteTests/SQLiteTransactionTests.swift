import CompanionCore
import CompanionTesting
import Synchronization
import Testing
import _CompanionSQL

@testable import CompanionSQLite

@Suite struct SQLiteTransactionTests {
    private let folder: TemporaryFolder
    private let store: SQLiteStore
    private let scene = Scene()

    init() throws {
        folder = try TemporaryFolder()
        store = try SQLiteStore(path: folder.path())
    }

    @Test("A transaction whose body ignores a call that was left half done is not committed")
    func refusesHalfDoneCalls() async throws {
        try await scene.insert(into: store)
        let first = scene.message(1)
        var twin = scene.message(2)
        twin.alternatives = first.alternatives
        let messages = [first, twin]
        let error = await #expect(throws: CompanionError.self) {
            try await store.transaction { transaction in
                try? transaction.messages.append(messages, to: scene.chat.id, of: scene.user.id, at: scene.start)
            }
        }
        #expect(error?.code == .conflict)
        #expect(try await scene.sequences(in: store) == [])
        #expect(try await store.read { try $0.chats.chat(scene.chat.id, of: scene.user.id) } == scene.chat)
    }

    @Test("A transaction that waits too long for another process throws unavailable")
    func givesUpWaiting() async throws {
        let other = try SQLiteQueue(path: folder.path(), isReadOnly: false, configuration: .init())
        let store = try SQLiteStore(path: folder.path(), configuration: .init(busyTimeout: .milliseconds(20)))
        let held = Gate()
        let release = Mutex(false)
        let holder = Task {
            try await other.run { connection in
                try connection.withWriteTransaction {
                    held.open()
                    while !release.withLock({ $0 }) {}
                }
            }
        }
        try await held.pass()
        let error = await #expect(throws: CompanionError.self) { try await store.transaction { _ in } }
        #expect(error?.code == .unavailable && error?.retry == .backOff)
        // Readers do not wait.
        try await store.read { _ in }
        release.withLock { $0 = true }
        try await holder.value
    }

    @Test("Transactions of several stores on one file run one after the other and lose nothing")
    func sharesTheFile() async throws {
        try await scene.insert(into: store)
        let stores = try (0..<3).map { _ in try SQLiteStore(path: folder.path()) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for store in stores + [store] {
                for _ in 0..<50 {
                    group.addTask {
                        try await store.transaction { transaction in
                            let chat = try transaction.chats.chat(scene.chat.id, of: scene.user.id)
                            let message = scene.message((chat?.lastSequence ?? 0) + 1)
                            try transaction.messages.append(
                                [message], to: scene.chat.id, of: scene.user.id, at: scene.start)
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        for store in stores { #expect(try await scene.sequences(in: store) == Array(1...200)) }
    }

    @Test("A full database throws unavailable, and what was there stays")
    func survivesAFullDisk() async throws {
        try await scene.insert(into: store)
        try await scene.append(1...10, to: store)
        try await store.limitPages()
        let error = await #expect(throws: CompanionError.self) { try await scene.append(11...5_000, to: store) }
        #expect(error?.code == .unavailable)
        #expect(try await scene.sequences(in: store) == Array(1...10))
    }

    @Test("What a body writes after a failure that it ignores is not kept either")
    func keepsNothingAfterAFailure() async throws {
        try await scene.insert(into: store)
        try await store.limitPages()
        let messages = (1...5_000).map(scene.message)
        let other = Scene()
        let error = await #expect(throws: CompanionError.self) {
            try await store.transaction { transaction in
                // SQLite rolls back by itself when its disk is full.
                try? transaction.messages.append(messages, to: scene.chat.id, of: scene.user.id, at: scene.start)
                try? transaction.users.insert(other.user)
            }
        }
        #expect(error?.code == .unavailable)
        #expect(try await store.read { try $0.users.user(other.user.id) } == nil)
        #expect(try await scene.sequences(in: store) == [])
    }
}

extension SQLiteStore {
    /// As if the disk were full at the size of now.
    fileprivate func limitPages() async throws {
        try await writer.run { try $0.run(script: "PRAGMA max_page_count = 1") }
    }
}
