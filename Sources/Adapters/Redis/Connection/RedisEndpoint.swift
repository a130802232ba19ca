internal import NIOCore

/// Where one server listens.
enum RedisEndpoint: Sendable, Hashable {
    case tcp(host: String, port: Int)
    case unix(path: String)

    /// By what name its certificate is checked; nil for an address, which is checked as such.
    var serverName: String? {
        guard case .tcp(let host, _) = self, (try? SocketAddress(ipAddress: host, port: 0)) == nil else { return nil }
        return host
    }
}
