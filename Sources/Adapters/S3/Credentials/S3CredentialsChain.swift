internal import CompanionCore

/// Asks one provider after the other, and takes what the first has.
public struct S3CredentialsChain: S3CredentialsProvider {
    private let providers: [any S3CredentialsProvider]

    public init(_ providers: [any S3CredentialsProvider]) { self.providers = providers }

    /// The environment, then the profile file, then the container or the machine.
    public static var usual: S3CredentialsChain {
        S3CredentialsChain([EnvironmentS3Credentials(), ProfileS3Credentials(), MetadataS3Credentials()])
    }

    public func credentials() async throws -> S3Credentials {
        for provider in providers {
            do {
                return try await provider.credentials()
            } catch {
                try Task.checkCancellation()
            }
        }
        throw CompanionError(
            .unauthenticated,
            "There are no credentials for S3: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or write ~/.aws/credentials."
        )
    }
}
