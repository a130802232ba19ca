internal import AsyncHTTPClient
internal import CompanionCore

/// What the errors of a connection mean to a caller. `CancellationError` and `CompanionError` pass through.
enum HTTPTransportError {
    /// - Parameters:
    ///   - peer: Who was asked, as the subject of a sentence.
    ///   - origin: Where: scheme, host and port.
    static func beforeAnswer(_ error: any Error, peer: String, origin: String) -> any Error {
        switch error {
        case is CancellationError, is CompanionError:
            error
        case let error as HTTPClientError where timeouts.contains(error):
            CompanionError(
                .timedOut, "\(peer) could not be reached in time at \(origin): check the base URL and the network.",
                underlying: error)
        default:
            CompanionError(
                .unavailable, "\(peer) can't be reached at \(origin): check the base URL and the network.",
                underlying: error)
        }
    }

    static func duringAnswer(_ error: any Error, peer: String) -> any Error {
        switch error {
        case is CancellationError, is CompanionError: error
        default: CompanionError(.unavailable, "\(peer) broke off in the middle of its answer.", underlying: error)
        }
    }

    private static let timeouts: [HTTPClientError] = [
        .connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout, .deadlineExceeded, .readTimeout,
        .writeTimeout, .socksHandshakeTimeout, .httpProxyHandshakeTimeout,
    ]
}
