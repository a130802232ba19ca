#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

// E-mail address and password. Whatever is asked about an address costs the same and is answered alike whether it has an
// account or not; each such call counts against the address and against the origin.
extension AccountService {
    /// Makes an account that has to be verified.
    ///
    /// An account that was never verified, and never used, is replaced: whoever made it did not show that the address is
    /// theirs. Where ``AccountConfiguration/requiresVerifiedAddress`` is false nobody shows that, and none is replaced.
    ///
    /// - Parameters:
    ///   - password: 8 characters at least, 1,024 bytes at most.
    ///   - origin: From where the request comes, such as a network address; nil counts against the address alone.
    /// - Throws: `invalidInput`, `rateLimited`; `unsupported` without a ``PasswordHasher``.
    public func signUp(
        email: String, password: String, name: String, origin: String? = nil
    ) async throws -> SignUp {
        try await register(email, password, name, origin, isMailed: false)
    }

    /// - Parameter isMailed: Whether a job sends the mail; then nobody has its token, and the one that is returned is good
    ///   for nothing.
    func register(
        _ email: String, _ password: String, _ name: String, _ origin: String?, isMailed: Bool
    ) async throws -> SignUp {
        let email = try EmailAddress.checked(email)
        let name = try Checked.line(name, "The name", 1...128)
        try Self.check(password)
        try await admit(email, origin, isMailed: isMailed)
        let hash = try await hasher().hash(password)
        let now = context.clock.stamp
        let user = User(id: context.identifiers.next(), name: name, createdAt: now)
        let secret = Secret(context.random)
        let job: Job.ID = context.identifiers.next()
        return try await context.store.transaction { [configuration] transaction in
            if let old = try transaction.accounts.credential(email: email) {
                guard try transaction.isFree(old, configuration) else {
                    if isMailed { try transaction.enqueue(.alreadyRegistered, for: old.user, job, now: now) }
                    return .alreadyRegistered
                }
                try transaction.releaseAddress(of: old.user)
            }
            try transaction.users.insert(user)
            try transaction.accounts.put(Credential(user: user.id, email: email, passwordHash: hash))
            if isMailed {
                try transaction.enqueue(.verification, for: user.id, job, now: now)
                return .verify(token: "")
            }
            try transaction.accounts.insert(
                OneTimeToken(
                    digest: secret.digest, kind: .verification, user: user.id, payload: email,
                    expiresAt: now.advanced(by: configuration.verificationLifetime)))
            return .verify(token: secret.value)
        }
    }

    /// Takes the token that was sent to an address: the address is the person's.
    ///
    /// - Throws: `unauthenticated` where the token is unknown, used, expired, or of an address that was changed since.
    public func verifyEmail(_ token: String) async throws -> User {
        let now = context.clock.stamp
        let user: User? = try await context.store.transaction { transaction in
            guard let taken = try transaction.accounts.take(Secret.digest(token), .verification), now < taken.expiresAt,
                let id = taken.user, var credential = try transaction.accounts.credential(of: id),
                credential.email == taken.payload
            else { return nil }
            credential.verifiedAt = credential.verifiedAt ?? now
            try transaction.accounts.put(credential)
            return try transaction.users.user(id)
        }
        guard let user else { throw Self.badToken }
        return user
    }

    /// Signs somebody in.
    ///
    /// - Parameter device: What the person will recognise the session by.
    /// - Throws: `unauthenticated` where address or password is wrong, whichever; `forbidden` where both are right and the
    ///   address is not verified; `rateLimited`; `unsupported` without a ``PasswordHasher`` and an ``AccessTokenIssuer``.
    public func signIn(
        email: String, password: String, device: String = "", origin: String? = nil
    ) async throws -> SignedIn {
        let hasher = try hasher()
        _ = try issuer()
        // What is no address has no account; it is answered as one that has none.
        let email = (try? EmailAddress.checked(email)) ?? ""
        try await admit(email, origin)
        let credential = try await context.store.read { try $0.accounts.credential(email: email) }
        guard password.utf8.count <= Self.maximumPasswordBytes, let credential, let hash = credential.passwordHash
        else {
            // As much work as a check.
            _ = try await hasher.hash(String(password.prefix(64)))
            throw Self.wrong
        }
        let check = try await hasher.check(password, against: hash)
        guard check != .wrong else { throw Self.wrong }
        guard credential.verifiedAt != nil || !configuration.requiresVerifiedAddress else {
            throw CompanionError(.forbidden, "The e-mail address has to be verified first.")
        }
        try await giveBack(email, origin)
        let newHash = check == .rightButOutdated ? try await hasher.hash(password) : nil
        return try await beginSession(of: credential.user, device: device) { transaction in
            // The password may have been changed while it was compared.
            guard var current = try transaction.accounts.credential(of: credential.user),
                current.passwordHash == hash
            else { throw Self.wrong }
            guard let newHash else { return }
            current.passwordHash = newHash
            try transaction.accounts.put(current)
        }
    }

