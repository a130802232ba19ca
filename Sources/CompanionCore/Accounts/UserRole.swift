/// What somebody may do besides talking to characters. Each role may do what those before it may.
public struct UserRole: Sendable, Hashable, Codable, Comparable, CustomStringConvertible {
    private enum Kind: String, Codable, CaseIterable { case user, moderator, admin }
    private let kind: Kind

    public static let user = UserRole(kind: .user)
    /// Judges what others submit.
    public static let moderator = UserRole(kind: .moderator)
    /// Runs the system, and gives roles.
    public static let admin = UserRole(kind: .admin)

    private init(kind: Kind) { self.kind = kind }

    /// The role of that name: `user`, `moderator` or `admin`.
    public init?(_ name: String) {
        guard let kind = Kind(rawValue: name) else { return nil }
        self.kind = kind
    }

    public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
    private var rank: Int { Kind.allCases.firstIndex(of: kind) ?? 0 }

    public var description: String { kind.rawValue }
}

extension User {
    /// Throws `forbidden` where the person's role is a lower one.
    public func require(_ role: UserRole) throws(CompanionError) {
        guard self.role >= role else {
            throw CompanionError(.forbidden, "This is for the role \(role); the user has the role \(self.role).")
        }
    }
}
