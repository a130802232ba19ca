import CompanionCore
import CompanionTesting
import Foundation
import Synchronization
import Testing
import _CompanionSQL

@testable import CompanionPostgres

/// What goes wrong between a program and a real server.
@Suite(.enabled(if: PostgresPeer.url != nil)) struct PostgresFaultTests {
    private func user(_ name: String = "Ada") -> User {
        User(id: IdentifierGenerator().next(), name: name, createdAt: Date(millisecondsSince1970: 0))
    }

    private func names(in store: PostgresStore) async throws -> [String] {
        try await store.read { try $0.users.users(after: nil, limit: 500).map(\.name) }
    }

    /// Ends all other connections of the schema's store, as a restart of the server does.
    private func endConnections(_ name: String) async throws {
        let pool = PostgresPool(PostgresStore.Configuration(url: try #require(PostgresPeer.url)))
        try await eventually("they are gone") {
            try await pool.run { connection in
                try connection.all(.endConnections, [.text(name)]) { _ in }.isEmpty
            }
        }
        try await pool.close(within: .seconds(5))
    }

    @Test("After the server has ended every connection the store goes on, and nothing is half done")
    func restart() async throws {
        let name = "restart-\(UUID().uuidString.prefix(8))"
        try await PostgresPeer.withStore {
            $0.url += "&application_name=\(name)"
        } _: { store in
            try await store.transaction { try $0.users.insert(user("before")) }
            let attempts = Mutex(0)
            let thread = HeldThread()
            async let running: Void = store.transaction { transaction in
                try transaction.users.insert(user("during"))
                let isFirst = attempts.withLock { attempts in
                    attempts += 1
                    return attempts == 1
                }
                // The connection ends while the transaction is open.
                if isFirst { thread.hold() }
            }
            try await thread.waitUntilHeld()
            try await endConnections(name)
            thread.letGo()
            try await running
            #expect(attempts.withLock { $0 } == 2)
            try await store.transaction { try $0.users.insert(user("after")) }
            #expect(try await names(in: store) == ["before", "during", "after"])
        }
    }

    @Test("Transactions that would see each other half done run one after the other in effect")
    func serialisable() async throws {
        try await PostgresPeer.withStore { store in
            let counter = user("0")
            try await store.transaction { try $0.users.insert(counter) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        for _ in 0..<10 {
                            try await store.transaction { transaction in
                                var user = try #require(try transaction.users.user(counter.id))
                                user.name = "\((Int(user.name) ?? 0) + 1)"
                                try transaction.users.update(user)
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await names(in: store) == ["40"])
        }
    }

    @Test("A cancelled task's statement is stopped at the server at once, and its connection is good for the next")
    func cancellation() async throws {
        try await PostgresPeer.withStore {
            $0.connections = 0...1
        } _: { store in
            let begun = Mutex(false)
            let task = Task {
                try await store.pool.run { connection in
                    try connection.withReadTransaction {
                        begun.withLock { $0 = true }
                        try connection.run(script: "SELECT pg_sleep(60)")
                    }
                }
            }
            try await eventually("the statement runs") { begun.withLock { $0 } }
            let start = ContinuousClock.now
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(start.duration(to: .now) < .seconds(20))
            for _ in 0..<20 { #expect(try await names(in: store).isEmpty) }
            #expect(store.pool.counts.open == 1)
        }
    }

    @Test("A statement that takes too long is stopped, and the connection is good for the next")
    func timeout() async throws {
        try await PostgresPeer.withStore {
            $0.connections = 0...1
            $0.statementTimeout = .seconds(2)
        } _: { store in
            let error = await #expect(throws: CompanionError.self) {
                try await store.pool.run { try $0.run(script: "SELECT pg_sleep(60)") }
            }
            #expect(error?.code == .timedOut)
            let names = try await names(in: store)
            #expect(names.isEmpty)
        }
    }

    @Test("Who waits for a connection too long is told so; who is cancelled while waiting waits no more")
    func waiting() async throws {
        try await PostgresPeer.withStore {
            $0.connections = 0...1
            $0.waitTimeout = .milliseconds(100)
        } _: { store in
            let thread = HeldThread()
            async let holder: Void = store.read { _ in thread.hold() }
            try await thread.waitUntilHeld()
            let error = await #expect(throws: CompanionError.self) { try await store.read { _ in } }
            #expect(error?.code == .unavailable && error?.message.contains("in use") == true)
            let waiter = Task { try await store.read { _ in } }
            waiter.cancel()
            await #expect(throws: CancellationError.self) { try await waiter.value }
            thread.letGo()
            try await holder
            try await store.read { _ in }
        }
    }

    @Test("Several processes that bring the schema up to date at once all succeed")
    func migrations() async throws {
        let schema = "test_" + UUID().uuidString.lowercased().filter { $0 != "-" }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let store = try await PostgresStore.open(PostgresPeer.configuration(schema: schema))
                    try await store.transaction { try $0.users.insert(user()) }
                    try await store.close()
                }
            }
            try await group.waitForAll()
        }
        try await PostgresPeer.drop(schema)
    }

    @Test("Without prepared statements, as behind a pooler, everything works too")
    func unprepared() async throws {
        for check in RelationalStoreConformance.checks.filter({ $0.name.contains("message") }) {
            try await PostgresPeer.withStore {
                $0.preparesStatements = false
            } _: {
                try await check.run(on: $0)
            }
        }
    }

    @Test("A wrong password, no TLS, and a server that is not there are told apart, and no secret is told")
    func refusals() async throws {
        let url = try #require(PostgresPeer.url)
        func error(_ configuration: PostgresStore.Configuration) async -> CompanionError? {
            await #expect(throws: CompanionError.self) { _ = try await PostgresStore.open(configuration) }
        }
        let wrong = await error(.init(url: url, password: "hunter2"))
        #expect(wrong?.code == .unauthenticated)
        #expect(wrong?.debugDescription.contains("hunter2") == false)
        let plain = await error(
            .init(
                url: url.replacing("sslmode=verify-full", with: "sslmode=disable")
                    .replacing("channel_binding=require", with: "channel_binding=disable")))
        #expect(plain?.code == .unavailable, "\(plain?.debugDescription ?? "")")
        let untrusted = await error(.init(url: url.replacing("root.crt", with: "nobody.crt")))
        #expect(untrusted?.code == .unavailable)
        let absent = await error(.init(url: "postgres://127.0.0.1:1/nothing"))
        #expect(absent?.code == .unavailable)
    }

    @Test("A closed store says so, after what ran has ended")
    func closing() async throws {
        try await PostgresPeer.withStore { store in
            try await store.close()
            try await store.close()
            let error = await #expect(throws: CompanionError.self) { try await store.read { _ in } }
            #expect(error?.code == .unavailable && error?.retry == .never)
        }
    }

    @Test("The wanted number of connections is open while the store is looked after")
    func upkeep() async throws {
        try await PostgresPeer.withStore {
            $0.connections = 2...4
        } _: { store in
            let upkeep = Task { try await store.run() }
            try await eventually("two are open") { store.pool.counts.open == 2 }
            upkeep.cancel()
            await #expect(throws: CancellationError.self) { try await upkeep.value }
        }
    }
}

extension SQLStatement {
    fileprivate static let endConnections = SQLStatement(
        """
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1 AND pid <> pg_backend_pid()
        """)
}
