#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// Work that is to be done in the background, and survives the death of whoever does it.
///
/// Written in the transaction of its cause, so that neither is without the other.
public struct Job: Identifiable, Sendable, Hashable {
    public typealias ID = Identifier<Job>
    public typealias Token = Identifier<Lease>

    /// What is to be done: the name of a handler. Letters, digits, `.`, `-` and `_`; at most 64.
    public struct Kind: Sendable, Hashable, CustomStringConvertible {
        public let name: String
        public init(_ name: String) { self.name = name }
        public var description: String { name }
    }

    public enum Status: String, Sendable, Hashable, CaseIterable {
        /// Is to be done at `runAt` or later.
        case waiting
        /// Somebody does it, until the lease expires.
        case running
        /// Was given up after its last attempt; somebody must look.
        case dead
    }

    public let id: ID
    public let kind: Kind
    /// With the kind, names what is worked on: one job of a kind and key waits at a time. At most 256 bytes.
    public let key: String
    /// Whose data it works on; the job goes with them. Nil for upkeep of the whole system.
    public let user: User.ID?
    /// What the handler needs besides, as it likes; at most 64 KiB. Identifiers, not people's words.
    public let payload: String
    public var status: Status
    /// Not before this instant.
    public var runAt: Date
    /// How often it was begun.
    public var attempts: Int
    /// Proves who does it, while it runs.
    public var token: Token?
    /// From this instant on somebody else may do it; nil while it waits or is dead.
    public var leaseExpiresAt: Date?
    /// Why the last attempt failed, safe to log; at most 1,024 bytes.
    public var lastError: String?
    public let createdAt: Date
    public var updatedAt: Date

    public init(
        id: ID, kind: Kind, key: String, user: User.ID?, payload: String = "", status: Status = .waiting, runAt: Date,
        attempts: Int = 0, token: Token? = nil, leaseExpiresAt: Date? = nil, lastError: String? = nil,
        createdAt: Date, updatedAt: Date? = nil
    ) {
        self.id = id
        self.kind = kind
        self.key = key
        self.user = user
        self.payload = payload
        self.status = status
        self.runAt = runAt
        self.attempts = attempts
        self.token = token
        self.leaseExpiresAt = leaseExpiresAt
        self.lastError = lastError
        self.createdAt = createdAt
        self.updatedAt = updatedAt ?? createdAt
    }
}
