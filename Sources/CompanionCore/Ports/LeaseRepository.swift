#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// A right that one holder has for a while, such as to take a turn in a chat.
public struct Lease: Sendable, Hashable {
    public typealias Token = Identifier<Lease>

    /// What is held; at most 128 bytes.
    public var name: String
    /// Proves who holds it.
    public var token: Token
    /// Who holds it, for people and for ``LeaseHolder``; at most 256 bytes.
    public var holder: String
    /// From this instant on it is nobody's.
    public var expiresAt: Date

    public init(name: String, token: Token, holder: String, expiresAt: Date) {
        self.name = name
        self.token = token
        self.holder = holder
        self.expiresAt = expiresAt
    }
}

/// The leases that are held.
public protocol LeaseRepository {
    /// Takes the lease where it is free, has expired at `now`, is the same token's, or is held by the token `gone`.
    ///
    /// - Returns: Nil where it was taken; else the lease that stands against it.
    func acquire(_ lease: Lease, now: Date, replacing gone: Lease.Token?) throws -> Lease?

    /// Moves the end of a lease that the token still holds, expired or not; false where it is another's or gone.
    func renew(_ lease: Lease) throws -> Bool

    /// Gives a lease back; nothing happens where the token does not hold it.
    func release(_ lease: Lease) throws

    /// The lease of that name, expired or not.
    func lease(named name: String) throws -> Lease?
}
