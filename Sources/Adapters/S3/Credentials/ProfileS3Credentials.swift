internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Credentials of a profile in a file as `aws configure` writes it. The file is read each time.
public struct ProfileS3Credentials: S3CredentialsProvider {
    private static let maximumBytes = 1 << 20
    private let path: String
    private let profile: String

    /// - Parameters:
    ///   - path: Nil is `AWS_SHARED_CREDENTIALS_FILE`, or `~/.aws/credentials`.
    ///   - profile: Nil is `AWS_PROFILE`, or `default`.
    public init(path: String? = nil, profile: String? = nil) {
        let environment = ProcessInfo.processInfo.environment
        self.path =
            path ?? environment["AWS_SHARED_CREDENTIALS_FILE"] ?? (environment["HOME"] ?? "") + "/.aws/credentials"
        self.profile = profile ?? environment["AWS_PROFILE"] ?? "default"
    }

    public func credentials() async throws -> S3Credentials {
        guard let data = try? Data(contentsOf: URL(filePath: path)), data.count <= Self.maximumBytes else {
            throw CompanionError(.unauthenticated, "There is no file of credentials that can be read.")
        }
        let values = Self.values(of: profile, in: String(decoding: data, as: UTF8.self))
        guard let key = values["aws_access_key_id"], let secret = values["aws_secret_access_key"] else {
            throw CompanionError(.unauthenticated, "The file of credentials has no keys for the profile.")
        }
        return S3Credentials(accessKeyID: key, secretAccessKey: secret, sessionToken: values["aws_session_token"])
    }

    /// The keys and values of a section.
    static func values(of profile: String, in text: String) -> [String: String] {
        var values: [String: String] = [:]
        var isWanted = false
        for line in text.split(whereSeparator: \.isNewline) {
            let line = line.trimming(\.isWhitespace)
            if line.hasPrefix("[") {
                isWanted = line.dropFirst().prefix { $0 != "]" }.trimming(\.isWhitespace) == profile
            } else if isWanted, !line.hasPrefix("#"), !line.hasPrefix(";"), let mark = line.firstIndex(of: "=") {
                let name = line[..<mark].trimming(\.isWhitespace).lowercased()
                values[name] = String(line[line.index(after: mark)...].trimming(\.isWhitespace))
            }
        }
        return values
    }
}

extension Substring {
    fileprivate func trimming(_ isLeftOut: (Character) -> Bool) -> Substring {
        let start = drop(while: isLeftOut)
        guard let last = start.lastIndex(where: { !isLeftOut($0) }) else { return start.prefix(0) }
        return start[...last]
    }
}
