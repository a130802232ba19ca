internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// From whom mail comes: `no-reply@talk.example.org`, or `Companion <no-reply@talk.example.org>`.
struct MailSender: Sendable, Hashable {
    var name: String?
    var address: String

    /// Nil where it is neither.
    init?(_ text: String) {
        let text = text.trimmingEnds
        guard let open = text.lastIndex(of: "<"), text.hasSuffix(">") else {
            guard MailAddress.isPlain(text) else { return nil }
            address = text
            return
        }
        address = String(text[text.index(after: open)...].dropLast())
        let name = String(text[..<open]).trimmingEnds
        guard MailAddress.isPlain(address), name.utf8.count <= 128, !name.contains("\""),
            name.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
        else { return nil }
        if !name.isEmpty { self.name = name }
    }

    /// As it stands in a header.
    var header: String {
        guard let name else { return address }
        let isPlain = name.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
        // RFC 5322's quoted string, or RFC 2047's encoded word.
        return isPlain
            ? "\"\(name.filter { $0 != "\\" })\" <\(address)>"
            : "=?UTF-8?B?\(Data(name.utf8).base64EncodedString())?= <\(address)>"
    }
}

enum MailAddress {
    /// Whether an address can stand in a header and in a command as it is: the letters of RFC 5322's atoms, and a host's name. No
    /// address of another kind is written to, since what is special there could name somebody else.
    static func isPlain(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count == 2, (1...64).contains(parts[0].count), (1...255).contains(parts[1].count) else {
            return false
        }
        return parts[0].allSatisfy { isLetterOrDigit($0) || ".!#$%&'*+/=?^_`{|}~-".utf8.contains($0) }
            && parts[1].allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}

extension String {
    fileprivate var trimmingEnds: String {
        var text = Substring(self)
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
