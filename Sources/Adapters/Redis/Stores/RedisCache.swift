public import CompanionCore

/// A cache on a Redis server, for as many processes as connect to it.
///
/// What is one person's has a list of keys beside it, so that it can be found and removed without a search of the server.
/// Where the server evicts keys for want of memory, what it evicted counts as lost.
public struct RedisCache: Cache {
    let client: RedisClient
    let keys: RedisKeys

    public func value(for key: String, in namespace: CacheNamespace) async throws -> [UInt8]? {
        try CacheBounds.check(key, in: namespace)
        var command = RedisCommand("GET", count: 1, isRepeatable: true)
        command.append(key: keys.cache(key, in: namespace))
        let reply = try await client.send(command)
        if reply == .null { return nil }
        guard let bytes = reply.bytes else { throw RedisFailure.unexpected }
        return bytes
    }

    public func set(
        _ value: [UInt8], for key: String, in namespace: CacheNamespace, expiringAfter lifetime: Duration
    ) async throws {
        _ = try await write(value, key, namespace, lifetime, onlyIfAbsent: false)
    }

    public func setIfAbsent(
        _ value: [UInt8], for key: String, in namespace: CacheNamespace, expiringAfter lifetime: Duration
    ) async throws -> Bool {
        try await write(value, key, namespace, lifetime, onlyIfAbsent: true)
    }

    private func write(
        _ value: [UInt8], _ key: String, _ namespace: CacheNamespace, _ lifetime: Duration, onlyIfAbsent: Bool
    ) async throws -> Bool {
        try CacheBounds.check(key, in: namespace)
        let lifetime = try CacheBounds.check(value, expiringAfter: lifetime)
        let place = keys.cache(key, in: namespace)
        let reply: RESPValue
        if let user = namespace.user {
            reply = try await Self.script.run(
                on: client, keys: [place, keys.cacheIndex(of: user)],
                arguments: [value, Array(String(lifetime).utf8), [onlyIfAbsent ? 0x31 : 0x30]],
                isRepeatable: !onlyIfAbsent)
        } else {
            var command = RedisCommand(
                "SET", count: onlyIfAbsent ? 5 : 4, isRepeatable: !onlyIfAbsent,
                reserving: value.count + place.count + 96)
            command.append(key: place)
            command.append(value)
            command.append("PX")
            command.append(lifetime)
            if onlyIfAbsent { command.append("NX") }
            reply = try await client.send(command)
        }
        return reply != .null
    }

    public func remove(_ key: String, in namespace: CacheNamespace) async throws {
        try CacheBounds.check(key, in: namespace)
        let place = keys.cache(key, in: namespace)
        var command = RedisCommand("DEL", count: 1, isRepeatable: true)
        command.append(key: place)
        var commands = [command]
        if let user = namespace.user {
            var note = RedisCommand("ZREM", count: 2, isRepeatable: true)
            note.append(key: keys.cacheIndex(of: user))
            note.append(place)
            commands.append(note)
        }
        for reply in try await client.sendAll(commands) {
            if case .error(let error) = reply { throw RedisFailure.error(error) as CompanionError }
        }
    }

    public func removeAll(of user: User.ID) async throws -> Int {
        try await RedisIndex(client: client).removeAll(keys.cacheIndex(of: user))
    }

    public func count(of user: User.ID) async throws -> Int {
        try await RedisIndex(client: client).count(keys.cacheIndex(of: user))
    }

    private static let script = RedisScript(
        """
        local lifetime = tonumber(ARGV[2])
        local kept
        if ARGV[3] == '1' then
            kept = redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2], 'NX')
        else
            kept = redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
        end
        if not kept then return false end
        \(RedisIndex.note)
        return 1
        """)
}
