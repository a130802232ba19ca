internal import CompanionCore
internal import NIOCore

/// What is fleeting, on a Redis or Valkey server, a cluster, or servers that sentinels watch.
///
/// ```swift
/// let redis = try Redis(configuration: .init(url: "rediss://companion@cache.example:6379/0", password: password))
/// let limiter = redis.rateLimiter
/// ```
///
/// - Connections are shared by all who call: what is asked at the same time goes out in one piece. They are opened when they
///   are wanted, so a server that can't be reached shows with the first call; see ``check()``.
/// - A command that can be done twice is sent again where its connection was lost; another one throws `unavailable`, and may
///   have been done.
/// - Every call ends within ``Configuration/commandTimeout``.
public final class Redis: Sendable {
    private let client: RedisClient
    private let listener: RedisListener
    private let keys: RedisKeys

    /// Throws `invalidInput` where something in the configuration is wrong.
    public init(configuration: Configuration) throws {
        client = RedisClient(try RedisSettings(configuration))
        listener = RedisListener(client)
        keys = RedisKeys(prefix: configuration.prefix)
    }

    public var cache: RedisCache { RedisCache(client: client, keys: keys) }
    public var rateLimiter: RedisRateLimiter { RedisRateLimiter(client: client, keys: keys) }
    public var replyLog: RedisReplyLog { RedisReplyLog(client: client, keys: keys, listener: listener) }

    /// Returns where a server answers, and says in its error what is wrong where none does.
    public func check() async throws { _ = try await client.send(RedisCommand("PING")) }

    /// Keeps the wanted number of connections open and closes idle ones, until the task is cancelled; then waits for the
    /// replies that are still to come, and closes all. The client works without it, but then keeps what it has opened.
    public func run() async throws {
        while (try? await Task.sleep(for: .seconds(1))) != nil {
            for node in client.topology.nodes { node.tend() }
        }
        await close()
    }

    /// Waits for the replies that are still to come, for as long as a command may take, and closes all connections. Later calls
    /// throw `unavailable`.
    public func close() async {
        listener.close()
        await client.topology.close(within: client.settings.configuration.commandTimeout.timeAmount)
    }

    /// How many connections are open.
    var connectionCount: Int { client.topology.nodes.reduce(0) { $0 + $1.count } }
}
