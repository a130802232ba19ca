internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What is said to a server of SMTP so that it takes one message (RFC 5321, 3207, 4954): pure, so that it can be tested without a
/// network.
struct SMTPDialogue: Sendable {
    /// What is to be done next.
    enum Action: Sendable, Hashable {
        /// These bytes are sent.
        case send([UInt8])
        /// TLS begins; then `hasTLS()` goes on.
        case startTLS
        /// The message was taken; these last words may be sent, and nothing more is waited for.
        case finish([UInt8])
    }

    struct Envelope: Sendable {
        var from: String
        var to: String
        /// With CRLF at the end of each line.
        var message: [UInt8]
    }

    private enum Step: String {
        case greeting
        case hello = "EHLO"
        case startTLS = "STARTTLS"
        case plain = "AUTH PLAIN"
        case loginUser = "AUTH LOGIN"
        case loginPassword
        case secret = "AUTH"
        case from = "MAIL"
        case to = "RCPT"
        case data = "DATA"
        case message = "the message"
        case done
    }

    private let envelope: Envelope
    /// What we call ourselves.
    private let name: String
    private let credentials: (user: String, password: String)?
    private let wantsTLS: Bool
    private var step = Step.greeting
    private var isSecure = false

    /// - Parameters:
    ///   - wantsTLS: Whether TLS is asked for, and nothing is sent without.
    ///   - credentials: Who we are; nil says nothing.
    init(_ envelope: Envelope, name: String, credentials: (user: String, password: String)?, wantsTLS: Bool) {
        self.envelope = envelope
        self.name = name
        self.credentials = credentials
        self.wantsTLS = wantsTLS
    }

    mutating func receive(_ reply: SMTPReply) throws(CompanionError) -> Action {
        switch step {
        case .greeting:
            try expect(reply, 220)
            return say(.hello, "EHLO \(name)")
        case .hello:
            try expect(reply, 250)
            return try greeted(reply.lines.dropFirst().map { $0.uppercased() })
        case .startTLS:
            try expect(reply, 220)
            return .startTLS
        case .plain, .secret:
            try expect(reply, 235)
            return say(.from, "MAIL FROM:<\(envelope.from)>")
        case .loginUser:
            try expect(reply, 334)
            return say(.loginPassword, Data((credentials?.user ?? "").utf8).base64EncodedString())
        case .loginPassword:
            try expect(reply, 334)
            return say(.secret, Data((credentials?.password ?? "").utf8).base64EncodedString())
        case .from:
            try expect(reply, 250)
            return say(.to, "RCPT TO:<\(envelope.to)>")
        case .to:
            // 251: the server passes it on to another address.
            if reply.code != 251 { try expect(reply, 250) }
            return say(.data, "DATA")
        case .data:
            try expect(reply, 354)
            step = .message
            return .send(Self.stuffed(envelope.message) + Array(".\r\n".utf8))
        case .message:
            try expect(reply, 250)
            step = .done
            return .finish(Array("QUIT\r\n".utf8))
        case .done: return .finish([])
        }
    }

    /// TLS has begun: what was said before counts no more.
    mutating func hasTLS() -> Action {
        isSecure = true
        return say(.hello, "EHLO \(name)")
    }

    private mutating func greeted(_ abilities: [String]) throws(CompanionError) -> Action {
        if wantsTLS, !isSecure {
            guard abilities.contains("STARTTLS") else {
                throw CompanionError(
                    .unsupported,
                    "The mail server offers no TLS: use smtps://, or ?tls=off where nobody can listen.")
            }
            return say(.startTLS, "STARTTLS")
        }
        guard let credentials else { return say(.from, "MAIL FROM:<\(envelope.from)>") }
        // Old servers write AUTH=.
        let ways = abilities.filter { $0.hasPrefix("AUTH ") || $0.hasPrefix("AUTH=") }
            .flatMap { $0.dropFirst(5).split(separator: " ") }
        if ways.contains("PLAIN") {
            let words = [0] + Array(credentials.user.utf8) + [0] + Array(credentials.password.utf8)
            return say(.plain, "AUTH PLAIN \(Data(words).base64EncodedString())")
        }
        if ways.contains("LOGIN") { return say(.loginUser, "AUTH LOGIN") }
        throw CompanionError(.unsupported, "The mail server lets nobody sign in by PLAIN or LOGIN.")
    }

    private mutating func say(_ step: Step, _ line: String) -> Action {
        self.step = step
        return .send(Array("\(line)\r\n".utf8))
    }

    /// The server's words stay out: they may quote the address.
    private func expect(_ reply: SMTPReply, _ code: Int) throws(CompanionError) {
        guard reply.code != code else { return }
        let said = "\(reply.code)\(reply.enhancedCode.map { " \($0)" } ?? "")"
        switch (step, reply.code) {
        case (.plain, 500...), (.loginUser, 500...), (.loginPassword, 500...), (.secret, 500...):
            throw CompanionError(
                .unauthenticated,
                "The mail server refuses the user or the password (\(said)): see COMPANION_MAIL_PASSWORD.",
                retry: .backOff)
        case (_, 500...):
            throw CompanionError(.refused, "The mail server refused the mail at \(step.rawValue) with \(said).")
        case (_, 400..<500):
            // Often of those who know nobody yet: they want to be asked again after a while.
            throw CompanionError(
                .unavailable, "The mail server does not take the mail now: \(said) at \(step.rawValue).",
                retry: .after(.seconds(60)))
        default:
            throw CompanionError(.malformedResponse, "The mail server answered \(said) at \(step.rawValue).")
        }
    }

    /// A line that begins with a dot gets another one.
    static func stuffed(_ message: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(message.count + 16)
        var isStart = true
        for byte in message {
            if isStart, byte == UInt8(ascii: ".") { result.append(byte) }
            result.append(byte)
            isStart = byte == 0x0A
        }
        return result
    }
}
