import CompanionCore
import CompanionInMemory
import CompanionTesting
import Foundation
import TestSupport
import Testing
import _CompanionSQL

@testable import CompanionPostgres

/// How often a transaction waits for the server, and what becomes of statements that nobody waits for.
@Suite(.enabled(if: PostgresPeer.url != nil)) struct PostgresPipelineTests {
    private let identifiers = IdentifierGenerator()
    private let now = Date(millisecondsSince1970: 0)

    private func user(_ name: String = "Ada") -> User { User(id: identifiers.next(), name: name, createdAt: now) }

    private func message(_ sequence: Int, in chat: Chat.ID, clientID: ClientMessageID? = nil) -> Message {
        Message(
            id: identifiers.next(), chat: chat, sequence: sequence, author: .user,
            alternatives: [Alternative(id: identifiers.next(), text: "Hello.", createdAt: now)], clientID: clientID,
            createdAt: now)
    }

    /// The person as the store has them.
    private func person(_ user: User, in store: PostgresStore) async throws -> User? {
        try await store.read { try $0.users.user(user.id) }
    }

    /// A person with a character and a chat.
    private func chat(in store: PostgresStore) async throws -> Chat {
        let user = user()
        let character = CompanionCharacter(
            id: identifiers.next(), owner: user.id, card: CharacterCard(name: "Luna"), createdAt: now)
        let chat = Chat(id: identifiers.next(), user: user.id, character: character.id, title: "", createdAt: now)
        try await store.transaction { transaction in
            try transaction.users.insert(user)
            try transaction.characters.insert(character)
            try transaction.chats.insert(chat)
        }
        return chat
    }

    /// A store with one connection.
    private func withStore(
        _ change: (inout PostgresStore.Configuration) -> Void = { _ in }, _ body: (PostgresStore) async throws -> Void
    ) async throws {
        try await PostgresPeer.withStore(
            { configuration in
                configuration.connections = 0...1
                change(&configuration)
            }, body)
    }

    /// How often the server was waited for meanwhile.
    private func roundTrips(of store: PostgresStore, _ body: () async throws -> Void) async throws -> Int {
        let before = try await store.pool.run { $0.roundTrips }
        try await body()
        return try await store.pool.run { $0.roundTrips } - before
    }

    // MARK: Round trips

    @Test(
        "A transaction that writes is one round trip, also when its statements are new, prepared or not",
        arguments: [true, false])
    func writes(_ prepares: Bool) async throws {
        try await withStore {
            $0.preparesStatements = prepares
        } _: { store in
            for _ in 0..<2 {
                let ada = user()
                let count = try await roundTrips(of: store) {
                    try await store.transaction { try $0.users.insert(ada) }
                }
                #expect(count == 1)
            }
            let chat = try await chat(in: store)
            for sequence in [1, 3] {
                let messages = [message(sequence, in: chat.id), message(sequence + 1, in: chat.id)]
                let count = try await roundTrips(of: store) {
                    try await store.transaction {
                        try $0.messages.append(messages, to: chat.id, of: chat.user, at: now)
                    }
                }
                #expect(count == 1)
            }
            let kept = try await store.read { try $0.messages.messages(in: chat.id, of: chat.user, after: 0, limit: 9) }
            #expect(kept.map(\.sequence) == [1, 2, 3, 4])
        }
    }

    @Test("A transaction that reads waits once for each of its statements, and for nothing else")
    func reads() async throws {
        try await withStore { store in
            let ada = user()
            try await store.transaction { try $0.users.insert(ada) }
            for _ in 0..<3 {
                let count = try await roundTrips(of: store) {
                    let found = try await person(ada, in: store)
                    #expect(found == ada)
                }
                #expect(count == 1)
            }
            let count = try await roundTrips(of: store) { try await store.read { _ in } }
            #expect(count == 1, "the server is there")
        }
    }

    @Test("What is read sees what was written before it in the transaction")
    func order() async throws {
        try await withStore { store in
            let ada = user()
            let count = try await roundTrips(of: store) {
                let seen = try await store.transaction { transaction in
                    try transaction.users.insert(ada)
                    var other = ada
                    other.name = "Ada Lovelace"
                    try transaction.users.update(other)
                    return try transaction.users.user(ada.id)?.name
                }
                #expect(seen == "Ada Lovelace")
            }
            #expect(count == 2)
        }
    }

    @Test("A turn waits for the answers that it needs, and for nothing else")
    func turn() async throws {
        try await withStore { store in
            let companion = Companion(
                languageModel: ScriptedLanguageModel(answering: { _ in "I see." }), relationalStore: store)
            let ada = try await companion.accounts.register(name: "Ada")
            let luna = try await companion.characters.add(CharacterCard(name: "Luna"), by: ada.id)
            let chat = try await companion.chats.start(with: luna.id, by: ada.id)
            for turn in 0..<3 {
                let count = try await roundTrips(of: store) {
                    try await companion.chats.withReply(to: "Hello.", in: chat.id, by: ada.id) { reply in
                        for try await _ in reply.text {}
                    }
                }
                print("Turn \(turn): \(count) round trips")
                #expect(turn == 0 || count <= 27)
            }
        }
    }

    // MARK: Late errors

    @Test("A write that is refused when nobody waits for it ends the call with the error that waiting would have shown")
    func refusals() async throws {
        try await withStore { store in
            let chat = try await chat(in: store)
            let (once, ada) = (try #require(ClientMessageID(rawValue: "once")), user())
            try await store.transaction { transaction in
                try transaction.users.insert(ada)
                try transaction.messages.append(
                    [message(1, in: chat.id, clientID: once)], to: chat.id, of: chat.user, at: now)
            }
            func error(
                _ body: @escaping @Sendable (any StoreTransaction) throws -> Void
            ) async throws -> CompanionError? {
                let name = UUID().uuidString
                let error = await #expect(throws: CompanionError.self) {
                    try await store.transaction { transaction in
                        try transaction.users.insert(User(id: IdentifierGenerator().next(), name: name, createdAt: now))
                        try body(transaction)
                    }
                }
                let names = try await store.read { try $0.users.users(after: nil, limit: 500).map(\.name) }
                #expect(!names.contains(name), "nothing of it is kept")
                return error
            }
            let double = try await error { try $0.users.insert(ada) }
            #expect(double?.code == .conflict && double?.message.contains("user") == true)
            let absent = try await error { try $0.users.update(user()) }
            #expect(absent?.code == .notFound)
            let again = try await error {
                try $0.messages.append([message(2, in: chat.id, clientID: once)], to: chat.id, of: chat.user, at: now)
            }
            #expect(again?.code == .conflict && again?.message.contains("client id") == true)
            let late = try await error {
                try $0.messages.append([message(7, in: chat.id)], to: chat.id, of: chat.user, at: now)
            }
            #expect(late?.code == .conflict && late?.message.contains("gone on") == true)
            let foreign = try await error {
                try $0.messages.append([message(2, in: chat.id)], to: chat.id, of: ada.id, at: now)
            }
            #expect(foreign?.code == .notFound)
            // What is wrong comes to light where an answer is waited for, and before the error of the body's own.
            struct Own: Error {}
            let first = try await error { transaction in
                try transaction.users.insert(ada)
                _ = try transaction.users.user(ada.id)
                throw Own()
            }
            #expect(first?.code == .conflict)
            let second = try await error { transaction in
                try transaction.users.insert(ada)
                throw Own()
            }
            #expect(second?.code == .conflict)
        }
    }

    @Test("A body that catches the error of a write goes on as if it had waited for it")
    func caught() async throws {
        try await withStore { store in
            let (ada, bob) = (user(), user("Bob"))
            try await store.transaction { try $0.users.insert(ada) }
            let caught = try await store.transaction { transaction in
                var caught = 0
                do { try transaction.users.insert(ada) } catch let error as CompanionError where error.code == .conflict
                {
                    caught += 1
                }
                try transaction.users.insert(bob)
                return caught
            }
            #expect(caught == 1)
            #expect(try await person(bob, in: store) == bob)
        }
    }

    @Test("The server's error has its code, table and constraint, also where the write was not waited for")
    func details() async throws {
        try await withStore { store in
            let attempts = Counter()
            let error = await #expect(throws: CompanionError.self) {
                try await store.pool.run { connection in
                    try connection.withWriteTransaction {
                        attempts.add(1)
                        try connection.write(.insertSource, [.id(user().id), .id(user().id), .timestamp(now)])
                    }
                }
            }
            let underlying = error?.underlying as? PostgresError
            #expect(error?.code == .conflict && underlying?.sqlState == "23503")
            #expect(underlying?.table == "memory_sources" && underlying?.constraint?.isEmpty == false)
            #expect(attempts.value == 2, "the second time it was waited for")
            try await store.read { _ in }
        }
    }

    @Test("Many and large writes are sent when they are too many to be kept back")
    func bounds() async throws {
        try await withStore { store in
            let people = (0..<2_000).map { _ in user(String(repeating: "n", count: 4_000)) }
            let count = try await roundTrips(of: store) {
                try await store.transaction { transaction in
                    for user in people { try transaction.users.insert(user) }
                }
            }
            #expect((8...200).contains(count), "\(count) round trips")
            let kept = try await store.read { try $0.users.users(after: nil, limit: 5_000).count }
            #expect(kept == people.count)
        }
    }

    @Test("Answers that fill every buffer while statements are still being sent block nobody")
    func floods() async throws {
        try await withStore { store in
            try await store.pool.run { connection in
                try connection.withWriteTransaction {
                    let padding = String(repeating: "x", count: 900)
                    for _ in 0..<1_000 { try connection.write(.flood, [.text(padding)]) }
                }
            }
            try await store.read { _ in }
        }
    }

    @Test("A failure that was overlooked is not taken for a commit")
    func overlooked() async throws {
        try await withStore { store in
            let ada = user()
            let error = await #expect(throws: CompanionError.self) {
                try await store.pool.run { connection in
                    try connection.withWriteTransaction {
                        try SQLStoreTransaction(connection: connection, isReadOnly: false).whileValid {
                            try $0.users.insert(ada)
                        }
                        try? connection.run(script: "SELECT 1 / 0")
                    }
                }
            }
            #expect(error?.code == .internalInconsistency)
            let found = try await person(ada, in: store)
            #expect(found == nil)
        }
    }

    // MARK: Faults

    /// The commit of a store waits for whoever holds the lock, and the test holds it.
    private func whileCommitWaits(
        in store: PostgresStore, _ body: () async throws -> Void, afterwards: () async throws -> Void
    ) async throws {
        try await store.pool.run { connection in
            try connection.withWriteTransaction {
                try connection.run(
                    script: """
                        CREATE FUNCTION wait_for_lock() RETURNS trigger LANGUAGE plpgsql AS
                            $$ BEGIN PERFORM pg_advisory_xact_lock(hashtext(current_schema)); RETURN NULL; END $$;
                        CREATE CONSTRAINT TRIGGER waits AFTER INSERT ON users DEFERRABLE INITIALLY DEFERRED
                            FOR EACH ROW EXECUTE FUNCTION wait_for_lock();
                        """)
            }
        }
        let thread = HeldThread()
        async let holder: Void = store.pool.run { connection in
            try connection.withReadTransaction {
                try connection.query(.lock, []) { _ in }
                thread.hold()
            }
        }
        try await thread.waitUntilHeld()
        do { try await body() } catch {
            thread.letGo()
            throw error
        }
        thread.letGo()
        try await holder
        try await afterwards()
    }

    private func isWaiting(_ store: PostgresStore) async throws -> Bool {
        try await store.pool.run { connection in
            try connection.withReadTransaction { try connection.first(.waiting, []) { try $0.integer(0) } == 1 }
        }
    }

    @Test("A connection that is lost while its commit is on the way leaves the outcome open: nothing is run twice")
    func lostInCommit() async throws {
        let url = try #require(PostgresPeer.url)
        let port = try #require(URLComponents(string: url)?.port)
        var schema = ""
        try await PostgresPeer.withStore {
            schema = $0.schema ?? ""
        } _: { direct in
            try await FaultProxy.run(port: port) { proxy, other in
                var configuration = PostgresPeer.configuration(schema: schema)
                configuration.url = url.replacing(":\(port)/", with: ":\(other)/")
                let store = try await PostgresStore.open(configuration)
                let ada = user()
                let attempts = Counter()
                try await whileCommitWaits(in: direct) {
                    let task = Task {
                        try await store.transaction { transaction in
                            attempts.add(1)
                            try transaction.users.insert(ada)
                        }
                    }
                    try await eventually("the commit waits") { try await isWaiting(direct) }
                    proxy.cutAll()
                    let error = await #expect(throws: CompanionError.self) { try await task.value }
                    #expect(error?.code == .unavailable)
                } afterwards: {
                    try await eventually("the server has noticed") { try await !isWaiting(direct) }
                    #expect(attempts.value == 1)
                }
                // The store goes on with another connection.
                _ = try await person(ada, in: store)
                try await store.close()
            }
        }
    }

    @Test("A task that is cancelled while its writes are on the way is told so, and nothing of them is kept")
    func cancelledInCommit() async throws {
        try await PostgresPeer.withStore { store in
            let ada = user()
            try await whileCommitWaits(in: store) {
                let task = Task { try await store.transaction { try $0.users.insert(ada) } }
                try await eventually("the commit waits") { try await isWaiting(store) }
                task.cancel()
                await #expect(throws: CancellationError.self) { try await task.value }
            } afterwards: {
                let found = try await person(ada, in: store)
                #expect(found == nil)
            }
        }
    }

    @Test("A connection that is lost between two transactions costs another attempt, and no error")
    func lostBetween() async throws {
        let url = try #require(PostgresPeer.url)
        let port = try #require(URLComponents(string: url)?.port)
        var schema = ""
        try await PostgresPeer.withStore {
            schema = $0.schema ?? ""
        } _: { _ in
            try await FaultProxy.run(port: port) { proxy, other in
                var configuration = PostgresPeer.configuration(schema: schema, connections: 0...1)
                configuration.url = url.replacing(":\(port)/", with: ":\(other)/")
                let store = try await PostgresStore.open(configuration)
                for round in 0..<20 {
                    let ada = user()
                    try await store.transaction { try $0.users.insert(ada) }
                    #expect(try await person(ada, in: store) == ada)
                    proxy.cutAll()
                    try await eventually("round \(round): it is cut") { proxy.openCount == 0 }
                    if round.isMultiple(of: 2) {
                        #expect(try await person(ada, in: store) == ada)
                    }
                }
                try await store.close()
            }
        }
    }
}

extension SQLStatement {
    fileprivate static let insertSource = SQLStatement(
        "INSERT INTO memory_sources (user_id, memory_id, ordinal, said_at) VALUES ($1, $2, 0, $3)")
    fileprivate static let flood = SQLStatement("SELECT repeat('x', 20000), $1")
    fileprivate static let lock = SQLStatement("SELECT pg_advisory_xact_lock(hashtext(current_schema))")
    fileprivate static let waiting = SQLStatement(
        """
        SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
            AND objid = (hashtext(current_schema)::bigint & 4294967295)::oid
        """)
}
