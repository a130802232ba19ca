/// Which server of a cluster has which slots.
struct RedisClusterMap: Sendable, Equatable {
    /// Of more servers than this a cluster is not.
    static let maximumServers = 1_000

    private(set) var servers: [RedisEndpoint] = []
    /// The place in `servers` of each slot's master; −1 where none is known.
    private var masters = [Int16](repeating: -1, count: RedisSlot.count)

    init() {}

    /// Reads the reply of `CLUSTER SLOTS`.
    ///
    /// - Parameter asked: The server that said it: it may leave out its own address.
    init?(_ reply: RESPValue, from asked: RedisEndpoint) {
        guard let ranges = reply.elements, ranges.count <= RedisSlot.count else { return nil }
        for range in ranges {
            guard let parts = range.elements, parts.count >= 3, let first = parts[0].integer,
                let last = parts[1].integer,
                first >= 0, first <= last, last < RedisSlot.count, let master = parts[2].elements, master.count >= 2,
                let port = master[1].integer, (1...65_535).contains(port)
            else { return nil }
            guard let endpoint = Self.endpoint(master[0].text, Int(port), from: asked), let place = place(of: endpoint)
            else {
                return nil
            }
            for slot in Int(first)...Int(last) { masters[slot] = place }
        }
    }

    func server(of slot: Int) -> RedisEndpoint? {
        let place = Int(masters[slot])
        return place < 0 ? nil : servers[place]
    }

    /// What a redirection has told.
    mutating func move(_ slot: Int, to endpoint: RedisEndpoint) {
        if let place = place(of: endpoint) { masters[slot] = place }
    }

    private mutating func place(of endpoint: RedisEndpoint) -> Int16? {
        if let known = servers.firstIndex(of: endpoint) { return Int16(known) }
        guard servers.count < Self.maximumServers else { return nil }
        servers.append(endpoint)
        return Int16(servers.count - 1)
    }

    private static func endpoint(_ host: String?, _ port: Int, from asked: RedisEndpoint) -> RedisEndpoint? {
        if let host, !host.isEmpty, host != "?" { return .tcp(host: host, port: port) }
        guard case .tcp(let host, _) = asked else { return nil }
        return .tcp(host: host, port: port)
    }
}

/// A server of a cluster says that another one has the key.
struct RedisRedirection: Equatable {
    var slot: Int
    var endpoint: RedisEndpoint
    /// Only for this one command: the slot is on its way.
    var isOnce: Bool

    init?(_ error: RedisError, from asked: RedisEndpoint) {
        guard error.code == "MOVED" || error.code == "ASK" else { return nil }
        let words = error.message.split(separator: " ")
        guard words.count == 2, let slot = Int(words[0]), (0..<RedisSlot.count).contains(slot),
            let colon = words[1].lastIndex(of: ":"), let port = Int(words[1][words[1].index(after: colon)...]),
            (1...65_535).contains(port)
        else { return nil }
        var host = String(words[1][..<colon])
        if host.isEmpty {
            guard case .tcp(let same, _) = asked else { return nil }
            host = same
        }
        self.slot = slot
        endpoint = .tcp(host: host, port: port)
        isOnce = error.code == "ASK"
    }
}
