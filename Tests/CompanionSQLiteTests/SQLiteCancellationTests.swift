import CompanionCore
import CompanionTesting
import Synchronization
import Testing
import _CompanionSQL

@testable import CompanionSQLite

@Suite struct SQLiteCancellationTests {
    private let folder: TemporaryFolder
    private let store: SQLiteStore
    private let scene = Scene()

    init() throws {
        folder = try TemporaryFolder()
        store = try SQLiteStore(path: folder.path())
    }

    private func expectNothingKept() async throws {
        #expect(try await store.read { try $0.users.user(scene.user.id) } == nil)
        // The connection is as good as before.
        try await scene.insert(into: store)
        #expect(try await store.read { try $0.users.user(scene.user.id) } == scene.user)
    }

    // MARK: Statements

    @Test("Cancellation interrupts a statement that runs")
    func interruptsALongStatement() async throws {
        let runs = Gate()
        let task = Task {
            try await store.writer.run { connection in
                try connection.withWriteTransaction {
                    try SQLStoreTransaction(connection: connection, isReadOnly: false).users.insert(scene.user)
                    try connection.query(.endless, []) { _ in runs.open() }
                }
            }
        }
        try await runs.pass()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        try await expectNothingKept()
    }

    @Test("Cancellation interrupts a read that runs")
    func interruptsARead() async throws {
        let runs = Gate()
        let task = Task { try await store.inspect { try $0.query(.endless, []) { _ in runs.open() } } }
        try await runs.pass()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        try await expectNothingKept()
    }

    @Test("A long statement ends by itself too, where nobody interrupts the connection")
    func endsALongStatement() async throws {
        // What GRDB interrupts before a statement's first step is lost; here it interrupts nothing.
        let task = Task {
            try store.writer.runBlocking { connection in
                try connection.whileCancellable {
                    try connection.query(.endless, []) { _ in withUnsafeCurrentTask { $0?.cancel() } }
                }
            }
        }
        let failure = await #expect(throws: SQLFailure.self) { try await task.value }
        #expect(failure?.kind == .interrupted)
        try await expectNothingKept()
    }

    @Test("Cancellation stops a transaction of many short statements")
    func stopsManyShortStatements() async throws {
        let runs = Gate()
        let count = Mutex(0)
        let task = Task {
            try await store.transaction { transaction in
                try transaction.users.insert(scene.user)
                while count.withLock({ $0 }) < 3_000_000 {
                    _ = try transaction.users.user(scene.user.id)
                    count.withLock { $0 += 1 }
                    runs.open()
                }
            }
        }
        try await runs.pass()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(count.withLock { $0 } < 3_000_000)
        try await expectNothingKept()
    }

    @Test("After the cancellation no statement begins")
    func beginsNoStatement() async throws {
        let task = Task {
            try await store.transaction { transaction in
                try transaction.users.insert(scene.user)
                withUnsafeCurrentTask { $0?.cancel() }
                _ = try transaction.users.user(scene.user.id)
                Issue.record("A statement began.")
            }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        try await expectNothingKept()
    }

    // MARK: Transactions

    @Test("Cancellation after the last statement rolls back")
    func rollsBackBeforeTheCommit() async throws {
        let task = Task {
            try await store.transaction { transaction in
                try transaction.users.insert(scene.user)
                withUnsafeCurrentTask { $0?.cancel() }
            }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        try await expectNothingKept()
    }

    @Test("A body that ignores the cancellation keeps nothing, neither from before nor from after it")
    func keepsNothingOfABodyThatIgnoresIt() async throws {
        let runs = Gate()
        let other = Scene()
        let task = Task {
            try await store.writer.run { connection in
                try connection.withWriteTransaction {
                    let transaction = SQLStoreTransaction(connection: connection, isReadOnly: false)
                    try transaction.users.insert(scene.user)
                    // Interrupted while it writes, SQLite ends the transaction.
                    try? connection.run(script: "CREATE TABLE scratch (n)")
                    runs.open()
                    _ = try? connection.run(.endlessWrite, [])
                    try? transaction.users.insert(other.user)
                }
            }
        }
        try await runs.pass()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await store.read { try $0.users.user(other.user.id) } == nil)
        try await expectNothingKept()
    }

    @Test("A transaction that is cancelled while it waits for another process throws CancellationError soon")
    func waitsCancellably() async throws {
        let other = try SQLiteQueue(path: folder.path(), isReadOnly: false, configuration: .init())
        let store = try SQLiteStore(path: folder.path(), configuration: .init(busyTimeout: .seconds(600)))
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
        // Some of the cancellations find it between two attempts, others before the first.
        for round in 0..<20 {
            let runs = Gate()
            let waiting = Task {
                try await store.writer.run { connection in
                    runs.open()
                    try connection.withWriteTransaction {}
                }
            }
            try await runs.pass()
            for _ in 0..<(round * round) { await Task.yield() }
            waiting.cancel()
            await #expect(throws: CancellationError.self) { try await waiting.value }
        }
        release.withLock { $0 = true }
        try await holder.value
        try await store.transaction { _ in }
    }
}

extension SQLStatement {
    /// One row at once, and then none ever.
    fileprivate static let endless = SQLStatement(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i = 1")
    fileprivate static let endlessWrite = SQLStatement(
        """
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) INSERT INTO scratch SELECT i FROM n WHERE i < 9
        """)
}
