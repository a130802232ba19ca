internal import GRDBSQLite
internal import _CompanionSQL

extension SQLiteStore {
    /// What ``SQLiteStore/check()`` found.
    public struct Check: Sendable, Hashable {
        /// How many of each there are, of all people.
        public struct Counts: Sendable, Hashable {
            public var users: Int
            public var characters: Int
            public var chats: Int
            /// Those that can be restored included.
            public var messages: Int
            public var deletedMessages: Int
        }

        /// SQLite's own words for what is damaged, at most 100, without any content; empty where all is sound.
        public var problems: [String]
        /// Nil where the damage is such that they can't be counted.
        public var counts: Counts?
        /// Of the database, in bytes, with what is still in the log.
        public var size: Int
        public var schemaVersion: Int
        /// `wal`, where nobody changed it.
        public var journalMode: String
        public var sqliteVersion: String
    }

    /// Reads the whole file and checks its structure, keys and references. Takes about a second for each gigabyte and
    /// blocks nobody.
    public func check() async throws -> Check {
        try await inspect { [migrator] connection in
            var problems: [String] = []
            do {
                problems = try connection.all(.quickCheck, []) { try $0.text(0) }.filter { $0 != "ok" }
                try connection.query(.foreignKeyCheck, []) { row in
                    if problems.count < 100 { problems.append("A row of \(try row.text(0)) refers to nothing.") }
                }
            } catch let failure as SQLFailure where failure.kind == .corrupt {
                problems.append("The file can't be read to its end.")
            }
            return Check(
                problems: problems,
                counts: problems.isEmpty ? try Self.counts(connection) : try? Self.counts(connection),
                size: try connection.first(.size, []) { try $0.integer(0) } ?? 0,
                schemaVersion: try migrator.version(of: connection),
                journalMode: try connection.first(.journalMode, []) { try $0.text(0) } ?? "",
                sqliteVersion: String(cString: sqlite3_libversion()))
        }
    }

    private static func counts(_ connection: SQLiteConnection) throws -> Check.Counts? {
        try connection.first(.counts, []) { row in
            Check.Counts(
                users: try row.integer(0), characters: try row.integer(1), chats: try row.integer(2),
                messages: try row.integer(3), deletedMessages: try row.integer(4))
        }
    }
}

extension SQLStatement {
    fileprivate static let quickCheck = SQLStatement("PRAGMA quick_check(100)")
    fileprivate static let foreignKeyCheck = SQLStatement("PRAGMA foreign_key_check")
    fileprivate static let journalMode = SQLStatement("PRAGMA journal_mode")
    fileprivate static let size = SQLStatement(
        "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
    fileprivate static let counts = SQLStatement(
        """
        SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM characters), (SELECT count(*) FROM chats),
            (SELECT count(*) FROM messages), (SELECT count(*) FROM messages WHERE position < 0)
        """)
}
