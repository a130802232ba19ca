/// Sends what people get by mail about their accounts.
///
/// Background work calls it, and calls it again where it failed: see ``AccountService/signUpByMail(email:password:name:origin:)``.
/// A mail that was taken by a server that then could not say so comes twice.
public protocol AccountMailer: Sendable {
    /// Hands a mail to who delivers it. It holds a secret: log and keep nothing of it.
    ///
    /// - Throws: `CompanionError`; with `retry` `never` where another attempt can't help, such as an address that there is not.
    ///   Its message is kept with the job, so it holds neither the address nor the token.
    func send(_ mail: AccountMail) async throws
}

/// What somebody gets by mail about their account. It holds nothing that people wrote: who signs up with somebody else's address
/// can't write to them by it.
public struct AccountMail: Sendable, Hashable {
    /// What a mail is about.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Has a token by which somebody shows that the address is theirs: ``AccountService/verifyEmail(_:)`` takes it.
        case verification
        /// Says that somebody wanted to sign up with the address, which has an account. Has no token.
        case alreadyRegistered
        /// Has a token by which a new password can be set: ``AccountService/resetPassword(_:to:)`` takes it.
        case passwordReset
    }

    public var kind: Kind
    /// Where to; an address as people sign in with it: ASCII, one `@`, no spaces.
    public var address: String
    /// What the link in the mail must have; nil where the mail has none. Nobody keeps it.
    public var token: String?
    /// For how long the token is good; nil where there is none.
    public var lifetime: Duration?

    public init(kind: Kind, address: String, token: String? = nil, lifetime: Duration? = nil) {
        self.kind = kind
        self.address = address
        self.token = token
        self.lifetime = lifetime
    }
}

/// Without the token and the address.
extension AccountMail: CustomStringConvertible, CustomReflectable {
    public var description: String { "AccountMail(\(kind.rawValue))" }
    public var customMirror: Mirror { Mirror(self, children: ["kind": kind]) }
}
