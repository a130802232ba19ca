import CompanionCore
import CompanionTesting
import Synchronization
import TestRandomness
import Testing
import _CompanionSQL

@testable import CompanionSQLite

@Suite struct SQLiteGroupTests {
    private let folder: TemporaryFolder
    private let store: SQLiteStore

    init() throws {
        folder = try TemporaryFolder()
        store = try SQLiteStore(path: folder.path())
    }

    /// A transaction that holds the writer until as many others are on their way to it.
    private func hold(_ user: User, untilComing count: Int) async throws -> Task<Void, any Error> {
        let held = Gate()
        let task = Task {
            try await store.transaction { transaction in
                try transaction.users.insert(user)
                held.open()
                while store.writer.coming.load(ordering: .relaxed) < count {}
            }
        }
        try await held.pass()
        return task
    }

    private func isKept(_ user: User) async throws -> Bool {
        try await store.read { try $0.users.user(user.id) } != nil
    }

    private struct Refusal: Error {}

    @Test("Of transactions that run together each keeps what it acknowledges, and nothing where it throws")
    func keepsWhatItAcknowledges() async throws {
        var random = SeededGenerator.announced()
        for _ in 0..<10 {
            let people = (0..<100).map { _ in Scene().user }
            let fates = people.map { _ in Int.random(in: 0..<6, using: &random) }
            let kept = await withTaskGroup(of: (Int, Bool).self) { group in
                for (index, person) in people.enumerated() {
                    group.addTask {
                        let fate = fates[index]
                        let task = Task {
                            try await store.transaction { transaction in
                                try transaction.users.insert(person)
                                switch fate {
                                case 0: throw Refusal()
                                case 1: try transaction.users.insert(person)
                                case 2: withUnsafeCurrentTask { $0?.cancel() }
                                default: break
                                }
                            }
                        }
                        if fate == 3 { task.cancel() }
                        return (index, (try? await task.value) != nil)
                    }
                }
                return await group.reduce(into: Array(repeating: false, count: people.count)) { $0[$1.0] = $1.1 }
            }
            for (index, person) in people.enumerated() {
                #expect(try await isKept(person) == kept[index])
                if fates[index] > 3 { #expect(kept[index]) }
                if fates[index] < 3 { #expect(!kept[index]) }
            }
        }
    }

    @Test("One that fails beside others is undone alone")
    func failsAlone() async throws {
        let (first, second, third) = (Scene().user, Scene().user, Scene().user)
        let one = try await hold(first, untilComing: 2)
        async let three: Void = store.transaction { try $0.users.insert(third) }
        await #expect(throws: Refusal.self) {
            try await store.transaction { transaction in
                try transaction.users.insert(second)
                throw Refusal()
            }
        }
        try await one.value
        try await three
        #expect(try await isKept(first))
        #expect(try await !isKept(second))
        #expect(try await isKept(third))
    }

    @Test("Where one's failure undoes all that ran together, the others are done again")
    func doesAgainWhatWasUndone() async throws {
        let first = Scene().user
        let one = try await hold(first, untilComing: 1)
        let runs = Gate()
        let endless = Task {
            try await store.writer.transaction { connection in
                try connection.run(script: "CREATE TABLE scratch (n)")
                runs.open()
                // Interrupted while it writes, SQLite ends the transaction.
                _ = try connection.run(.endlessWrite, [])
            }
        }
        try await runs.pass()
        endless.cancel()
        await #expect(throws: CancellationError.self) { try await endless.value }
        // What it waits for comes once more.
        try await store.transaction { _ in }
        try await one.value
        #expect(try await isKept(first))
    }

    @Test("A transaction that never comes keeps nobody waiting")
    func doesNotWaitForTheCancelled() async throws {
        for _ in 0..<50 {
            let (first, second) = (Scene().user, Scene().user)
            let one = try await hold(first, untilComing: 1)
            let other = Task { try await store.transaction { try $0.users.insert(second) } }
            other.cancel()
            try await one.value
            let isAcknowledged = (try? await other.value) != nil
            #expect(try await isKept(first))
            #expect(try await isKept(second) == isAcknowledged)
        }
    }
}

extension SQLStatement {
    fileprivate static let endlessWrite = SQLStatement(
        """
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) INSERT INTO scratch SELECT i FROM n WHERE i < 9
        """)
}
