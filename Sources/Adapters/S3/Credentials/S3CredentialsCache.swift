internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Keeps what a provider gave until shortly before it expires. One asks, and the others wait for it.
actor S3CredentialsCache {
    /// So long before their end credentials are renewed.
    private static let margin = 300.0

    private let provider: any S3CredentialsProvider
    private let clock: any WallClock
    private var known: S3Credentials?
    private var asking: Task<S3Credentials, any Error>?

    init(_ provider: any S3CredentialsProvider, clock: any WallClock) {
        self.provider = provider
        self.clock = clock
    }

    /// - Parameter refused: What the server calls expired or unknown, so that it is not given again without being asked for.
    func credentials(insteadOf refused: S3Credentials? = nil) async throws -> S3Credentials {
        if let known, known != refused, isFresh(known) { return known }
        if let asking { return try await asking.value }
        // Belongs to all who wait, so nobody's cancellation ends it.
        let task = Task { try await provider.credentials() }
        asking = task
        defer { asking = nil }
        do {
            let found = try await task.value
            known = found
            return found
        } catch {
            // Those that have not quite expired will still do.
            if let known, known != refused, known.expiresAt.map({ $0 > clock.now }) ?? true { return known }
            throw error
        }
    }

    private func isFresh(_ credentials: S3Credentials) -> Bool {
        credentials.expiresAt.map { $0.timeIntervalSince(clock.now) > Self.margin } ?? true
    }
}
