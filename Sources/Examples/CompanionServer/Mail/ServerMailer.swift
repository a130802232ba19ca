internal import CompanionCore
internal import Logging

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Writes the mails about accounts, and hands them on.
struct ServerMailer: AccountMailer {
    let route: MailRoute
    let sender: MailSender
    let password: String?
    /// The page's address, without a slash at its end.
    let base: String
    let logger: Logger

    func send(_ mail: AccountMail) async throws {
        do {
            try await deliver(mail)
            logger.info("A mail was sent.", metadata: ["mail": "\(mail.kind.rawValue)"])
        } catch let error as CompanionError {
            logger.warning(
                "A mail was not sent: \(error.message) \(error.retry == .never ? "It is given up." : "It is tried again.")",
                metadata: ["mail": "\(mail.kind.rawValue)"])
            throw error
        }
    }

    private func deliver(_ mail: AccountMail) async throws {
        guard MailAddress.isPlain(mail.address) else {
            throw CompanionError(.refused, "The address is of a kind that no mail is sent to.")
        }
        let letter = AccountLetter(mail, base: base)
        let message = MailMessage(
            from: sender, to: mail.address, subject: letter.subject, body: letter.body, date: .now,
            identifier: UUID().uuidString.lowercased()
        ).bytes
        switch route {
        case .sendmail(let path): try await SendmailProgram(path: path).send(message)
        case .smtp(let server):
            try await SMTPClient(server: server, password: password, name: name).send(
                .init(from: sender.address, to: mail.address, message: message))
        }
    }

    /// The page's host.
    private var name: String {
        let host = base.split(separator: "/").last.map { $0.prefix { $0 != ":" } } ?? ""
        guard host.first?.isLetter == true, host.utf8.allSatisfy({ $0 < 0x80 }) else { return "localhost" }
        return String(host)
    }
}
