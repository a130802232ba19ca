import CompanionCore
import Foundation
import Testing
import _CompanionSQL

@testable import CompanionSQLite

@Suite("Copies of whole stores")
struct SQLStoreCopyTests {
    private func withStores(
        _ body: (SQLiteStore, SQLiteStore, _ path: String) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("copy-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("new.sqlite").path
        try await body(
            SQLiteStore(path: folder.appendingPathComponent("old.sqlite").path), SQLiteStore(path: path), path)
    }

    private func add(_ count: Int, to store: SQLiteStore) async throws {
        let identifiers = IdentifierGenerator()
        try await store.transaction { transaction in
            for number in 0..<count {
                let now = Date(timeIntervalSince1970: 1_700_000_000)
                try transaction.users.insert(
                    User(id: identifiers.next(), name: "Person \(number) é\u{0301}", createdAt: now, updatedAt: now))
            }
        }
    }

    @Test("The tables that are read from the migrations are those of the database")
    func tables() async throws {
        try await withStores { store, _, _ in
            let found = try await store.readTables { connection in
                try connection.all(
                    SQLStatement("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"), []
                ) { try $0.text(0) }
            }
            let names = found.filter {
                !$0.hasPrefix("vector") && !$0.hasPrefix("sqlite") && $0 != "companion_migrations"
            }
            #expect(names == SQLTable.all.map(\.name).sorted())
            for table in SQLTable.all {
                let columns = try await store.readTables { connection in
                    try connection.all(
                        SQLStatement("SELECT name FROM pragma_table_info('\(table.name)')"), []
                    ) { try $0.text(0) }
                }
                #expect(table.columns.map(\.name) == columns, "\(table.name)")
                #expect(!table.key.isEmpty, "\(table.name)")
            }
        }
    }

    @Test("More than a page is copied, and both are the same")
    func pages() async throws {
        try await withStores { old, new, path in
            try await add(1_001, to: old)
            var reported: [SQLStoreCopy.Progress] = []
            let rows = try await SQLStoreCopy(from: old, to: new).run { reported.append($0) }
            #expect(rows == 1_001)
            #expect(reported.contains { $0.table == "users" && $0.rows == 1_001 && $0.isComplete })
            let users = try await new.read { try $0.users.users(after: nil, limit: 2) }
            let expected = try await old.read { try $0.users.users(after: nil, limit: 2) }
            #expect(users == expected)
            _ = try SQLiteStore(path: path)
        }
    }

    @Test("A copy that was not finished can't be opened, and one that holds something is not copied to")
    func unfinished() async throws {
        try await withStores { old, new, path in
            try await add(300, to: old)
            await #expect(throws: CompanionError.self) {
                try await SQLStoreCopy(from: FailingTables(base: old), to: new).run { _ in }
            }
            let error = #expect(throws: CompanionError.self) { try SQLiteStore(path: path) }
            #expect(error?.code == .corrupted)
            #expect(error?.message.contains("not finished") == true)
            let conflict = await #expect(throws: CompanionError.self) {
                try await SQLStoreCopy(from: old, to: new).run { _ in }
            }
            #expect(conflict?.code == .conflict)
        }
    }

    @Test("A store that is used while it is copied is told")
    func changed() async throws {
        try await withStores { old, new, _ in
            try await add(10, to: old)
            let error = await #expect(throws: CompanionError.self) {
                try await SQLStoreCopy(from: ChangingTables(base: old, change: { try await add(1, to: old) }), to: new)
                    .run { _ in }
            }
            #expect(error?.code == .conflict)
        }
    }
}

/// Fails from the third reading on.
private final class FailingTables: SQLTableStore {
    private let base: any SQLTableStore
    private let counter = ReadingCounter()

    init(base: any SQLTableStore) { self.base = base }

    func readTables<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result {
        guard await counter.next() < 3 else { throw CompanionError(.unavailable, "The disk is gone.") }
        return try await base.readTables(body)
    }

    func writeTables<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result {
        try await base.writeTables(body)
    }
}

/// Changes after the first reading.
private final class ChangingTables: SQLTableStore {
    private let base: any SQLTableStore
    private let change: @Sendable () async throws -> Void
    private let counter = ReadingCounter()

    init(base: any SQLTableStore, change: @escaping @Sendable () async throws -> Void) {
        self.base = base
        self.change = change
    }

    func readTables<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result {
        let result = try await base.readTables(body)
        if await counter.next() == 1 { try await change() }
        return result
    }

    func writeTables<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result {
        try await base.writeTables(body)
    }
}

private actor ReadingCounter {
    private var count = 0

    func next() -> Int {
        count += 1
        return count
    }
}
