internal import CompanionCore
internal import _CompanionHTTP

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Credentials that the machine or the container gives to what runs on it: of a container where
/// `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` or `…_FULL_URI` say so, else of the instance (IMDSv2).
public struct MetadataS3Credentials: S3CredentialsProvider {
    private static let maximumBytes = 64 * 1024
    private let environment: [String: String]
    private let instanceAddress: String
    private let transport = HTTPTransport(connectTimeout: .seconds(1))

    public init() { self.init(environment: ProcessInfo.processInfo.environment) }

    init(environment: [String: String], instanceAddress: String = "http://169.254.169.254") {
        self.environment = environment
        self.instanceAddress = instanceAddress
    }

    public func credentials() async throws -> S3Credentials {
        if let address = try containerAddress() {
            var headers = HTTPHeaderFields()
            headers["Authorization"] = try containerToken()
            return try Self.credentials(in: await get(address, headers))
        }
        return try await instanceCredentials()
    }

    // MARK: Containers

    private func containerAddress() throws -> String? {
        if let path = environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] { return "http://169.254.170.2" + path }
        guard let full = environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] else { return nil }
        let host = try HTTPAddress(full).host
        // Credentials are fetched from the machine itself, or safely.
        guard
            full.lowercased().hasPrefix("https://")
                || ["127.0.0.1", "localhost", "[::1]", "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"].contains(
                    host)
        else {
            throw CompanionError(
                .invalidInput, "AWS_CONTAINER_CREDENTIALS_FULL_URI names another machine without https.")
        }
        return full
    }

    private func containerToken() throws -> String? {
        guard let path = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] else {
            return environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"]
        }
        guard let data = try? Data(contentsOf: URL(filePath: path)), data.count <= Self.maximumBytes else {
            throw CompanionError(.unauthenticated, "The file of the container's token can't be read.")
        }
        return String(String(decoding: data, as: UTF8.self).prefix { !$0.isNewline })
    }

    // MARK: Instances

    private func instanceCredentials() async throws -> S3Credentials {
        var headers = HTTPHeaderFields()
        headers["X-aws-ec2-metadata-token-ttl-seconds"] = "21600"
        let token = try await ask(
            HTTPRequest(.put, instanceAddress + "/latest/api/token", headers: headers, body: []))
        var signed = HTTPHeaderFields()
        signed["X-aws-ec2-metadata-token"] = String(decoding: token, as: UTF8.self)
        let path = instanceAddress + "/latest/meta-data/iam/security-credentials/"
        let role = String(decoding: try await get(path, signed), as: UTF8.self).prefix { !$0.isNewline }
        guard !role.isEmpty, role.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x2F && $0 != 0x3F }) else {
            throw CompanionError(.unauthenticated, "The machine has no role whose credentials could be used.")
        }
        return try Self.credentials(in: await get(path + role, signed))
    }

    private func get(_ url: String, _ headers: HTTPHeaderFields) async throws -> [UInt8] {
        try await ask(HTTPRequest(.get, url, headers: headers))
    }

    private func ask(_ request: HTTPRequest) async throws -> [UInt8] {
        let peer = "The service of credentials"
        let deadlines = HTTPDeadlines(first: .seconds(2), between: .seconds(2), total: .seconds(10))
        return try await transport.withCall(to: peer, deadlines: deadlines, clock: SystemClock()) { call in
            try await call.answer(
                to: request, limit: Self.maximumBytes, retries: RetryPolicy(maximumTotalTime: .seconds(5)),
                random: SystemRandomSource()
            ) { $0.error(from: peer) }
        }
    }

    private struct Answer: Decodable {
        var accessKeyID: String
        var secretAccessKey: String
        var token: String?
        var expiration: String?

        private enum CodingKeys: String, CodingKey {
            case accessKeyID = "AccessKeyId"
            case secretAccessKey = "SecretAccessKey"
            case token = "Token"
            case expiration = "Expiration"
        }
    }

    static func credentials(in body: [UInt8]) throws -> S3Credentials {
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(body)) else {
            throw CompanionError(.malformedResponse, "The service of credentials answered with something else.")
        }
        return S3Credentials(
            accessKeyID: answer.accessKeyID, secretAccessKey: answer.secretAccessKey, sessionToken: answer.token,
            expiresAt: answer.expiration.flatMap { try? Date($0, strategy: .iso8601) })
    }
}
