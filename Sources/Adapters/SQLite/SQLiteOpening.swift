internal import CompanionCore
internal import GRDBSQLite
internal import _CompanionSQL

/// Opens a file for writing, whoever else is opening it for the first time.
struct SQLiteOpening {
    let path: String
    let configuration: SQLiteStore.Configuration
    let migrator: SQLMigrator

    /// SQLite does not wait where two connections want to change a new file's journal mode: then all is tried again.
    func writer() throws -> SQLiteQueue {
        let wait = SQLiteBusyWait(limit: configuration.busyTimeout)
        var attempt = 0
        while true {
            do {
                let queue = try SQLiteQueue(path: path, isReadOnly: false, configuration: configuration)
                try queue.runBlocking(prepare)
                return queue
            } catch let failure as SQLFailure where failure.kind == .busy {
                guard let milliseconds = wait.milliseconds(beforeAttempt: attempt) else { throw failure }
                sqlite3_sleep(milliseconds)
                attempt += 1
            }
        }
    }

    private func prepare(_ connection: SQLiteConnection) throws {
        guard !connection.isReadOnly else { throw SQLFailure(.readOnly) }
        try connection.limitCache()
        // What is deleted is overwritten; the default of SQLite differs from system to system.
        try connection.query(.secureDelete, []) { _ in }
        try claim(connection)
        try connection.query(.writeAheadLog, []) { mode in
            guard try mode.text(0) == "wal" else { throw SQLFailure(.unavailable) }
        }
        try connection.run(script: "PRAGMA synchronous = \(configuration.synchronous.pragma)")
        try migrator.migrate(connection)
    }

    /// Marks an empty file as ours, and refuses one that is another program's.
    private func claim(_ connection: SQLiteConnection) throws {
        func isOurs() throws -> Bool {
            let mark = try connection.first(.applicationID, []) { try $0.integer(0) }
            guard mark != Self.applicationID else { return true }
            let objects = try connection.first(.countObjects, []) { try $0.integer(0) }
            guard mark == 0, objects == 0 else {
                throw CompanionError(.invalidInput, "The file is another program's database: name another file.")
            }
            return false
        }
        // The two belong together: between them another that opens the file could make it ours.
        guard try !connection.withReadTransaction(isOurs) else { return }
        try connection.withWriteTransaction {
            guard try !isOurs() else { return }
            try connection.run(script: "PRAGMA application_id = \(Self.applicationID)")
        }
    }

    /// "Cmpn": the number at byte 68 of the file by which `file` and others know whose it is.
    private static let applicationID = 0x436D_706E
}

extension SQLiteConnection {
    /// 8 MiB of pages, four times SQLite's default.
    func limitCache() throws { try run(script: "PRAGMA cache_size = -8192") }
}

extension SQLStatement {
    fileprivate static let applicationID = SQLStatement("PRAGMA application_id")
    fileprivate static let countObjects = SQLStatement("SELECT count(*) FROM sqlite_master")
    fileprivate static let secureDelete = SQLStatement("PRAGMA secure_delete = ON")
    fileprivate static let writeAheadLog = SQLStatement("PRAGMA journal_mode = WAL")
}
