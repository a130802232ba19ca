import CompanionRedis
import Foundation
import Testing

/// A real server that Scripts/test.sh has started.
struct RedisPeer: Sendable, CustomTestStringConvertible {
    let name: String
    let url: String
    var isOldProtocol = false

    var testDescription: String { name }

    static func url(_ name: String) -> String? { ProcessInfo.processInfo.environment["COMPANION_\(name)_URL"] }

    /// Those that there are.
    static let all: [RedisPeer] = {
        var peers = [
            ("Redis", "REDIS"), ("Redis by a socket", "REDIS_UNIX"), ("Redis with TLS", "REDIS_TLS"),
            ("a cluster of Redis", "REDIS_CLUSTER"), ("Redis with sentinels", "REDIS_SENTINEL"), ("Valkey", "VALKEY"),
        ].compactMap { name, variable in url(variable).map { RedisPeer(name: name, url: $0) } }
        if let url = url("REDIS") { peers.append(RedisPeer(name: "Redis in RESP2", url: url, isOldProtocol: true)) }
        return peers
    }()

    func configuration(
        _ change: (inout Redis.Configuration) -> Void = { _ in }
    ) -> Redis.Configuration {
        var configuration = Redis.Configuration(url: url, prefix: "companion-test")
        if isOldProtocol { configuration.protocolVersion = .resp2 }
        change(&configuration)
        return configuration
    }

    /// Runs `body` with a client, which is closed afterwards.
    func withClient<Result>(
        _ change: (inout Redis.Configuration) -> Void = { _ in }, _ body: (Redis) async throws -> Result
    ) async throws -> Result {
        let redis = try Redis(configuration: configuration(change))
        do {
            let result = try await body(redis)
            await redis.close()
            return result
        } catch {
            await redis.close()
            throw error
        }
    }

    /// The host and port of the first server.
    var port: Int {
        let authority = url.split(separator: "@").last ?? ""
        return authority.split(whereSeparator: { ":/?".contains($0) }).compactMap { Int($0) }.first ?? 0
    }

    /// The same server at another port of this machine.
    func url(atPort other: Int) -> String { url.replacingOccurrences(of: ":\(port)/", with: ":\(other)/") }
}
