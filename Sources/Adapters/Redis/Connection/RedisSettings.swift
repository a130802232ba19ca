internal import CompanionCore
internal import NIOCore
internal import NIOSSL

/// A configuration that was read: what connections are made by.
struct RedisSettings: Sendable {
    let configuration: Redis.Configuration
    let url: RedisURL
    let tls: NIOSSLContext?

    /// Throws `invalidInput` where something in it is wrong, or a file of certificates can't be read.
    init(_ configuration: Redis.Configuration) throws(CompanionError) {
        self.configuration = configuration
        let prefix = configuration.prefix.utf8
        let isPlain = prefix.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || [0x2D, 0x5F, 0x2E].contains(byte)
        }
        guard (1...64).contains(prefix.count), isPlain else {
            throw CompanionError(.invalidInput, "The prefix of keys in Redis is not well-formed.")
        }
        var url = try RedisURL(configuration.url)
        if let password = configuration.password { url.password = password }
        self.url = url
        tls = url.isEncrypted ? try Self.context(url) : nil
    }

    private static func context(_ url: RedisURL) throws(CompanionError) -> NIOSSLContext {
        do {
            var settings = TLSConfiguration.makeClientConfiguration()
            settings.minimumTLSVersion = .tlsv12
            if let file = url.trustedRoots { settings.trustRoots = .file(file) }
            if let file = url.certificate, let key = url.privateKey {
                settings.certificateChain = try NIOSSLCertificate.fromPEMFile(file).map { .certificate($0) }
                settings.privateKey = .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))
            }
            return try NIOSSLContext(configuration: settings)
        } catch {
            throw CompanionError(
                .invalidInput, "The certificates or the key for TLS with Redis can't be read.", underlying: error)
        }
    }
}

extension Duration {
    /// For deadlines of NIO; at least a nanosecond, at most about 290 years.
    var timeAmount: TimeAmount {
        let (seconds, attoseconds) = components
        guard seconds < 9_000_000_000 else { return .seconds(9_000_000_000) }
        return .nanoseconds(max(1, seconds * 1_000_000_000 + attoseconds / 1_000_000_000))
    }
}
