internal import _CompanionHTTP

/// Where the indexes are. Each is asked for once, by whoever wants it first; the others wait.
actor PineconeHosts {
    private var known: [String: HTTPAddress] = [:]
    private var asking: [String: Task<HTTPAddress, any Error>] = [:]

    func address(of name: String, ask: @escaping @Sendable () async throws -> String) async throws -> HTTPAddress {
        if let known = known[name] { return known }
        // Belongs to all who wait, so nobody's cancellation ends it; it has its own deadlines.
        let task = asking[name] ?? Task { try HTTPAddress(Self.url(try await ask())) }
        asking[name] = task
        defer { asking[name] = nil }
        let address = try await task.value
        known[name] = address
        return address
    }

    func forget(_ name: String) { known[name] = nil }

    /// Pinecone tells hosts; servers on this machine are without TLS, or tell the whole address.
    private static func url(_ host: String) -> String {
        if host.contains("://") { return host }
        return (host.hasPrefix("localhost:") || host.hasPrefix("127.0.0.1:") ? "http://" : "https://") + host
    }
}
