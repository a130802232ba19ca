import CompanionCore
import CompanionTesting
import Testing

@testable import CompanionSQLite
@testable import _CompanionSQL

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite("Erasure in SQLite")
struct SQLiteErasureTests {
    @Test("Every table that can name a person is among those that are erased")
    func knowsTables() throws {
        let folder = try TemporaryFolder()
        let queue = try SQLiteQueue(path: folder.path(), isReadOnly: false, configuration: .init())
        let personal = Set(SQLPersonalTable.all.map(\.name)).union(["users", "erasures"])
        // Vectors are erased through their own port.
        let others: Set<String> = ["vectors", "vector_namespaces"]
        try queue.runBlocking { connection in
            try SQLMigrator().migrate(connection)
            let columns: [(String, String)] = try connection.all(SQLStatement(Self.columns), []) {
                (try $0.text(0), try $0.text(1))
            }
            let named = Set(
                columns.filter {
                    ["user_id", "owner_id", "author_id"].contains($0.1) || $0.0 == "users"
                }.map(\.0))
            #expect(named.subtracting(others) == personal)
            let references: [(String, String)] = try connection.all(SQLStatement(Self.references), []) {
                (try $0.text(0), try $0.text(1))
            }
            var reached: Set<String> = ["users"]
            for _ in 0..<references.count {
                reached.formUnion(references.filter { reached.contains($0.1) }.map(\.0))
            }
            // Words by which an entry is found go with it.
            #expect(
                reached.subtracting(personal).subtracting(["catalog_terms"]).isEmpty,
                "These name people through others.")
        }
    }

    @Test("After an erasure no column of any table holds the person's identifier")
    func leavesNoTrace() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(path: folder.path())
        let companion = Companion(
            languageModel: EchoModel(), relationalStore: store, embeddingModel: LengthModel(),
            vectorStore: store.vectors, memoryExtractor: RuleBasedMemoryExtractor())
        let user = try await companion.accounts.register(name: "Ada").id
        let character = try await companion.characters.add(CharacterCard(name: "Luna", firstMessage: "Hi!"), by: user)
        let chat = try await companion.chats.start(with: character.id, by: user)
        for text in ["I live in Turin.", "My sister is called Mia.", "My cat is called Tom."] {
            _ = try await companion.chats.reply(to: text, in: chat.id, by: user)
        }
        _ = try await companion.memories.extractNow(chat.id, by: user)
        if let memory = try await companion.memories.memories(of: user, limit: 1).first {
            try await companion.memories.forget(memory.id, by: user)
        }
        _ = try await companion.memories.reindex(user)
        let before = try await Self.traces(of: user, in: store)
        for table in ["users", "chats", "messages", "memories", "vectors", "characters", "alternatives"] {
            #expect(before.contains(table), "\(table) of \(before)")
        }
        let receipt = try await companion.privacy.erase(user)
        #expect(receipt.isFinished)
        #expect(try await companion.privacy.scan(for: user).isEmpty)
        #expect(try await Self.traces(of: user, in: store) == [])
        #expect(receipt.erased["vectors", default: 0] > 0)
        try await store.close()
    }

    @Test("A deleted chat leaves no vectors and no memories behind")
    func deletedChat() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(path: folder.path())
        let companion = Companion(
            languageModel: EchoModel(), relationalStore: store, embeddingModel: LengthModel(),
            vectorStore: store.vectors, memoryExtractor: RuleBasedMemoryExtractor())
        let user = try await companion.accounts.register(name: "Ada").id
        let character = try await companion.characters.add(CharacterCard(name: "Luna"), by: user)
        let chat = try await companion.chats.start(with: character.id, by: user)
        _ = try await companion.chats.reply(to: "I live in Turin.", in: chat.id, by: user)
        _ = try await companion.memories.extractNow(chat.id, by: user)
        try await companion.jobs.workDue()
        let before = try await companion.privacy.scan(for: user).found
        #expect(before["vectors", default: 0] > 0 && before["memories", default: 0] > 0)
        try await companion.chats.delete(chat.id, by: user)
        try await companion.jobs.workDue()
        let after = try await companion.privacy.scan(for: user).found
        for kind in ["vectors", "memories", "memory_sources", "messages", "alternatives"] {
            #expect(after[kind] == nil)
        }
        try await store.close()
    }

    private static let columns = """
        SELECT t.name, c.name FROM sqlite_schema t, pragma_table_info(t.name) c
        WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY t.name, c.cid
        """
    private static let references = """
        SELECT t.name, f."table" FROM sqlite_schema t, pragma_foreign_key_list(t.name) f WHERE t.type = 'table'
        """

    /// The tables with a value that is, or contains, the identifier.
    private static func traces(of user: User.ID, in store: SQLiteStore) async throws -> Set<String> {
        let bytes = withUnsafeBytes(of: user.uuid.uuid) { Array($0) }
        return try await store.readers.run { connection in
            let columns: [(String, String)] = try connection.all(SQLStatement(columns), []) {
                (try $0.text(0), try $0.text(1))
            }
            var found: Set<String> = []
            for (table, column) in columns {
                let name = "\"\(table)\".\"\(column)\""
                let statement = SQLStatement(
                    "SELECT count(*) FROM \"\(table)\" WHERE \(name) = $1 OR instr(lower(\(name)), $2) > 0")
                let count = try connection.first(statement, [.bytes(bytes), .text("\(user)")]) { try $0.integer(0) }
                if count ?? 0 > 0 { found.insert(table) }
            }
            return found
        }
    }
}

/// Says the same whatever it is asked.
private struct EchoModel: LanguageModel {
    let name = "echo"
    let capabilities = LanguageModelCapabilities(contextWindow: 8_192)

    func withResponse<Result>(
        to request: LanguageModelRequest, isolation: isolated (any Actor)?,
        _ body: (LanguageModelStream) async throws -> Result
    ) async throws -> Result { try await body(LanguageModelStream(Events())) }

    private struct Events: AsyncSequence, AsyncIteratorProtocol {
        var rest: [LanguageModelEvent] = [.text("Mhm."), .finish(.stop)]
        func makeAsyncIterator() -> Events { self }
        mutating func next(isolation _: isolated (any Actor)?) async throws -> LanguageModelEvent? {
            rest.isEmpty ? nil : rest.removeFirst()
        }
        mutating func next() async throws -> LanguageModelEvent? { try await next(isolation: nil) }
    }
}

private struct LengthModel: EmbeddingModel {
    let space = EmbeddingSpace(model: "length", dimensions: 2)
    func embed(_ texts: [String], as purpose: EmbeddingPurpose) async throws -> [[Float]] {
        texts.map { [1, Float($0.utf8.count)] }
    }
}
