#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// The e-mail address of a person, and what is kept of their password. A person has one at most, an address too.
public struct Credential: Sendable, Hashable {
    public var user: User.ID
    /// In lower case, as `EmailAddress` makes it.
    public var email: String
    /// When the person showed that the address is theirs; nil where they have not.
    public var verifiedAt: Date?
    /// As the ``PasswordHasher`` made it; nil where the person has no password.
    public var passwordHash: String?

    public init(user: User.ID, email: String, verifiedAt: Date? = nil, passwordHash: String? = nil) {
        self.user = user
        self.email = email
        self.verifiedAt = verifiedAt
        self.passwordHash = passwordHash
    }
}

/// An e-mail address in the one form in which it is kept and compared: trimmed, in lower case, ASCII.
enum EmailAddress {
    /// Throws `invalidInput` for what is no address.
    static func checked(_ text: String) throws(CompanionError) -> String {
        let text = text.trimmed.lowercased()
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...64).contains(parts[0].utf8.count), (3...190).contains(parts[1].utf8.count),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), parts[1].contains("."),
            parts[1].split(separator: ".", omittingEmptySubsequences: false).allSatisfy({ !$0.isEmpty })
        else { throw CompanionError(.invalidInput, "This is no e-mail address that can be used.") }
        return text
    }
}
