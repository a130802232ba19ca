import NIOCore
import NIOPosix

@testable import CompanionRedis

/// A connection that knows nothing of clusters and sentinels.
enum RawRedis {
    private static func command(_ words: [String]) -> RedisCommand {
        var command = RedisCommand("SENTINEL", count: words.count, isRepeatable: false)
        for word in words { command.append(word) }
        return command
    }

    /// Sends one command of sentinels, and gives its reply in words.
    @discardableResult
    static func talk(port: Int, _ words: [String]) async throws -> String {
        let settings = try RedisSettings(Redis.Configuration(url: "redis://127.0.0.1:\(port)"))
        let connection = try await RedisConnection.open(.tcp(host: "127.0.0.1", port: port), settings)
        defer { connection.close() }
        return String(describing: try await connection.send([command(words)], before: .now() + .seconds(5))[0])
    }
}
