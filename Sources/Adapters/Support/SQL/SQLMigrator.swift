package import CompanionCore

/// Brings a database's schema up to date, whoever else is about to do the same.
package struct SQLMigrator {
    private let migrations: [SQLMigration]
    private let clock: any WallClock

    package init(migrations: [SQLMigration] = SQLMigration.all, clock: any WallClock = SystemClock()) {
        self.migrations = migrations
        self.clock = clock
    }

    /// The version that a database has after ``migrate(_:)``.
    package var latestVersion: Int { migrations.last?.version ?? 0 }

    /// Applies the missing steps, each in a transaction of its own.
    ///
    /// Throws `schemaTooNew` where the database has steps that are not known here, `corrupted` where one of its steps
    /// is another than ours of the same version, and what the connection throws.
    package func migrate(_ connection: some SQLConnection) throws {
        // Mostly there is nothing to do: find that out without waiting for writers.
        guard try version(of: connection) < latestVersion else { return }
        try connection.withWriteTransaction { try connection.run(script: createTable(connection.dialect)) }
        for migration in migrations {
            try connection.withWriteTransaction {
                guard try version(of: connection) < migration.version else { return }
                try connection.run(script: connection.dialect.script(from: migration.template))
                try connection.write(
                    .insertMigration,
                    [
                        .integer(migration.version), .text(migration.name), .text(migration.checksum),
                        .timestamp(clock.stamp),
                    ])
            }
        }
    }

    /// How far the database's schema is; 0 where it has none yet. Throws like ``migrate(_:)``.
    package func version(of connection: some SQLConnection) throws -> Int {
        let exists = try connection.first(Self.tableExists(connection.dialect), []) { try $0.integer(0) > 0 }
        guard exists == true else { return 0 }
        let applied = try connection.all(.selectMigrations, []) { row in
            (version: try row.integer(0), checksum: try row.text(1))
        }
        for (version, checksum) in applied {
            guard version > 0 else {
                throw CompanionError(
                    .corrupted, "The database is a copy that was not finished: remove it, and copy again.")
            }
            guard version <= latestVersion else {
                throw CompanionError(
                    .schemaTooNew,
                    """
                    The database has schema version \(applied.last?.version ?? version), and this program knows only \
                    up to \(latestVersion): update the program.
                    """)
            }
            guard migrations.contains(where: { $0.version == version && $0.checksum == checksum }) else {
                throw CompanionError(
                    .corrupted,
                    """
                    Version \(version) of the database's schema is not the released one: it was made by a development \
                    version. Start with a new database, or restore a backup.
                    """)
            }
        }
        return applied.last?.version ?? 0
    }

    private func createTable(_ dialect: SQLDialect) -> String {
        dialect.script(
            from: """
                CREATE TABLE IF NOT EXISTS companion_migrations (
                    version {integer} NOT NULL PRIMARY KEY,
                    name {text} NOT NULL,
                    checksum {text} NOT NULL,
                    applied_at {timestamp} NOT NULL
                ) {table};
                """)
    }

    private static func tableExists(_ dialect: SQLDialect) -> SQLStatement {
        switch dialect {
        case .sqlite: .sqliteMigrationTables
        case .postgres: .postgresMigrationTables
        }
    }
}

extension SQLStatement {
    fileprivate static let sqliteMigrationTables = SQLStatement(
        "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'companion_migrations'")
    fileprivate static let postgresMigrationTables = SQLStatement(
        "SELECT count(*) FROM (SELECT to_regclass('companion_migrations') AS name) t WHERE name IS NOT NULL")
    fileprivate static let selectMigrations = SQLStatement(
        "SELECT version, checksum FROM companion_migrations ORDER BY version")
    fileprivate static let insertMigration = SQLStatement(
        "INSERT INTO companion_migrations (version, name, checksum, applied_at) VALUES ($1, $2, $3, $4)")
}
