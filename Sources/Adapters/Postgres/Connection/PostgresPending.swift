internal import _CompanionSQL

/// What was sent to a server and not answered yet.
enum PostgresPending {
    /// A transaction's beginning, or a setting for it.
    case begin
    /// A statement's preparation.
    case preparation(KnownStatement.Key)
    /// A write whose caller does not wait for it.
    case write
    /// A statement whose answer is waited for.
    case answer
    /// A commit.
    case commit
    /// The end of a transaction for which nobody waits, because nothing depends on it.
    case end
    /// The end of a batch: after an error the server passes over all that stands before it.
    case sync
}

/// A statement as a connection knows it.
struct KnownStatement {
    struct Key: Hashable {
        private let statement: ObjectIdentifier
        private let mustChange: Bool

        init(_ statement: SQLStatement, mustChange: Bool) {
            self.statement = ObjectIdentifier(statement)
            self.mustChange = mustChange
        }
    }

    /// Kept because its identity is the key.
    let statement: SQLStatement
    let text: String
    /// The name under which the server has it, or will have it when it comes to that; nil where it is not prepared.
    let name: String?

    init(_ statement: SQLStatement, mustChange: Bool, name: String?) {
        self.statement = statement
        let text = SQLDialect.postgres.text(of: statement)
        self.text = mustChange ? Self.failing(text) : text
        self.name = name
    }

    /// `text`, a statement that writes, so that it fails where it changes nothing: what was sent behind it, a commit too, is
    /// then not done.
    static func failing(_ text: String) -> String {
        let tolerance = "ON CONFLICT DO NOTHING"
        if text.hasSuffix(tolerance), text.contains("VALUES (") { return String(text.dropLast(tolerance.count)) }
        return "WITH changed AS (\(text) RETURNING 1) SELECT 1 / count(*) FROM changed"
    }
}
