internal import CompanionCore

/// What an address says. Errors about it hold nothing of it, since it may hold a password.
struct RedisURL: Sendable, Hashable {
    enum Topology: Sendable, Hashable {
        case single
        case cluster
        case sentinel(master: String)
    }

    var endpoints: [RedisEndpoint]
    var topology = Topology.single
    var isEncrypted = false
    var user: String?
    var password: String?
    var database = 0
    /// Paths of PEM files.
    var trustedRoots: String?
    var certificate: String?
    var privateKey: String?

    static let maximumEndpoints = 64

    init(_ url: String) throws(CompanionError) {
        guard url.utf8.count <= 8_192, let scheme = url.firstRange(of: "://") else {
            throw Self.fault("is no redis://, rediss:// or redis+unix:// address")
        }
        var rest = url[scheme.upperBound...]
        var query: [(name: String, value: String)] = []
        if let mark = rest.firstIndex(of: "?") {
            query = try Self.query(rest[rest.index(after: mark)...])
            rest = rest[..<mark]
        }
        endpoints = []
        let name = url[..<scheme.lowerBound].lowercased()
        switch name {
        case "redis", "rediss":
            isEncrypted = name == "rediss"
            var path: Substring = ""
            if let slash = rest.firstIndex(of: "/") {
                path = rest[slash...].dropFirst()
                rest = rest[..<slash]
            }
            try readCredentials(&rest)
            endpoints = try Self.endpoints(rest, defaultPort: query.contains { $0.name == "sentinel" } ? 26_379 : 6_379)
            if !path.isEmpty { database = try Self.database(path) }
        case "redis+unix", "unix":
            guard let slash = rest.firstIndex(of: "/") else { throw Self.fault("names no socket") }
            var authority = rest[..<slash]
            try readCredentials(&authority)
            guard authority.isEmpty else { throw Self.fault("names a host before the path of its socket") }
            let path = try Self.decoded(rest[slash...])
            // What a socket's address has room for.
            guard (2...103).contains(path.utf8.count) else { throw Self.fault("names a socket of more than 103 bytes") }
            endpoints = [.unix(path: path)]
        default: throw Self.fault("is no redis://, rediss:// or redis+unix:// address")
        }
        for (name, value) in query { try take(name, value) }
        guard topology != .cluster || database == 0 else {
            throw Self.fault("wants a database of a cluster: it has only 0")
        }
        guard topology != .single || endpoints.count == 1 else {
            throw Self.fault("names several servers and says neither cluster=true nor sentinel=…")
        }
        guard (certificate == nil) == (privateKey == nil) else {
            throw Self.fault("names one of certfile and keyfile: both are needed")
        }
        guard isEncrypted || (trustedRoots == nil && certificate == nil) else {
            throw Self.fault("names files for TLS without being rediss://")
        }
    }

    private mutating func take(_ name: String, _ value: String) throws(CompanionError) {
        switch name {
        case "db": database = try Self.database(value[...])
        case "cluster":
            guard value == "true" else { throw Self.fault("has a value of `cluster` other than true") }
            topology = .cluster
        case "sentinel":
            guard (1...256).contains(value.utf8.count) else { throw Self.fault("names no master for its sentinels") }
            topology = .sentinel(master: value)
        case "cafile": trustedRoots = value
        case "certfile": certificate = value
        case "keyfile": privateKey = value
        default: throw Self.fault("has a parameter that is not known")
        }
    }

    private mutating func readCredentials(_ authority: inout Substring) throws(CompanionError) {
        guard let at = authority.lastIndex(of: "@") else { return }
        let credentials = authority[..<at]
        authority = authority[authority.index(after: at)...]
        let parts = credentials.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let name = try Self.decoded(parts[0])
        user = name.isEmpty ? nil : name
        if parts.count == 2 { password = try Self.decoded(parts[1]) }
    }

    private static func endpoints(_ list: Substring, defaultPort: Int) throws(CompanionError) -> [RedisEndpoint] {
        let names = list.split(separator: ",", omittingEmptySubsequences: false)
        guard names.count <= maximumEndpoints else { throw fault("names more than \(maximumEndpoints) servers") }
        var endpoints: [RedisEndpoint] = []
        for name in names { endpoints.append(try endpoint(name, defaultPort: defaultPort)) }
        return endpoints
    }

    private static func endpoint(_ name: Substring, defaultPort: Int) throws(CompanionError) -> RedisEndpoint {
        var host = name
        var port: Substring?
        if name.first == "[" {
            guard let end = name.firstIndex(of: "]") else { throw fault("has an address of IPv6 that does not end") }
            host = name[..<end].dropFirst()
            let rest = name[end...].dropFirst()
            guard rest.isEmpty || rest.first == ":" else { throw fault("has something between host and port") }
            port = rest.isEmpty ? nil : rest.dropFirst()
        } else if let colon = name.lastIndex(of: ":") {
            host = name[..<colon]
            port = name[colon...].dropFirst()
        }
        let decoded = try decoded(host)
        guard decoded.utf8.count <= 255 else { throw fault("has a host of more than 255 bytes") }
        guard let port else { return .tcp(host: decoded.isEmpty ? "localhost" : decoded, port: defaultPort) }
        guard let number = Int(port), (1...65_535).contains(number) else { throw fault("has a port out of 1 to 65535") }
        return .tcp(host: decoded.isEmpty ? "localhost" : decoded, port: number)
    }

    private static func database(_ text: Substring) throws(CompanionError) -> Int {
        guard let number = Int(text), (0...1_000_000).contains(number) else {
            throw fault("has a database that is no number")
        }
        return number
    }

    private static func query(_ text: Substring) throws(CompanionError) -> [(name: String, value: String)] {
        var pairs: [(name: String, value: String)] = []
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            pairs.append((try decoded(parts[0]), parts.count == 2 ? try decoded(parts[1]) : ""))
        }
        return pairs
    }

    private static func decoded(_ text: Substring) throws(CompanionError) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
                throw fault("has a percent sign that no two hexadecimal digits follow")
            }
            bytes.append(code)
            rest = rest.dropFirst(2)
        }
        guard let decoded = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw fault("is not UTF-8 when it is decoded")
        }
        return decoded
    }

    private static func fault(_ what: String) -> CompanionError {
        CompanionError(.invalidInput, "The address of Redis \(what).")
    }
}
