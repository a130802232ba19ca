internal import CompanionCore
internal import Foundation

/// How mail leaves: a program in the manner of sendmail, or a server that takes it by SMTP.
enum MailRoute: Sendable, Hashable {
    /// The path of a program that reads a message, with its recipients in it: it is run with `-t -i`.
    case sendmail(String)
    case smtp(SMTPServer)

    /// `sendmail:///usr/sbin/sendmail`, `smtp://user@host:587`, `smtps://user@host:465`. Throws `invalidInput`, with nothing of
    /// the address, since it may hold a password.
    init(_ text: String) throws(CompanionError) {
        guard text.utf8.count <= 2_048, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            let scheme = text.firstRange(of: "://")
        else { throw Self.fault("is no sendmail://, smtp:// or smtps:// address") }
        let rest = text[scheme.upperBound...]
        switch text[..<scheme.lowerBound].lowercased() {
        case "sendmail":
            guard rest.hasPrefix("/"), rest.utf8.count > 1 else {
                throw Self.fault("names no program: sendmail:///usr/sbin/sendmail")
            }
            self = .sendmail(String(rest))
        case "smtp": self = .smtp(try SMTPServer(rest, isSecure: false))
        case "smtps": self = .smtp(try SMTPServer(rest, isSecure: true))
        default: throw Self.fault("is no sendmail://, smtp:// or smtps:// address")
        }
    }

    static func fault(_ what: String) -> CompanionError {
        CompanionError(.invalidInput, "The address of --mail \(what).")
    }
}

/// A server that takes mail for others.
struct SMTPServer: Sendable, Hashable {
    enum Security: Sendable, Hashable {
        /// TLS from the first byte on.
        case implicit
        /// TLS by STARTTLS, and nothing is sent without.
        case startTLS
        /// In the open: within one machine only.
        case none
    }

    var host: String
    var port: Int
    var security: Security
    var user: String?
    /// A PEM file of roots, instead of the system's.
    var trustedRoots: String?

    /// What stands behind `smtp://`: `user@host:port?cafile=path&tls=off`. STARTTLS is wanted, but of this machine
    /// only with `tls=on`.
    init(_ text: Substring, isSecure: Bool) throws(CompanionError) {
        var rest = text
        var wantsTLS: Bool?
        if let mark = rest.firstIndex(of: "?") {
            for pair in rest[rest.index(after: mark)...].split(separator: "&") {
                switch pair {
                case "tls=off" where !isSecure: wantsTLS = false
                case "tls=on": wantsTLS = true
                case _ where pair.hasPrefix("cafile="): trustedRoots = try Self.decoded(pair.dropFirst(7))
                default:
                    throw MailRoute.fault(
                        "has a parameter that is not known: there are cafile=, and tls=on or off for smtp://")
                }
            }
            rest = rest[..<mark]
        }
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        if let at = rest.lastIndex(of: "@") {
            let name = rest[..<at]
            guard !name.contains(":") else {
                throw MailRoute.fault("holds a password, which others would see: set COMPANION_MAIL_PASSWORD instead")
            }
            user = try Self.decoded(name)
            rest = rest[rest.index(after: at)...]
        }
        port = isSecure ? 465 : 587
        // The port stands behind the last colon; one within brackets is an address'.
        if let colon = rest.lastIndex(of: ":"), !rest[colon...].contains("]") {
            guard let number = Int(rest[rest.index(after: colon)...]), (1...65_535).contains(number) else {
                throw MailRoute.fault("has a port that is none")
            }
            port = number
            rest = rest[..<colon]
        }
        if rest.hasPrefix("["), rest.hasSuffix("]") { rest = rest.dropFirst().dropLast() }
        guard !rest.isEmpty, rest.utf8.count <= 255, !rest.contains("/") else {
            throw MailRoute.fault("names no server")
        }
        host = String(rest)
        security = isSecure ? .implicit : wantsTLS ?? !Self.isHere(host) ? .startTLS : .none
    }

    /// Whether what is sent to that name stays on this machine.
    private static func isHere(_ host: String) -> Bool {
        host == "localhost" || host == "::1"
            || host.hasPrefix("127.") && host.utf8.allSatisfy { "0123456789.".utf8.contains($0) }
    }

    private static func decoded(_ text: Substring) throws(CompanionError) -> String {
        guard let decoded = String(text).removingPercentEncoding, !decoded.isEmpty, !decoded.utf8.contains(0) else {
            throw MailRoute.fault("has a part that can't be read")
        }
        return decoded
    }
}
