import CompanionCore
import Testing

@testable import CompanionServer

struct SMTPDialogueTests {
    private static let envelope = SMTPDialogue.Envelope(
        from: "no-reply@example.org", to: "ada@example.org", message: Array("Subject: Hello\r\n\r\n.dot\r\n".utf8))

    private func dialogue(
        _ credentials: (user: String, password: String)? = nil, wantsTLS: Bool = false
    ) -> SMTPDialogue {
        SMTPDialogue(Self.envelope, name: "talk.example.org", credentials: credentials, wantsTLS: wantsTLS)
    }

    /// What we say to each of the server's replies.
    private func run(_ dialogue: inout SMTPDialogue, _ replies: [String]) throws(CompanionError) -> [String] {
        var said: [String] = []
        for text in replies {
            switch try dialogue.receive(try reply(text)) {
            case .send(let bytes): said.append(String(decoding: bytes, as: UTF8.self))
            case .finish(let bytes): said.append("finish " + String(decoding: bytes, as: UTF8.self))
            case .startTLS:
                guard case .send(let bytes) = dialogue.hasTLS() else { continue }
                said.append("TLS " + String(decoding: bytes, as: UTF8.self))
            }
        }
        return said
    }

    private func reply(_ text: String) throws(CompanionError) -> SMTPReply {
        var parser = SMTPReplyParser()
        var reply: SMTPReply?
        for byte in (text.replacing("\n", with: "\r\n") + "\r\n").utf8 { reply = try parser.append(byte) }
        guard let reply else { throw SMTPReplyParser.fault }
        return reply
    }

    @Test("A message is handed over, its dots doubled")
    func plain() throws {
        var dialogue = dialogue()
        let said = try run(
            &dialogue, ["220 hello", "250-mail\n250 8BITMIME", "250 ok", "251 elsewhere", "354 go", "250 2.0.0 taken"])
        #expect(
            said == [
                "EHLO talk.example.org\r\n", "MAIL FROM:<no-reply@example.org>\r\n", "RCPT TO:<ada@example.org>\r\n",
                "DATA\r\n",
                "Subject: Hello\r\n\r\n..dot\r\n.\r\n", "finish QUIT\r\n",
            ])
    }

    @Test("TLS comes before anything that others may not hear, and what was said before it counts no more")
    func startTLS() throws {
        var dialogue = dialogue(("me", "secret"), wantsTLS: true)
        let said = try run(
            &dialogue,
            [
                "220 hello", "250-mail\n250-AUTH PLAIN\n250 STARTTLS", "220 go", "250-mail\n250 AUTH LOGIN",
                "334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6", "235 in",
            ])
        #expect(
            said == [
                "EHLO talk.example.org\r\n", "STARTTLS\r\n", "TLS EHLO talk.example.org\r\n", "AUTH LOGIN\r\n",
                "bWU=\r\n",
                "c2VjcmV0\r\n", "MAIL FROM:<no-reply@example.org>\r\n",
            ])
    }

    @Test("Without TLS where it is wanted, nothing is said")
    func noTLS() throws {
        var dialogue = dialogue(("me", "secret"), wantsTLS: true)
        do {
            _ = try run(&dialogue, ["220 hello", "250-mail\n250 AUTH PLAIN"])
            Issue.record("went on")
        } catch {
            #expect(error.code == .unsupported)
        }
    }

    @Test(
        "PLAIN is taken where it is offered, also as old servers write it",
        arguments: ["AUTH PLAIN LOGIN", "auth login plain", "AUTH=PLAIN"])
    func authPlain(_ offer: String) throws {
        var dialogue = dialogue(("me", "secret"))
        #expect(try run(&dialogue, ["220 hello", "250-mail\n250 \(offer)"]).last == "AUTH PLAIN AG1lAHNlY3JldA==\r\n")
    }

    @Test("Each refusal says whether to come back, and repeats nothing of the server's words")
    func refusals() throws {
        let cases: [([String], CompanionError.Code, CompanionError.RetryAdvice)] = [
            (["554 no ada@example.org here"], .refused, .never),
            (["421 4.7.0 ada@example.org later"], .unavailable, .after(.seconds(60))),
            (["220 hello", "250 mail", "250 ok", "550 5.1.1 no ada@example.org"], .refused, .never),
            (
                ["220 hello", "250 mail", "250 ok", "450 4.2.0 greylisted, ada@example.org"], .unavailable,
                .after(.seconds(60))
            ),
            (["220 hello", "250 mail", "250 ok", "250 ok", "354 go", "552 5.3.4 ada@example.org"], .refused, .never),
            (["250 hello"], .malformedResponse, .backOff),
        ]
        for (replies, code, retry) in cases {
            var dialogue = dialogue()
            do {
                _ = try run(&dialogue, replies)
                Issue.record("went on: \(replies)")
            } catch {
                #expect(error.code == code && error.retry == retry, "\(error)")
                #expect(!error.description.contains("ada@"))
            }
        }
        var dialogue = dialogue(("me", "secret"))
        do {
            _ = try run(&dialogue, ["220 hello", "250-mail\n250 AUTH PLAIN", "535 5.7.8 secret is wrong"])
            Issue.record("went on")
        } catch {
            #expect(
                error.code == .unauthenticated && error.message.contains("535 5.7.8")
                    && !error.message.contains("secret"))
        }
    }

    @Test(
        "What is no reply ends it, and nothing is kept without a bound",
        arguments: [
            "", "2", "abc hello", "999 x", "100 x", "250_x", "250-a\r\n251 b", String(repeating: "x", count: 3_000),
        ])
    func nonsense(_ text: String) {
        var parser = SMTPReplyParser()
        #expect(throws: CompanionError.self) { for byte in (text + "\r\n").utf8 { _ = try parser.append(byte) } }
        var endless = SMTPReplyParser()
        #expect(throws: CompanionError.self) {
            for _ in 0..<200 { for byte in "250-more\r\n".utf8 { _ = try endless.append(byte) } }
        }
    }
}
