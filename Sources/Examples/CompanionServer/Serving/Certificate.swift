internal import CompanionCore
internal import Logging
internal import NIOCore
internal import NIOSSL
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// The certificate that the server shows, and its key. Read again where their files change, as they do every few weeks: who
/// connects then sees the new one, and connections that are open stay.
final class Certificate: Sendable {
    private struct Pair {
        var chain: [NIOSSLCertificateSource]
        var key: NIOSSLPrivateKeySource
    }

    /// Tells one state of the files from another.
    private struct Stamp: Equatable {
        var files: [String]

        init(_ files: ServerSettings.TLS) {
            self.files = [files.certificate, files.key].map { path in
                var status = stat()
                guard stat(path, &status) == 0 else { return "none" }
                #if canImport(Darwin)
                    let time = status.st_mtimespec
                #else
                    let time = status.st_mtim
                #endif
                return "\(status.st_ino) \(status.st_size) \(time.tv_sec) \(time.tv_nsec)"
            }
        }
    }

    private struct State {
        var pair: Pair
        /// Of the files that were looked at last, whether they were good or not.
        var stamp: Stamp
    }

    private let files: ServerSettings.TLS
    private let logger: Logger
    private let state: Mutex<State>

    /// How often the files are looked at.
    private static let interval = Duration.seconds(5)

    /// Throws `invalidInput` where the files can't be read, or don't belong together.
    init(_ files: ServerSettings.TLS, logger: Logger) throws(CompanionError) {
        self.files = files
        self.logger = logger
        let stamp = Stamp(files)
        state = Mutex(State(pair: try Self.read(files), stamp: stamp))
    }

    /// TLS from 1.2 on, with the certificate as it is when somebody connects.
    var configuration: TLSConfiguration {
        let pair = state.withLock(\.pair)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: pair.chain, privateKey: pair.key)
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        configuration.sslContextCallback = { [self] _, promise in
            let pair = state.withLock(\.pair)
            var override = NIOSSLContextConfigurationOverride()
            override.certificateChain = pair.chain
            override.privateKey = pair.key
            promise.succeed(override)
        }
        return configuration
    }

    /// Looks at the files until the task is cancelled.
    func run() async {
        while (try? await Task.sleep(for: Self.interval)) != nil { refresh() }
    }

    /// Reads the files where they have changed. What is no good yet (one of both may be written after the other) leaves what
    /// there was, and is read again when it changes.
    func refresh() {
        let stamp = Stamp(files)
        guard stamp != state.withLock(\.stamp) else { return }
        do {
            let pair = try Self.read(files)
            state.withLock { $0 = State(pair: pair, stamp: stamp) }
            logger.notice("The certificate was read again, and is shown from now on.")
        } catch {
            state.withLock { $0.stamp = stamp }
            logger.warning("The certificate has changed, and is not used: \(error.message)")
        }
    }

    private static func read(_ files: ServerSettings.TLS) throws(CompanionError) -> Pair {
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(files.certificate)
            let pair = Pair(
                chain: chain.map { .certificate($0) },
                key: .privateKey(try NIOSSLPrivateKey(file: files.key, format: .pem)))
            // Whether they belong together.
            _ = try NIOSSLContext(
                configuration: .makeServerConfiguration(certificateChain: pair.chain, privateKey: pair.key))
            return pair
        } catch {
            throw CompanionError(
                .invalidInput,
                "The certificate \(files.certificate) or its key can't be read, or they don't belong together.",
                underlying: error)
        }
    }
}
