import CompanionRedis
import Foundation
import Synchronization
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
        // A machine that is busy with all tests at once may be slow, and is not at fault.
        var configuration = Redis.Configuration(
            url: url, prefix: "companion-test", connectTimeout: .seconds(60), commandTimeout: .seconds(60))
        if isOldProtocol { configuration.protocolVersion = .resp2 }
        change(&configuration)
        return configuration
    }

    /// The client that all checks of contracts share, as all callers of a program do.
    func client() throws -> Redis {
        try Self.clients.withLock { clients in
            if let client = clients[name] { return client }
            let client = try Redis(configuration: configuration())
            clients[name] = client
            return client
        }
    }

    private static let clients = Mutex<[String: Redis]>([:])

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
