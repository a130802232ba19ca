import CompanionCore
import Foundation
import Testing

@testable import CompanionServer

struct MailMessageTests {
    private static let sender = MailSender("Companion <no-reply@example.org>")

    private func message(_ mail: AccountMail) throws -> String {
        let letter = AccountLetter(mail, base: "https://talk.example.org")
        return String(
            decoding: MailMessage(
                from: try #require(Self.sender), to: mail.address, subject: letter.subject, body: letter.body,
                date: Date(timeIntervalSince1970: 1_795_764_605), identifier: "one"
            ).bytes, as: UTF8.self)
    }

    @Test(
        "A message is one as RFC 5322 has it: ASCII, CRLF, short lines, one of each header",
        arguments: AccountMail.Kind.allCases)
    func form(_ kind: AccountMail.Kind) throws {
        let token = String(repeating: "A", count: 43)
        let text = try message(
            AccountMail(kind: kind, address: "ada@example.org", token: token, lifetime: .seconds(3_600)))
        #expect(text.utf8.allSatisfy { $0 < 0x80 })
        #expect(text.hasSuffix("\r\n"))
        #expect(!text.replacing("\r\n", with: "").contains { $0.isNewline })
        let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
        #expect(lines.allSatisfy { $0.utf8.count <= 98 })
        let headers = lines.prefix { !$0.isEmpty }
        #expect(Set(headers.map { $0.prefix { $0 != ":" } }).count == headers.count)
        #expect(headers.contains("Date: Fri, 27 Nov 2026 07:30:05 +0000"))
        #expect(headers.contains("To: ada@example.org"))
        #expect(headers.contains("Message-ID: <one@example.org>"))
        #expect(text.contains(token) == (kind != .alreadyRegistered))
    }

    @Test("A link leads to the page, and its token stands where no log has it")
    func links() throws {
        let verification = AccountMail(
            kind: .verification, address: "ada@example.org", token: "TOKEN", lifetime: .seconds(86_400))
        #expect(try message(verification).contains("\r\nhttps://talk.example.org/verify#TOKEN\r\n"))
        #expect(try message(verification).contains("within 24 hours"))
        let reset = AccountMail(
            kind: .passwordReset, address: "ada@example.org", token: "TOKEN", lifetime: .seconds(3_600))
        #expect(try message(reset).contains("\r\nhttps://talk.example.org/reset#TOKEN\r\n"))
        #expect(try message(reset).contains("within an hour"))
    }

    @Test(
        "Who signs in says it in the base64 of RFC 4648",
        arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")])
    func base64(_ text: String, _ encoded: String) throws {
        var dialogue = SMTPDialogue(
            .init(from: "a@example.org", to: "b@example.org", message: []), name: "localhost",
            credentials: (user: text, password: "secret"), wantsTLS: false)
        _ = try dialogue.receive(SMTPReply(code: 220, lines: ["Hello"]))
        _ = try dialogue.receive(SMTPReply(code: 250, lines: ["mail.example.org", "AUTH LOGIN"]))
        #expect(
            try dialogue.receive(SMTPReply(code: 334, lines: [""])) == .send(Array("\(encoded)\r\n".utf8)))
    }
}
