/// A table as the migrations make it, for what is done to all tables alike.
package struct SQLTable: Sendable, Hashable {
    package enum Kind: String, Sendable {
        case uuid, integer, real, text, bytes, timestamp, boolean, json
    }

    package struct Column: Sendable, Hashable {
        package var name: String
        package var kind: Kind
    }

    package var name: String
    package var columns: [Column]
    /// The places of the primary key's columns.
    package var key: [Int]

    /// All tables that hold the truth, those first that others refer to. Vectors are an index, and are left out.
    package static let all = tables(of: SQLMigration.all).filter { !$0.name.hasPrefix("vector") }

    /// Reads the templates: a line of a table begins with the column's name and its type, or with words in capitals.
    static func tables(of migrations: [SQLMigration]) -> [SQLTable] {
        var tables: [SQLTable] = []
        var isOpen = false
        for line in migrations.flatMap({ $0.template.split(separator: "\n") }) {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "," || $0 == ";" })
            if words.starts(with: ["CREATE", "TABLE"]) {
                tables.append(SQLTable(name: String(words[2]), columns: [], key: []))
                isOpen = true
            } else if words.starts(with: ["ALTER", "TABLE"]), words.count > 6, words[4] == "COLUMN",
                let table = tables.firstIndex(where: { $0.name == words[2] })
            {
                tables[table].add(words.dropFirst(5))
            } else if words.first?.hasPrefix(")") == true {
                isOpen = false
            } else if isOpen, words.starts(with: ["PRIMARY", "KEY"]) {
                let names = words.dropFirst(2).map { $0.filter { $0 != "(" && $0 != ")" } }
                tables[tables.count - 1].key = names.compactMap { name in
                    tables[tables.count - 1].columns.firstIndex { $0.name == name }
                }
            } else if isOpen, words.count > 1 {
                tables[tables.count - 1].add(words[...])
            }
        }
        return tables
    }

    /// A column, unless it is computed from others.
    private mutating func add(_ words: ArraySlice<Substring>) {
        guard let name = words.first,
            let kind = words.dropFirst().first.flatMap({ Kind(rawValue: $0.filter { $0 != "{" && $0 != "}" }) }),
            !words.contains("GENERATED")
        else { return }
        if words.contains("PRIMARY") { key = [columns.count] }
        columns.append(Column(name: String(name), kind: kind))
    }
}

extension SQLTable.Kind {
    /// What stands in a column of a row.
    func value(_ row: any SQLRow, _ column: Int) throws -> SQLValue {
        guard !row.isNull(column) else { return .null }
        return switch self {
        case .uuid: .uuid(try row.uuid(column))
        case .integer: .integer(try row.integer(column))
        case .real: .real(try row.real(column))
        case .text: .text(try row.text(column))
        case .bytes: .bytes(try row.bytes(column))
        case .timestamp: .timestamp(try row.timestamp(column))
        case .boolean: .boolean(try row.boolean(column))
        case .json: .json(try row.json(column))
        }
    }
}
