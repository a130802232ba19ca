import CompanionS3
import Foundation
import Testing

/// A real server that Scripts/test.sh has started, with the bucket `companion-test`.
struct S3Peer: Sendable, CustomTestStringConvertible {
    let name: String
    let endpoint: String
    var credentials = S3Credentials(accessKeyID: "test:tester", secretAccessKey: "testing")
    /// Whether it obeys the conditions of writes.
    var knowsConditions = true

    var testDescription: String { name }

    static func url(_ name: String) -> String? { ProcessInfo.processInfo.environment["COMPANION_\(name)_URL"] }

    static let all: [S3Peer] = [
        url("MOTO").map { S3Peer(name: "moto", endpoint: $0) },
        url("S3API").map { S3Peer(name: "OpenStack Swift's s3api", endpoint: $0, knowsConditions: false) },
    ].compactMap(\.self)

    /// A store below a prefix of its own.
    func store(_ change: (inout S3BlobStore.Configuration) -> Void = { _ in }) throws -> S3BlobStore {
        var configuration = S3BlobStore.Configuration(
            bucket: "companion-test", prefix: "tests/" + UUID().uuidString.lowercased(), endpoint: endpoint,
            credentials: StaticS3Credentials(credentials))
        change(&configuration)
        return try S3BlobStore(configuration: configuration)
    }
}
