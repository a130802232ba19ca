internal import CompanionCore

/// What a server of SMTP answers (RFC 5321, section 4.2).
struct SMTPReply: Sendable, Hashable {
    /// 200 to 599.
    var code: Int
    /// Without the codes; those that the server's words follow.
    var lines: [String]

    /// The code of RFC 3463 (`5.1.1`), where the server gives one.
    var enhancedCode: String? {
        let word = lines.first?.split(separator: " ").first ?? ""
        let parts = word.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, word.utf8.count <= 9, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isNumber) }),
            parts[0] == "\(code / 100)"
        else { return nil }
        return String(word)
    }
}

/// Makes replies of bytes, however they come.
struct SMTPReplyParser: Sendable {
    private var line: [UInt8] = []
    private var code: Int?
    private var lines: [String] = []

    static let maximumLine = 2_048
    static let maximumLines = 100

    /// Whether nothing was begun.
    var isEmpty: Bool { line.isEmpty && lines.isEmpty }

    /// The reply that ends with this byte. Throws `malformedResponse` for what is none, or too long.
    mutating func append(_ byte: UInt8) throws(CompanionError) -> SMTPReply? {
        guard byte == 0x0A else {
            guard line.count < Self.maximumLine else { throw Self.fault }
            line.append(byte)
            return nil
        }
        if line.last == 0x0D { line.removeLast() }
        defer { line = [] }
        guard line.count >= 3, let number = Int(String(decoding: line[..<3], as: UTF8.self)),
            (200...599).contains(number),
            code == nil || code == number, lines.count < Self.maximumLines
        else { throw Self.fault }
        let mark = line.count > 3 ? line[3] : UInt8(ascii: " ")
        guard mark == UInt8(ascii: " ") || mark == UInt8(ascii: "-") else { throw Self.fault }
        lines.append(String(decoding: line.dropFirst(4), as: UTF8.self))
        code = number
        guard mark == UInt8(ascii: " ") else { return nil }
        defer { (code, lines) = (nil, []) }
        return SMTPReply(code: number, lines: lines)
    }

    static var fault: CompanionError {
        CompanionError(.malformedResponse, "The mail server does not speak SMTP.")
    }
}
