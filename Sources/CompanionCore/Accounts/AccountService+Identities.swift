#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A sign-in at an identity provider that has begun.
public struct PendingIdentity: Sendable, Hashable {
    /// Where to send the browser.
    public var url: String
    /// Keep it in the browser (a cookie for HTTPS only, hidden from scripts; `SameSite=None` for Apple, whose answer is a
    /// form) and give it back with the answer.
    public var state: String
}

/// What came back to the redirect URI, from its query or, by Apple, from its form.
public struct IdentityCallback: Sendable, Hashable {
    public var state: String
    /// Nil where the person refused, or the provider did.
    public var code: String?
    /// Apple's field `user`, the first time only.
    public var user: String?

    public init(state: String, code: String?, user: String? = nil) {
        self.state = state
        self.code = code
        self.user = user
    }
}

extension AccountService {
    /// Begins a sign-in at a provider.
    ///
    /// - Parameter user: Who is signed in already and wants the identity linked; nil signs in.
    /// - Throws: `unsupported` where no verifier for the provider was given.
    public func beginIdentity(
        _ provider: IdentityProvider, redirectURI: String, linkingTo user: User.ID? = nil
    ) async throws -> PendingIdentity {
        let verifier = try verifier(provider)
        let state = Secret(context.random)
        let request = IdentityRequest(
            state: state.value, nonce: Secret(context.random).value, codeVerifier: Secret(context.random).value,
            redirectURI: redirectURI)
        let url = try await verifier.authorizationURL(for: request)
        let payload = String(decoding: try JSONEncoder().encode(Pending(provider, request)), as: UTF8.self)
        let token = OneTimeToken(
            digest: state.digest, kind: .identity, user: user, payload: payload,
            expiresAt: context.clock.stamp.advanced(by: configuration.identityLifetime))
        try await context.store.transaction { try $0.accounts.insert(token) }
        return PendingIdentity(url: url, state: state.value)
    }

    /// Ends a sign-in at a provider: signs in who is linked, links who asked for it, or makes an account.
    ///
    /// An address joins an identity to an account only where the provider and we both know that it is the person's. Where we
    /// don't, the identity has an account of its own; the other one stays as it is if it was ever used, or if nobody has to
    /// verify an address.
    ///
    /// - Parameter state: What the browser kept.
    /// - Throws: `unauthenticated` where the answer is not one to this browser's request, was used, or does not hold what
    ///   it must; `forbidden` where the person refused; `conflict` where the identity is another user's.
    public func completeIdentity(
        _ callback: IdentityCallback, state: String, device: String = ""
    ) async throws -> SignedIn {
        _ = try issuer()
        guard !state.isEmpty, Secret.areEqual(state, callback.state) else { throw Self.badToken }
        let now = context.clock.stamp
        let token = try await context.store.transaction {
            try $0.accounts.take(Secret.digest(state), .identity)
        }
        guard let token, now < token.expiresAt,
            let pending = try? JSONDecoder().decode(Pending.self, from: Data(token.payload.utf8))
        else { throw Self.badToken }
        guard let code = callback.code else {
            throw CompanionError(.forbidden, "The sign-in at the identity provider was not completed.")
        }
        let identity = try await verifier(pending.provider).identity(
            for: code, request: IdentityRequest(state: state, pending), user: callback.user)
        guard identity.provider == pending.provider, (1...255).contains(identity.subject.utf8.count) else {
            throw Self.badToken
        }
        let newUser = User(id: context.identifiers.next(), name: identity.usableName, createdAt: now)
        let id = try await context.store.transaction { [configuration] transaction in
            try transaction.resolve(identity, linkingTo: token.user, newUser: newUser, now: now, configuration)
        }
        return try await beginSession(of: id, device: device) { _ in }
    }

    /// The identities that are linked to a user.
    public func identities(of user: User.ID) async throws -> [LinkedIdentity] {
        try await context.store.read { try $0.accounts.identities(of: user) }
    }

