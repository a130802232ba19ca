#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

// Mails are jobs, written with what they are about. A job knows the person and what it is about, and neither an address nor
// a token: the token is made when the mail is sent, so that no store and no backup of one holds what lets somebody in.
extension AccountService {
    /// Whether there is an ``AccountMailer``.
    public var sendsMail: Bool { context.accountMailer != nil }

    /// Makes an account that has to be verified, and has the mail sent by which that is done: or, where the address has an
    /// account, one that says so. Nobody learns which, but who reads the mail.
    ///
    /// Background work sends it (``Companion/run()``, of any process that has the mailer), and tries again where that fails, as
    /// ``JobConfiguration`` says. Otherwise as ``signUp(email:password:name:origin:)``.
    ///
    /// - Throws: `invalidInput`, `rateLimited`; `unsupported` without a ``PasswordHasher`` or an ``AccountMailer``.
    public func signUpByMail(
        email: String, password: String, name: String, origin: String? = nil
    ) async throws {
        try requireMailer()
        _ = try await register(email, password, name, origin, isMailed: true)
    }

    /// Has a mail sent by which the owner of an address can set a new password; nothing where the address has no account. The
    /// mails that were sent for it before are good no more.
    ///
    /// - Throws: `invalidInput`, `rateLimited`; `unsupported` without an ``AccountMailer``.
    public func sendPasswordReset(email: String, origin: String? = nil) async throws {
        try requireMailer()
        let email = try EmailAddress.checked(email)
        try await admit(email, origin, isMailed: true)
        let now = context.clock.stamp
        try await context.store.transaction { [context] transaction in
            guard let credential = try transaction.accounts.credential(email: email) else { return }
            try transaction.enqueue(.passwordReset, for: credential.user, context.identifiers.next(), now: now)
        }
    }

    private func requireMailer() throws(CompanionError) {
        guard sendsMail else {
            throw CompanionError(.unsupported, "Mail needs somebody who sends it: pass `accountMailer` to Companion.")
        }
    }
}

extension StoreTransaction {
    /// Has a mail sent. One of a kind waits for a person at a time.
    func enqueue(_ kind: AccountMail.Kind, for user: User.ID, _ id: Job.ID, now: Date) throws {
        _ = try jobs.enqueue(
            Job(
                id: id, kind: .accountMail, key: "\(kind.rawValue)/\(user)", user: user, payload: kind.rawValue,
                runAt: now, createdAt: now))
    }
}

/// Sends one mail.
struct AccountMailWork: Sendable {
    let context: CompanionContext
    let mailer: any AccountMailer

    /// Does nothing where the mail has lost its sense meanwhile.
    func perform(_ job: Job) async throws {
        guard let kind = AccountMail.Kind(rawValue: job.payload), let user = job.user else {
            throw CompanionError(.corrupted, "The job \(job.id) names no mail.", retry: .never)
        }
        if let mail = try await mail(kind, to: user) { try await mailer.send(mail) }
    }

    private func mail(_ kind: AccountMail.Kind, to user: User.ID) async throws -> AccountMail? {
        let secret = Secret(context.random)
        let now = context.clock.stamp
        let configuration = context.configuration.accounts
        return try await context.store.transaction { transaction in
            guard let credential = try transaction.accounts.credential(of: user),
                try transaction.users.user(user) != nil
            else { return nil }
            var mail = AccountMail(kind: kind, address: credential.email)
            let (token, lifetime): (OneTimeToken.Kind, Duration)
            switch kind {
            case .alreadyRegistered: return mail
            case .verification:
                guard credential.verifiedAt == nil else { return nil }
                (token, lifetime) = (.verification, configuration.verificationLifetime)
            case .passwordReset: (token, lifetime) = (.passwordReset, configuration.passwordResetLifetime)
            }
            // Of an attempt before this one, whose mail nobody is known to have.
            _ = try transaction.accounts.deleteTokens(token, of: user)
            try transaction.accounts.insert(
                OneTimeToken(
                    digest: secret.digest, kind: token, user: user, payload: credential.email,
                    expiresAt: now.advanced(by: lifetime)))
            (mail.token, mail.lifetime) = (secret.value, lifetime)
            return mail
        }
    }
}
