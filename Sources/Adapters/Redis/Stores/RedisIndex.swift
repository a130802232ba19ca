internal import CompanionCore

/// The keys that belong to one person, kept beside them: a sorted set by the millisecond of the server at which each ends.
struct RedisIndex: Sendable {
    /// How many keys one step takes.
    private static let page = 500
    let client: RedisClient

    /// What scripts that keep something for a person end with; `KEYS[1]` is what is kept, `KEYS[2]` the index, `lifetime` in
    /// milliseconds.
    static let note = """
        local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)
        redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
        redis.call('ZADD', KEYS[2], now + lifetime, KEYS[1])
        if redis.call('PTTL', KEYS[2]) < lifetime then redis.call('PEXPIRE', KEYS[2], lifetime) end
        """

    /// How many of its keys there are.
    func count(_ index: [UInt8]) async throws -> Int {
        var (count, start) = (0, 0)
        while true {
            let keys = try await page(of: index, from: start)
            guard !keys.isEmpty else { return count }
            count += try await number("EXISTS", keys)
            start += keys.count
        }
    }

    /// Removes all of its keys.
    ///
    /// - Returns: How many there were.
    func removeAll(_ index: [UInt8]) async throws -> Int {
        var count = 0
        while true {
            let keys = try await page(of: index, from: 0)
            guard !keys.isEmpty else { return count }
            count += try await number("UNLINK", keys)
            var command = RedisCommand("ZREM", count: 1 + keys.count, isRepeatable: true)
            command.append(key: index)
            for key in keys { command.append(key) }
            _ = try await client.send(command)
        }
    }

    private func page(of index: [UInt8], from start: Int) async throws -> [[UInt8]] {
        var command = RedisCommand("ZRANGE", count: 3, isRepeatable: true)
        command.append(key: index)
        command.append(Int64(start))
        command.append(Int64(start + Self.page - 1))
        guard let elements = try await client.send(command).elements else { throw RedisFailure.unexpected }
        return elements.compactMap(\.bytes)
    }

    private func number(_ name: StaticString, _ keys: [[UInt8]]) async throws -> Int {
        var command = RedisCommand(name, count: keys.count, isRepeatable: true)
        for key in keys { command.append(key: key) }
        guard let number = try await client.send(command).integer else { throw RedisFailure.unexpected }
        return Int(number)
    }
}