    /// Takes an identity from a user.
    ///
    /// - Throws: `conflict` where nothing else would let the person in; `notFound`.
    public func unlink(_ provider: IdentityProvider, of user: User.ID) async throws {
        try await context.store.transaction { [configuration] transaction in
            let identities = try transaction.accounts.identities(of: user)
            guard identities.contains(where: { $0.provider == provider }) else {
                throw CompanionError(.notFound, "The user has no identity there.")
            }
            let hasPassword = try transaction.accounts.credential(of: user).map {
                $0.passwordHash != nil && ($0.verifiedAt != nil || !configuration.requiresVerifiedAddress)
            }
            guard identities.count > 1 || hasPassword == true else {
                throw CompanionError(
                    .conflict, "This is the last way in: set a password or link another identity first.")
            }
            _ = try transaction.accounts.deleteIdentity(provider, of: user)
        }
    }

    private func verifier(_ provider: IdentityProvider) throws(CompanionError) -> any IdentityVerifier {
        guard let verifier = context.identityVerifiers.first(where: { $0.provider == provider }) else {
            throw CompanionError(
                .unsupported,
                "Nothing verifies identities of \(provider): pass one in `identityVerifiers` to Companion.")
        }
        return verifier
    }
}

/// What has to be known when the browser comes back. The state is not kept: its digest is the token's.
private struct Pending: Codable {
    var provider: IdentityProvider
    var nonce: String
    var codeVerifier: String
    var redirectURI: String

    init(_ provider: IdentityProvider, _ request: IdentityRequest) {
        self.provider = provider
        nonce = request.nonce
        codeVerifier = request.codeVerifier
        redirectURI = request.redirectURI
    }
}

extension IdentityRequest {
    fileprivate init(state: String, _ pending: Pending) {
        self.init(
            state: state, nonce: pending.nonce, codeVerifier: pending.codeVerifier, redirectURI: pending.redirectURI)
    }
}

extension ExternalIdentity {
    fileprivate var usableName: String {
        let name = (self.name ?? "").filter { !$0.isNewline && $0 != "\0" }.trimmed.cut(to: 128)
        return name.isEmpty ? "Guest" : name
    }

    /// The address, where the provider knows that it is the person's.
    fileprivate var verifiedEmail: String? {
        isEmailVerified ? email.flatMap { try? EmailAddress.checked($0) } : nil
    }
}

extension StoreTransaction {
    /// Whose identity this is from now on.
    func resolve(
        _ identity: ExternalIdentity, linkingTo user: User.ID?, newUser: User, now: Date,
        _ configuration: AccountConfiguration
    ) throws -> User.ID {
        if let linked = try accounts.identity(identity.provider, subject: identity.subject) {
            guard user == nil || user == linked.user else {
                throw CompanionError(.conflict, "The identity is linked to another user.")
            }
            return linked.user
        }
        let email = identity.verifiedEmail
        let owner = try user ?? owner(of: email, configuration) ?? newAccount(newUser, email, now)
        try accounts.insert(
            LinkedIdentity(provider: identity.provider, subject: identity.subject, user: owner, linkedAt: now))
        return owner
    }

    /// Who has shown that the address is theirs. Who only claimed it, and never came in, loses it.
    private func owner(of verifiedEmail: String?, _ configuration: AccountConfiguration) throws -> User.ID? {
        guard let verifiedEmail, let credential = try accounts.credential(email: verifiedEmail) else { return nil }
        if credential.verifiedAt != nil { return credential.user }
        if try isFree(credential, configuration) { try releaseAddress(of: credential.user) }
        return nil
    }

    private func newAccount(_ user: User, _ verifiedEmail: String?, _ now: Date) throws -> User.ID {
        try users.insert(user)
        // Where somebody has it who did not show that it is theirs, this person's account has none.
        if let verifiedEmail, try accounts.credential(email: verifiedEmail) == nil {
            try accounts.put(Credential(user: user.id, email: verifiedEmail, verifiedAt: now))
        }
        return user.id
    }
}
