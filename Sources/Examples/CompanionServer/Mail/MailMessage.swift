internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A message in plain text, as RFC 5322 has it.
struct MailMessage: Sendable {
    var from: MailSender
    /// A plain address: ``MailAddress/isPlain(_:)``.
    var to: String
    /// In ASCII, one line.
    var subject: String
    /// In ASCII, lines of at most 78 bytes but for links.
    var body: String
    var date: Date
    /// The part of the message's name before the `@`.
    var identifier: String

    /// With CRLF at the end of each line.
    var bytes: [UInt8] {
        let domain = from.address.split(separator: "@").last ?? "localhost"
        let lines =
            [
                "From: \(from.header)", "To: \(to)", "Subject: \(subject)", "Date: \(Self.text(of: date))",
                "Message-ID: <\(identifier)@\(domain)>", "MIME-Version: 1.0",
                "Content-Type: text/plain; charset=us-ascii",
                "Content-Transfer-Encoding: 7bit", "Auto-Submitted: auto-generated", "",
            ] + body.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        return Array(lines.joined(separator: "\r\n").utf8) + [0x0D, 0x0A]
    }

    /// `Fri, 27 Nov 2026 07:30:00 +0000`.
    static func text(of date: Date) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = calendar.dateComponents([.weekday, .day, .month, .year, .hour, .minute, .second], from: date)
        func two(_ value: Int?) -> String { (value ?? 0) < 10 ? "0\(value ?? 0)" : "\(value ?? 0)" }
        let day = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][((parts.weekday ?? 1) - 1) % 7]
        let month = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ][((parts.month ?? 1) - 1) % 12]
        return "\(day), \(two(parts.day)) \(month) \(parts.year ?? 0) \(two(parts.hour)):\(two(parts.minute)):"
            + "\(two(parts.second)) +0000"
    }
}
