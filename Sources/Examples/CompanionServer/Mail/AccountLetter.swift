internal import CompanionCore

/// What a mail about an account says. In ASCII, and without anything that people wrote: who signs up with somebody else's
/// address must not write to them by it.
struct AccountLetter: Sendable, Hashable {
    var subject: String
    var body: String

    /// - Parameter base: The page's address, without a slash at its end.
    init(_ mail: AccountMail, base: String) {
        let lifetime = Self.words(mail.lifetime ?? .zero)
        switch mail.kind {
        case .verification:
            subject = "Confirm your address"
            body = """
                Hello,

                somebody signed up with this address at

                    \(base)

                If that was you, open this link within \(lifetime):

                \(base)/verify#\(mail.token ?? "")

                If it was not, there is nothing to do: without the link there is no account.

                """
        case .alreadyRegistered:
            subject = "You have an account already"
            body = """
                Hello,

                somebody wanted to sign up with this address, which has an account at

                    \(base)/sign-in

                If that was you, sign in there. "Forgot the password?" helps where you don't know it
                any more. If it was not, there is nothing to do: nobody got in by it.

                """
        case .passwordReset:
            subject = "A new password"
            body = """
                Hello,

                somebody asked for a new password for your account at

                    \(base)

                If that was you, open this link within \(lifetime):

                \(base)/reset#\(mail.token ?? "")

                If it was not, there is nothing to do: your password stays as it is.

                """
        }
    }

    private static func words(_ lifetime: Duration) -> String {
        let minutes = Int(lifetime / .seconds(60))
        switch minutes {
        case 60: return "an hour"
        case 120...: return "\(minutes / 60) hours"
        default: return "\(minutes) minutes"
        }
    }
}
