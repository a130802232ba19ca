#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// What requests are signed with.
public struct S3Credentials: Sendable, Hashable {
    public var accessKeyID: String
    public var secretAccessKey: String
    /// For credentials of a while.
    public var sessionToken: String?
    /// From when on they will not do any more; nil for those that stay.
    public var expiresAt: Date?

    public init(
        accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil, expiresAt: Date? = nil
    ) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.expiresAt = expiresAt
    }
}

/// Shows who it is and no secret.
extension S3Credentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "S3Credentials(\(accessKeyID))" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Knows what to sign with.
///
/// Is asked before the first request, and again shortly before what it gave expires, or when the server calls that expired;
/// calls never overlap.
public protocol S3CredentialsProvider: Sendable {
    /// Throws `unauthenticated` where it has none, `unavailable` where it can't be reached.
    func credentials() async throws -> S3Credentials
}

/// Credentials that are at hand.
public struct StaticS3Credentials: S3CredentialsProvider {
    private let value: S3Credentials

    public init(_ value: S3Credentials) { self.value = value }

    public func credentials() async throws -> S3Credentials { value }
}
