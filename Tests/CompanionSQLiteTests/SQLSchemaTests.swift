import CompanionCore
import CompanionTesting
import Testing
import _CompanionSQL

@testable import CompanionSQLite

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite struct SQLSchemaTests {
    @Test("A step that was released is never changed")
    func keepsReleasedSteps() {
        #expect(SQLMigration.all.map(\.version) == Array(1...SQLMigration.all.count))
        #expect(
            SQLMigration.all.map { "\($0.name) \($0.checksum)" } == [
                "chats 830612826989c697", "memories a429407d34225126", "vectors 67a686162dd34e61",
                "erasures 0fbe38a5489bee93", "preferences d6d1adf03acb131d",
                "accounts 2cb85a4c8383db61", "moderation 12f8d65ef44eca74", "subscriptions dea586c1f5e74ea8",
                "catalog 62b8d85841956b40", "lorebooks 70546b9b084f3fe0",
            ])
    }

    @Test("A schema has no word that a dialect does not know", arguments: [SQLDialect.sqlite, .postgres])
    func isWordedForAll(_ dialect: SQLDialect) {
        for migration in SQLMigration.all {
            #expect(!dialect.script(from: migration.template).contains("{"))
        }
    }

    @Test("Placeholders are named for SQLite, because it numbers by first appearance")
    func rewritesPlaceholders() {
        let statement = SQLStatement("UPDATE t SET a = $2 WHERE b = $1 AND c = $12")
        #expect(SQLDialect.sqlite.text(of: statement) == "UPDATE t SET a = ?2 WHERE b = ?1 AND c = ?12")
        #expect(SQLDialect.postgres.text(of: statement) == statement.text)
    }

    @Test("Every kind of value comes back as it was bound")
    func bindsValues() throws {
        let folder = try TemporaryFolder()
        let queue = try SQLiteQueue(path: folder.path(), isReadOnly: false, configuration: .init())
        let random = SeededRandomSource()
        let id = UUID()
        let integers = [0, 1, -1, .min, .max] + (0..<20).map { _ in Int(bitPattern: UInt(random.next())) }
        let reals = [0, -0.0, 1.5, .infinity, .leastNonzeroMagnitude] + (0..<20).map { _ in random.nextFraction() }
        let blobs: [[UInt8]] = [[], [0], Array(0...255)]
        let texts = ["", "\0", "a\0b", "é", "🙂"]
        let time = Date(millisecondsSince1970: -1)
        try queue.runBlocking { connection in
            func expect<Value: Equatable>(
                _ value: SQLValue, comesBackAs expected: Value, _ get: (any SQLRow) throws -> Value
            ) throws {
                let seen = try connection.first(Self.echo, [value], get)
                #expect(seen == expected, "\(random)")
            }
            for value in integers { try expect(.integer(value), comesBackAs: value) { try $0.integer(0) } }
            for value in reals { try expect(.real(value), comesBackAs: value) { try $0.real(0) } }
            for value in blobs { try expect(.bytes(value), comesBackAs: value) { try $0.bytes(0) } }
            for value in texts {
                try expect(.text(value), comesBackAs: value) { try $0.text(0) }
                try expect(.json(value), comesBackAs: value) { try $0.json(0) }
                try expect(.text(value), comesBackAs: false) { $0.isNull(0) }
            }
            try expect(.uuid(id), comesBackAs: id) { try $0.uuid(0) }
            try expect(.timestamp(time), comesBackAs: time) { try $0.timestamp(0) }
            try expect(.boolean(true), comesBackAs: true) { try $0.boolean(0) }
            try expect(.boolean(false), comesBackAs: false) { try $0.boolean(0) }
            try expect(.null, comesBackAs: true) { $0.isNull(0) }
            #expect(throws: SQLFailure.self) {
                try connection.first(Self.echo, [.bytes([1, 2, 3])]) { try $0.uuid(0) }
            }
            #expect(throws: SQLFailure.self) { try connection.first(Self.echo, [.null]) { try $0.text(0) } }
        }
    }

    private static let echo = SQLStatement("SELECT $1")

    @Test("No statement scans a table, and each list is read by its own index, whatever the store is asked")
    func usesIndexes() async throws {
        var texts: Set<String> = []
        for check in RelationalStoreConformance.checks {
            let folder = try TemporaryFolder()
            let store = try SQLiteStore(path: folder.path())
            try await check.run(on: store)
            texts.formUnion(try await store.statements())
        }
        #expect(texts.count > 80)
        let folder = try TemporaryFolder()
        let plans = try await SQLiteStore(path: folder.path()).inspect { [texts] connection in
            try texts.map { text in
                let plan = try connection.all(SQLStatement("EXPLAIN QUERY PLAN \(text)"), []) { try $0.text(3) }
                return (text: text, plan: plan)
            }
        }
        for (text, plan) in plans {
            let scans = plan.filter { step in
                (step.hasPrefix("SCAN") && !step.contains("USING INDEX alternatives_generating")
                    && !step.contains("SCAN catalog_entries USING INDEX")
                    && !step.contains("CONSTANT ROW")) || step.contains("TEMP B-TREE")
            }
            // Pages of a whole table are read along its key; the counters have a row for each year.
            let isPage = text.contains("ORDER BY id LIMIT") || text.contains("ORDER BY id DESC LIMIT")
            #expect(
                scans.isEmpty || isPage || text.contains("catalog_terms") || text.hasSuffix("FROM moderation_counters"),
                "\(text): \(scans)")
        }
        for (condition, index) in Self.indexes {
            let some = plans.filter { $0.text.contains(condition) }
            #expect(!some.isEmpty, "No statement has \(condition).")
            for (text, plan) in some {
                #expect(plan.contains { $0.contains(" INDEX \(index) ") }, "\(text): \(plan)")
            }
        }
    }

    /// Where a shorter key would do, but read more than was asked for.
    private static let indexes = [
        ("character_id = ?2", "chats_with_character"), ("superseded_by = ?2)", "memories_superseded"),
        ("message_id = ?2", "memory_sources_by_message"), ("w.revision > ?2", "memory_writes_by_revision"),
        ("(revision, sequence) >", "messages_by_revision"), ("due_at IS NOT NULL ORDER BY", "jobs_due"),
        ("due_at IS NOT NULL AND kind", "jobs_due_of_kind"), ("WHERE status = ?1", "jobs_by_status"),
        ("AND status = 'waiting'", "jobs_waiting"),
    ]
}

extension SQLiteStore {
    /// The texts of what was prepared, but for transactions and settings.
    fileprivate func statements() async throws -> Set<String> {
        var texts = Set(try await writer.run { $0.preparedTexts })
        for reader in readers.queues { texts.formUnion(try await reader.run { $0.preparedTexts }) }
        return texts.filter { text in
            ["SELECT", "INSERT", "UPDATE", "DELETE"].contains { text.hasPrefix($0) } && !text.contains("sqlite_master")
                && !text.contains("companion_migrations")
        }
    }
}