    /// A token that lets the owner of an address set a new password: send it there. Nil where the address has no account:
    /// send nothing, and show the same page.
    public func requestPasswordReset(email: String, origin: String? = nil) async throws -> String? {
        let email = try EmailAddress.checked(email)
        try await admit(email, origin)
        let secret = Secret(context.random)
        let now = context.clock.stamp
        return try await context.store.transaction { [configuration] transaction in
            guard let credential = try transaction.accounts.credential(email: email),
                try transaction.users.user(credential.user) != nil
            else { return nil }
            _ = try transaction.accounts.deleteTokens(.passwordReset, of: credential.user)
            try transaction.accounts.insert(
                OneTimeToken(
                    digest: secret.digest, kind: .passwordReset, user: credential.user, payload: email,
                    expiresAt: now.advanced(by: configuration.passwordResetLifetime)))
            return secret.value
        }
    }

    /// Sets a new password with a token that was sent to the address, which is verified by it. Ends all sessions.
    ///
    /// - Throws: `unauthenticated` for a token that is no good; `invalidInput` for a password that is no good, before the
    ///   token is used.
    public func resetPassword(_ token: String, to password: String) async throws {
        try Self.check(password)
        let hash = try await hasher().hash(password)
        let now = context.clock.stamp
        let isDone = try await context.store.transaction { transaction in
            guard let taken = try transaction.accounts.take(Secret.digest(token), .passwordReset),
                now < taken.expiresAt, let id = taken.user,
                var credential = try transaction.accounts.credential(of: id), credential.email == taken.payload
            else { return false }
            credential.verifiedAt = credential.verifiedAt ?? now
            credential.passwordHash = hash
            try transaction.accounts.put(credential)
            _ = try transaction.accounts.deleteSessions(of: id, except: nil)
            return true
        }
        guard isDone else { throw Self.badToken }
    }

    // MARK: Steps

    private static let maximumPasswordBytes = 1_024

    private static func check(_ password: String) throws(CompanionError) {
        guard password.count >= 8, password.utf8.count <= maximumPasswordBytes else {
            throw CompanionError(.invalidInput, "A password has 8 characters at least, and 1,024 bytes at most.")
        }
    }

    static var badToken: CompanionError {
        CompanionError(.unauthenticated, "The token is unknown, used or expired: ask for another one.")
    }
    private static var wrong: CompanionError { CompanionError(.unauthenticated, "Address or password is wrong.") }

    func hasher() throws(CompanionError) -> any PasswordHasher {
        guard let hasher = context.passwordHasher else {
            throw CompanionError(.unsupported, "Passwords need a hasher: pass `passwordHasher` to Companion.")
        }
        return hasher
    }

    /// The keys of an address and an origin, and what each may try.
    private func throttles(
        _ email: String, _ origin: String?, isMailed: Bool = false
    ) -> [(key: String, throttle: SignInThrottle)] {
        var throttles = [
            (
                key: Secret.digest("address \(email)"),
                throttle: SignInThrottle(
                    burst: configuration.triesPerAddress, interval: configuration.addressInterval)
            )
        ]
        if isMailed {
            throttles.append(
                (
                    key: Secret.digest("mail \(email)"),
                    throttle: SignInThrottle(burst: configuration.mailsPerAddress, interval: configuration.mailInterval)
                ))
        }
        if let origin {
            throttles.append(
                (
                    key: Secret.digest("origin \(origin)"),
                    throttle: SignInThrottle(
                        burst: configuration.triesPerOrigin, interval: configuration.originInterval)
                ))
        }
        return throttles
    }

    /// Counts a try before it is made, so that tries at the same time are counted too.
    ///
    /// - Parameter isMailed: Whether the address may get a mail by it.
    func admit(_ email: String, _ origin: String?, isMailed: Bool = false) async throws {
        let throttles = throttles(email, origin, isMailed: isMailed)
        let now = context.clock.stamp
        let wait: Duration? = try await context.store.transaction { transaction in
            var instants: [(String, Date)] = []
            for (key, throttle) in throttles {
                switch throttle.decide(try transaction.accounts.throttle(key), now: now) {
                case .refused(let wait): return wait
                case .allowed(let instant): instants.append((key, instant))
                }
            }
            for (key, instant) in instants { try transaction.accounts.setThrottle(key, to: instant) }
            return nil
        }
        if let wait { throw CompanionError(.rateLimited, "Too many tries.", retry: .after(wait)) }
    }

    private func giveBack(_ email: String, _ origin: String?) async throws {
        let throttles = throttles(email, origin)
        try await context.store.transaction { transaction in
            for (key, throttle) in throttles {
                guard let kept = try transaction.accounts.throttle(key) else { continue }
                try transaction.accounts.setThrottle(key, to: throttle.givenBack(kept))
            }
        }
    }
}

extension StoreTransaction {
    /// Whether somebody else may have the address: nobody has shown that it is theirs, though they would have had to, and
    /// nothing was ever done with the account. (With what was done before addresses had to be verified nobody gets away.)
    func isFree(_ credential: Credential, _ configuration: AccountConfiguration) throws -> Bool {
        guard credential.verifiedAt == nil, configuration.requiresVerifiedAddress else { return false }
        let user = credential.user
        return try accounts.sessions(of: user).isEmpty && chats.chats(of: user, after: nil, limit: 1).isEmpty
            && characters.characters(of: user, after: nil, limit: 1).isEmpty
    }

    /// Takes an address that was never verified from who claimed it, with all that the claim led to.
    func releaseAddress(of user: User.ID) throws {
        _ = try accounts.deleteCredential(of: user)
        _ = try accounts.deleteTokens(.verification, of: user)
        _ = try accounts.deleteTokens(.passwordReset, of: user)
        _ = try accounts.deleteSessions(of: user, except: nil)
    }
}
