/// Turns passwords into what may be kept of them, slowly on purpose.
///
/// Implementation: `ScryptPasswordHasher` (CompanionJWT).
public protocol PasswordHasher: Sendable {
    /// What to keep of a password: a text that holds all that ``check(_:against:)`` needs, the cost and a fresh salt
    /// included. Equal passwords give different texts.
    ///
    /// Takes as long as a check: it stands in for one where there is nothing to check against.
    func hash(_ password: String) async throws -> String

    /// Compares a password with what was kept, in a time that tells nothing about either.
    ///
    /// Throws `corrupted` where the text is not one of this hasher's.
    func check(_ password: String, against hash: String) async throws -> PasswordCheck
}

/// What came of comparing a password with what was kept of it.
public enum PasswordCheck: Sendable, Hashable {
    case wrong
    case right
    /// Right, and kept at another cost than the hasher's own: hash it again.
    case rightButOutdated
}
