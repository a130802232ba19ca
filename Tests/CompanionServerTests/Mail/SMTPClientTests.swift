import CompanionCore
import Foundation
import Testing

@testable import CompanionServer

/// Handing mail to a real server of SMTP: Scripts/peers/mail.py.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["COMPANION_MAIL_BOX"] != nil))
struct SMTPClientTests {
    private let environment = ProcessInfo.processInfo.environment

    private func client(
        _ name: String, scheme: String = "smtp", host: String = "localhost", trusted: Bool = true, user: Bool = true,
        password: String? = nil
    ) throws -> SMTPClient {
        let address = try #require(environment["COMPANION_MAIL_\(name)"])
        let port = try #require(address.split(separator: ":").last)
        let login = try #require(environment["COMPANION_MAIL_LOGIN"]).split(separator: ":")
        let roots = try #require(environment["COMPANION_MAIL_ROOTS"])
        let query = (scheme == "smtp" && name != "OPEN" ? ["tls=on"] : []) + (trusted ? ["cafile=\(roots)"] : [])
        guard
            case .smtp(let server) = try MailRoute(
                "\(scheme)://\(user ? "\(login[0])@" : "")\(host):\(port)?\(query.joined(separator: "&"))")
        else { throw CompanionError(.internalInconsistency, "no server") }
        return SMTPClient(server: server, password: password ?? String(login[1]), name: "localhost")
    }

    private func send(_ client: SMTPClient, to address: String = "ada@example.org") async -> CompanionError? {
        do {
            try await client.send(
                .init(
                    from: "no-reply@example.org", to: address,
                    message: Array("Subject: Hello\r\n\r\nA line.\r\n.\r\n..two\r\n".utf8)))
            return nil
        } catch {
            return error as? CompanionError
        }
    }

    @Test("A message arrives by each of the ways, and is what it was")
    func arrives() async throws {
        for host in ["localhost", "127.0.0.1"] {
            for (name, scheme, isKnown) in [
                ("STARTTLS", "smtp", true), ("TLS", "smtps", true), ("OPEN", "smtp", false),
            ] {
                let address = "\(name.lowercased())-\(UUID().uuidString.lowercased())@example.org"
                #expect(
                    await send(try client(name, scheme: scheme, host: host, user: isKnown), to: address) == nil,
                    "\(name) \(host)")
                let box = try #require(environment["COMPANION_MAIL_BOX"].flatMap(URL.init))
                let told = try JSONValue(parsing: Array(try Data(contentsOf: box)))
                let mail = try #require(
                    told["messages"]?.array?.first { $0["to"]?.array?.first?.string == address })
                #expect(mail["text"]?.string == "A line.\r\n.\r\n..two\r\n")
                #expect(mail["security"]?.string == ["STARTTLS": "starttls", "TLS": "tls", "OPEN": "none"][name])
                #expect((mail["user"]?.string != nil) == isKnown)
            }
        }
    }

    @Test("A wrong password, a stranger's certificate, and a server that is none are each told apart")
    func faults() async throws {
        let wrong = await send(try client("STARTTLS", password: "guessed"))
        #expect(wrong?.code == .unauthenticated)
        #expect(wrong?.message.contains("guessed") == false)
        for (name, scheme) in [("STARTTLS", "smtp"), ("TLS", "smtps")] {
            let stranger = await send(try client(name, scheme: scheme, trusted: false))
            #expect(stranger?.code == .unavailable && stranger?.message.contains("certificate") == true, "\(name)")
        }
        #expect(await send(try client("STARTTLS", scheme: "smtps"))?.code == .unavailable)
        #expect(await send(try client("OPEN", user: true))?.code == .unsupported)
        var nobody = try client("OPEN", user: false)
        nobody = SMTPClient(
            server: try SMTPServer("127.0.0.1:1", isSecure: false), password: nil, name: nobody.name)
        #expect(await send(nobody)?.code == .unavailable)
    }
}
