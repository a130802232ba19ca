/// What the host sends to the address of somebody who signs up. What it shows on the page is the same in both cases, so
/// that nobody learns there whether an address has an account.
public enum SignUp: Sendable, Hashable {
    /// Send this token; ``AccountService/verifyEmail(_:)`` takes it.
    /// ``AccountService/signUpByMail(email:password:name:origin:)`` does that itself.
    case verify(token: String)
    /// Send that the address has an account already, and how to set a new password.
    case alreadyRegistered
}

/// Somebody who has just signed in, or whose tokens were exchanged.
public struct SignedIn: Sendable, Hashable {
    public var user: User
    public var session: Session.ID
    /// For requests, for a short while.
    public var accessToken: String
    /// For the next ``AccountService/refresh(_:)``, once.
    public var refreshToken: String
    public var accessClaims: AccessClaims
}

extension SignedIn: CustomStringConvertible, CustomReflectable {
    /// Without the tokens.
    public var description: String { "SignedIn(\(user.id), session \(session))" }
    public var customMirror: Mirror { Mirror(self, children: ["user": user.id, "session": session]) }
}
