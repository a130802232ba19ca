import CompanionCore
import Testing

@testable import CompanionServer

struct MailRouteTests {
    @Test("Addresses say where mail goes, and how it is kept from others on the way")
    func addresses() throws {
        #expect(try MailRoute("sendmail:///usr/sbin/sendmail") == .sendmail("/usr/sbin/sendmail"))
        guard case .smtp(let server) = try MailRoute("smtp://me@example.org@mail.example.org") else {
            Issue.record("no server")
            return
        }
        #expect(server.host == "mail.example.org" && server.port == 587 && server.user == "me@example.org")
        #expect(server.security == .startTLS)
        let others: [(String, Int, SMTPServer.Security)] = [
            ("smtps://mail.example.org/", 465, .implicit), ("smtps://me@mail.example.org:4650", 4_650, .implicit),
            ("smtp://127.0.0.1:25", 25, .none), ("smtp://localhost", 587, .none),
            ("smtp://127.0.0.1:25?tls=on", 25, .startTLS), ("smtp://mail.example.org?tls=off", 587, .none),
            ("smtp://[2001:db8::1]:2525", 2_525, .startTLS), ("smtp://[::1]", 587, .none),
            ("smtp://127.0.0.1.example.org", 587, .startTLS),
        ]
        for (text, port, security) in others {
            guard case .smtp(let server) = try MailRoute(text) else {
                Issue.record("no server: \(text)")
                continue
            }
            #expect(server.port == port && server.security == security, "\(text)")
        }
    }

    @Test(
        "What is no address is told, without what it holds",
        arguments: [
            "", "mail.example.org", "http://mail.example.org", "smtp://", "smtp://u:secret@host", "smtp://host:0",
            "smtp://host:x", "sendmail://", "sendmail://secret", "smtp://ho st", "smtp://host?secret=1", "smtp://@host",
            "smtps://host?tls=off", "smtp://host/secret",
        ])
    func faults(_ text: String) {
        do {
            _ = try MailRoute(text)
            Issue.record("taken: \(text)")
        } catch {
            #expect(error.code == .invalidInput)
            #expect(!error.message.contains("secret"))
        }
    }

    @Test("A sender is an address, with a name or without")
    func senders() throws {
        #expect(MailSender("no-reply@example.org")?.header == "no-reply@example.org")
        #expect(MailSender("Companion <no-reply@example.org>")?.header == "\"Companion\" <no-reply@example.org>")
        #expect(
            MailSender("Gefährte <no-reply@example.org>")?.header == "=?UTF-8?B?R2Vmw6RocnRl?= <no-reply@example.org>")
        for text in [
            "", "example.org", "a@b@c", "A\nB <a@example.org>", "<a@example.org", "a b@example.org", "\"A\" <a@b.c>",
        ] {
            #expect(MailSender(text) == nil, "\(text)")
        }
    }

    @Test("No mail goes to an address with letters that mean something to others")
    func plainAddresses() {
        #expect(MailAddress.isPlain("ada.lovelace+x@mail.example.org"))
        for text in [
            "a,b@example.org", "a@example.org>", "<a@example.org", "a;b@example.org", "a b@example.org",
            "\"a\"@example.org",
            "a@exa mple.org", "a\r\nBcc: b@example.org", "a@[127.0.0.1]", "a(b)@example.org", "@example.org", "a@",
            "ä@example.org",
        ] {
            #expect(!MailAddress.isPlain(text), "\(text)")
        }
    }
}
