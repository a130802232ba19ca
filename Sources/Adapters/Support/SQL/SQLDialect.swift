/// The few differences between the databases.
package enum SQLDialect: Sendable {
    case sqlite, postgres

    /// `statement` as this database wants it.
    ///
    /// - SQLite numbers `$1` by its first appearance and only `?1` by its name.
    /// - `{skip locked}` at the end of a statement that looks for work passes over what others are taking, where there can
    ///   be others.
    package func text(of statement: SQLStatement) -> String {
        switch self {
        case .sqlite:
            statement.text.replacing("{skip locked}", with: "").split(separator: "$", omittingEmptySubsequences: false)
                .joined(separator: "?")
        case .postgres: statement.text.replacing("{skip locked}", with: "FOR UPDATE SKIP LOCKED")
        }
    }

    /// Fills in the types of a schema that is written once for all databases.
    ///
    /// - `{uuid}`, `{integer}`, `{real}`, `{text}`, `{bytes}`, `{timestamp}`, `{boolean}`, `{json}` are column types. JSON
    ///   is kept as text, not as Postgres's `jsonb`, which reorders keys and rewrites numbers.
    /// - `{table}` ends a table, `{clustered}` one that is stored in the order of its primary key where the database
    ///   can do so.
    package func script(from template: String) -> String {
        var script = ""
        var rest = template[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            script += rest[..<open]
            script += word(for: rest[rest.index(after: open)..<close])
            rest = rest[rest.index(after: close)...]
        }
        return script + rest
    }

    private func word(for token: Substring) -> String {
        switch (self, token) {
        case (.sqlite, "uuid"): "BLOB"
        case (.sqlite, "integer"), (.sqlite, "timestamp"), (.sqlite, "boolean"): "INTEGER"
        case (.sqlite, "real"): "REAL"
        case (.sqlite, "text"), (.sqlite, "json"): "TEXT"
        case (.sqlite, "bytes"): "BLOB"
        case (.sqlite, "table"): "STRICT"
        case (.sqlite, "clustered"): "STRICT, WITHOUT ROWID"
        case (.postgres, "uuid"): "uuid"
        case (.postgres, "integer"): "bigint"
        case (.postgres, "timestamp"): "timestamptz"
        case (.postgres, "boolean"): "boolean"
        case (.postgres, "real"): "double precision"
        case (.postgres, "text"): "text COLLATE \"C\""
        case (.postgres, "json"): "json"
        case (.postgres, "bytes"): "bytea"
        case (.postgres, "table"), (.postgres, "clustered"): ""
        default: preconditionFailure("No such word in a schema: \(token)")
        }
    }
}
