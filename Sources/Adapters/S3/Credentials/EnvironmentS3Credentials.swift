internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Credentials in `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`.
public struct EnvironmentS3Credentials: S3CredentialsProvider {
    private let environment: [String: String]

    /// - Parameter environment: Nil is the process's.
    public init(environment: [String: String]? = nil) {
        self.environment = environment ?? ProcessInfo.processInfo.environment
    }

    public func credentials() async throws -> S3Credentials {
        guard let key = environment["AWS_ACCESS_KEY_ID"], let secret = environment["AWS_SECRET_ACCESS_KEY"],
            !key.isEmpty,
            !secret.isEmpty
        else {
            throw CompanionError(
                .unauthenticated, "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set in the environment.")
        }
        return S3Credentials(
            accessKeyID: key, secretAccessKey: secret,
            sessionToken: environment["AWS_SESSION_TOKEN"].flatMap { $0.isEmpty ? nil : $0 })
    }
}
