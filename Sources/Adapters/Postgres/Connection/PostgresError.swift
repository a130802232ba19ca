internal import CPostgres
internal import _CompanionSQL

/// What the server or libpq says went wrong: in `CompanionError.underlying`. Holds no values: the server's own message and
/// detail may quote them, so they are left out where the error is about data.
public struct PostgresError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The five characters of the SQL standard's error code; nil where the connection itself failed.
    public let sqlState: String?
    /// The server's or libpq's message; empty where it could quote what somebody wrote.
    public let message: String
    /// The names of the table and the constraint that the error is about.
    public let table: String?
    public let constraint: String?

    public var description: String {
        let parts = [sqlState, message.isEmpty ? nil : message, table, constraint]
        return "Postgres: " + parts.compactMap(\.self).joined(separator: ", ")
    }

    init(sqlState: String?, message: String, table: String? = nil, constraint: String? = nil) {
        self.sqlState = sqlState
        self.message = message
        self.table = table
        self.constraint = constraint
    }

    /// The error of a result.
    init(result: OpaquePointer) {
        func field(_ name: UnicodeScalar) -> String? {
            PQresultErrorField(result, CInt(name.value)).map { String(cString: $0) }
        }
        let state = field("C")
        // Class 22 is wrong data, 23 is a violated constraint.
        let mayQuote = state.map { $0.hasPrefix("22") || $0.hasPrefix("23") } ?? false
        self.init(sqlState: state, message: mayQuote ? "" : field("M") ?? "", table: field("t"), constraint: field("n"))
    }

    /// The error of a connection.
    init(connection: OpaquePointer?) {
        let message = connection.flatMap { PQerrorMessage($0) }.map { String(cString: $0) } ?? "out of memory"
        self.init(sqlState: nil, message: String(message.prefix(500)).trimmingNewlines)
    }

    /// Whether the transaction lost against another one, and may win when it runs again.
    var isConflict: Bool { sqlState == "40001" || sqlState == "40P01" }

    /// Whether the data are at fault, and not the server or its load: wrong values (class 22) or a violated constraint (23).
    var isAboutData: Bool { sqlState.map { $0.hasPrefix("22") || $0.hasPrefix("23") } ?? false }

    var kind: SQLFailure.Kind {
        guard let sqlState else { return .unavailable }
        switch sqlState {
        case "23505", "23P01": return .unique
        case "23503": return .foreignKey
        case "57014": return .interrupted
        case "25006", "42501", "28000", "28P01": return .readOnly
        case "53100": return .full
        case "40001", "40P01", "55P03": return .busy
        case "XX001", "XX002": return .corrupt
        default: break
        }
        return switch sqlState.prefix(2) {
        case "22", "23": .check
        case "08", "53", "57", "58": .unavailable
        default: .other
        }
    }
}

extension String {
    fileprivate var trimmingNewlines: String {
        split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
