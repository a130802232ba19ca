import CompanionCore
import Foundation
import Testing
import _CompanionSQL

@testable import CompanionSQLite

@Suite struct SQLiteOpeningTests {
    private let folder: TemporaryFolder
    private var path: String { folder.path() }

    init() throws { folder = try TemporaryFolder() }

    private func code(_ body: () throws -> SQLiteStore) -> CompanionError.Code? {
        do {
            _ = try body()
            return nil
        } catch {
            return (error as? CompanionError)?.code
        }
    }

    // MARK: The file

    @Test("A new file, its log and its index can be read and written by their owner only")
    func isPrivate() async throws {
        let store = try SQLiteStore(path: path)
        try await Scene().insert(into: store)
        for suffix in ["", "-wal", "-shm"] {
            #expect(try folder.permissions("companion.sqlite" + suffix) == 0o600)
        }
    }

    @Test("The permissions of a file that exists are left alone")
    func keepsPermissions() throws {
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        try FileManager.default.setAttributes([.posixPermissions: NSNumber(0o640)], ofItemAtPath: path)
        _ = try SQLiteStore(path: path)
        #expect(try folder.permissions("companion.sqlite") == 0o640)
    }

    @Test("A path that is no place for a database is refused as invalid input")
    func refusesPaths() {
        #expect(code { try SQLiteStore(path: "") } == .invalidInput)
        #expect(code { try SQLiteStore(path: "a\0b") } == .invalidInput)
        #expect(code { try SQLiteStore(path: folder.url.path) } == .invalidInput)
        #expect(code { try SQLiteStore(path: folder.path("missing/companion.sqlite")) } == .invalidInput)
    }

    @Test("Names that SQLite reads in its own way are names of files", arguments: [":memory:", "file:x?mode=memory"])
    func takesNamesLiterally(_ name: String) throws {
        let prepared = try SQLiteFile.prepare(folder.path(name))
        #expect(prepared == folder.path(name))
        _ = try SQLiteStore(path: folder.path(name))
        #expect(FileManager.default.fileExists(atPath: folder.path(name)))
    }

    @Test("A file that is no database is refused as corrupted and left as it is")
    func refusesOtherFiles() throws {
        let content = Data("It was a dark and stormy night. ".utf8) + Data(count: 10_000)
        try content.write(to: URL(fileURLWithPath: path))
        #expect(code { try SQLiteStore(path: path) } == .corrupted)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == content)
    }

    @Test("Another program's database is refused as invalid input and left as it is")
    func refusesOtherDatabases() throws {
        let other = try SQLiteQueue(path: path, isReadOnly: false, configuration: .init())
        try other.runBlocking { try $0.run(script: "CREATE TABLE users (name)") }
        let content = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(code { try SQLiteStore(path: path) } == .invalidInput)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == content)
    }

    @Test("A file that can't be written is refused as forbidden", .disabled(if: isRoot, "The superuser can write all."))
    func refusesReadOnlyFiles() throws {
        _ = try SQLiteStore(path: path)
        try FileManager.default.setAttributes([.posixPermissions: NSNumber(0o400)], ofItemAtPath: path)
        #expect(code { try SQLiteStore(path: path) } == .forbidden)
        try FileManager.default.setAttributes([.posixPermissions: NSNumber(0o500)], ofItemAtPath: folder.url.path)
        #expect(code { try SQLiteStore(path: folder.path("new.sqlite")) } == .forbidden)
        try FileManager.default.setAttributes([.posixPermissions: NSNumber(0o700)], ofItemAtPath: folder.url.path)
    }

    private static var isRoot: Bool { FileManager.default.isWritableFile(atPath: "/") }

    // MARK: The schema

    @Test("A new file has the newest schema, and opening it again changes nothing")
    func migratesOnce() async throws {
        for _ in 0..<3 {
            let store = try SQLiteStore(path: path)
            let findings = try await store.check()
            #expect(findings.schemaVersion == SQLMigrator().latestVersion)
            #expect(findings.journalMode == "wal")
            try await store.close()
        }
    }

    @Test("Many that open a new file at the same time all succeed")
    func opensAtOnce() async throws {
        for round in 0..<10 {
            let path = folder.path("\(round).sqlite")
            let stores = try await withThrowingTaskGroup(of: SQLiteStore.self) { group in
                for _ in 0..<6 {
                    group.addTask { try await blocking { try SQLiteStore(path: path) } }
                }
                return try await group.reduce(into: [SQLiteStore]()) { $0.append($1) }
            }
            for store in stores { try await Scene().insert(into: store) }
            #expect(try await stores[0].check().counts?.users == stores.count)
        }
    }

    @Test("A store with later steps applies those that are missing")
    func appliesLaterSteps() async throws {
        _ = try SQLiteStore(path: path)
        let later = SQLMigrator(migrations: SQLMigration.all + [Self.next])
        let store = try SQLiteStore(path: path, configuration: .init(), migrator: later)
        #expect(try await store.check().schemaVersion == later.latestVersion)
    }

    @Test("A step that fails leaves nothing of it behind")
    func keepsStepsWhole() async throws {
        let broken = SQLMigration(
            version: Self.next.version, name: "broken", template: "\(Self.next.template); CREATE TABLE users (id)")
        let migrator = SQLMigrator(migrations: SQLMigration.all + [broken])
        #expect(throws: (any Error).self) {
            try SQLiteStore(path: path, configuration: .init(), migrator: migrator)
        }
        let store = try SQLiteStore(path: path)
        #expect(try await store.check().schemaVersion == SQLMigrator().latestVersion)
        let tables = try await store.inspect { connection in
            try connection.first(Self.countLater, []) { try $0.integer(0) }
        }
        #expect(tables == 0)
    }

    @Test("The schema of a newer program is refused, and the message says what to do")
    func refusesNewerSchemas() throws {
        _ = try SQLiteStore(
            path: path, configuration: .init(), migrator: SQLMigrator(migrations: SQLMigration.all + [Self.next]))
        let error = #expect(throws: CompanionError.self) { try SQLiteStore(path: path) }
        #expect(error?.code == .schemaTooNew)
        #expect(error?.message.contains("update the program") == true)
    }

    @Test("The schema of another history is refused as corrupted")
    func refusesOtherHistories() throws {
        var steps = SQLMigration.all
        let last = steps.removeLast()
        steps.append(SQLMigration(version: last.version, name: last.name, template: "\(last.template) "))
        _ = try SQLiteStore(path: path, configuration: .init(), migrator: SQLMigrator(migrations: steps))
        #expect(code { try SQLiteStore(path: path) } == .corrupted)
    }

    private static let next = SQLMigration(
        version: SQLMigration.all.count + 1, name: "later", template: "CREATE TABLE later (id {uuid}) {table}")
    private static let countLater = SQLStatement("SELECT count(*) FROM sqlite_master WHERE name = 'later'")
}

/// Runs what blocks on a thread of its own.
func blocking<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { done in
        Thread.detachNewThread { done.resume(with: Swift.Result { try body() }) }
    }
}
