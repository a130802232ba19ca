internal import CompanionCore
internal import HTTPTypes
internal import NIOCore

/// Whose word about where a request comes from is taken.
struct TrustedProxies: Sendable {
    private struct Network: Sendable {
        var bytes: [UInt8]
        var bits: Int

        func contains(_ address: [UInt8]) -> Bool {
            guard address.count == bytes.count else { return false }
            for index in bytes.indices {
                let rest = bits - index * 8
                guard rest > 0 else { break }
                let mask: UInt8 = rest >= 8 ? 0xFF : ~(0xFF >> UInt8(rest))
                guard address[index] & mask == bytes[index] & mask else { return false }
            }
            return true
        }
    }

    private let networks: [Network]

    /// - Parameter networks: Addresses with or without a length, such as `10.0.0.0/8`, `::1`.
    init(_ networks: [String]) throws(CompanionError) {
        self.networks = try networks.map { text throws(CompanionError) in
            let parts = text.split(separator: "/", maxSplits: 1).map(String.init)
            guard let bytes = parts.first.flatMap(Self.bytes),
                let bits = parts.count == 2 ? Int(parts[1]) : bytes.count * 8, (0...bytes.count * 8).contains(bits)
            else {
                throw CompanionError(.invalidInput, "A trusted proxy is an address or a network such as 10.0.0.0/8.")
            }
            return Network(bytes: bytes, bits: bits)
        }
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        guard let address = try? SocketAddress(ipAddress: text, port: 0) else { return nil }
        // Where `sockaddr_in` and `sockaddr_in6` have the address.
        let place = address.protocol == .inet ? 4..<8 : 8..<24
        let bytes = address.withSockAddr { pointer, length in
            Array(UnsafeRawBufferPointer(start: pointer, count: length)[place])
        }
        guard bytes.count == 16 else { return bytes }
        // An IPv4 address within IPv6.
        let isMapped = bytes[0..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
        return isMapped ? Array(bytes[12...]) : bytes
    }

    func trusts(_ address: String) -> Bool {
        guard !networks.isEmpty, let bytes = Self.bytes(address) else { return false }
        return networks.contains { $0.contains(bytes) }
    }

    /// Where a request comes from: the last address that is none of a trusted proxy.
    func origin(of peer: String, _ headers: HTTPFields) -> String {
        guard trusts(peer), let name = HTTPField.Name("X-Forwarded-For") else { return peer }
        let hops = headers[values: name].flatMap { field in field.split(separator: ",").map { $0.filter { $0 != " " } }
        }
        .suffix(32)
        for hop in hops.reversed() {
            guard Self.bytes(hop) != nil else { return peer }
            if !trusts(hop) { return hop }
        }
        return hops.first ?? peer
    }

    /// Whether the client came by TLS.
    func isSecure(_ peer: String, _ headers: HTTPFields) -> Bool {
        guard trusts(peer), let name = HTTPField.Name("X-Forwarded-Proto") else { return false }
        return headers[name]?.split(separator: ",").last?.filter { $0 != " " } == "https"
    }
}
