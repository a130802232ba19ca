/// What a Redis server says went wrong: in `CompanionError.underlying`. Holds no values: a server's words may quote what it was
/// given, so they are kept only where they are known not to.
public struct RedisError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The error's first word, such as `WRONGPASS`, `OOM` or `ERR`; at most 32 bytes.
    public let code: String
    /// The rest of it; empty where it could quote a value. At most 200 characters.
    public let message: String

    public var description: String { message.isEmpty ? "Redis: \(code)" : "Redis: \(code) \(message)" }

    init(code: String, message: String) {
        self.code = code
        self.message = message
    }

    init(line: String) {
        let words = line.split(separator: " ", maxSplits: 1)
        let first = words.first.map(String.init) ?? ""
        let isCode =
            (1...32).contains(first.utf8.count)
            && first.utf8.allSatisfy { (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
        code = Self.speaksOfRights(line) ? "NOPERM" : isCode ? first : "ERR"
        message = Self.quoteNothing.contains(code) ? String(words.dropFirst().first?.prefix(200) ?? "") : ""
    }

    /// What a script may not do is told as an error of the script.
    private static func speaksOfRights(_ line: String) -> Bool {
        line.contains("can't run this command") || line.contains("ACL failure in script")
    }

    /// Those whose words are fixed, or speak of servers only.
    private static let quoteNothing: Set<String> = [
        "ASK", "BUSY", "CLUSTERDOWN", "LOADING", "MASTERDOWN", "MISCONF", "MOVED", "NOAUTH", "NOPROTO", "NOSCRIPT",
        "OOM",
        "READONLY", "TRYAGAIN", "WRONGPASS",
    ]
}
