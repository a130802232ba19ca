enum PostgresName {
    /// A name as SQL takes it, whatever it holds.
    static func quoted(_ name: String) -> String {
        "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    /// A text as SQL takes it, whatever it holds but NUL.
    static func literal(_ text: String) -> String {
        func doubled(_ sign: Character) -> (String) -> String {
            { $0.split(separator: sign, omittingEmptySubsequences: false).joined(separator: "\(sign)\(sign)") }
        }
        // As a text with escapes, because a server may take a backslash for one in others too.
        return " E'" + doubled("'")(doubled("\\")(text)) + "'"
    }
}
