public import CompanionCore

/// A rate limiter on a Redis server, for as many processes as connect to it. Time is the server's.
public struct RedisRateLimiter: RateLimiter {
    let client: RedisClient
    let keys: RedisKeys

    public func take(
        _ cost: Int, for subject: RateLimitSubject, within limits: [RateLimit]
    ) async throws -> RateLimitDecision {
        try RateLimit.check(cost, for: subject, within: limits)
        var arguments = [Array(String(cost).utf8)]
        for limit in limits {
            arguments.append(Array(String(try limit.microseconds()).utf8))
            arguments.append(Array(String(limit.burst).utf8))
        }
        // Asking twice would take twice.
        let reply = try await Self.script.run(
            on: client, keys: limits.map { keys.limit($0.name, of: subject) }, arguments: arguments,
            isRepeatable: cost == 0)
        guard let numbers = reply.elements?.compactMap(\.integer), numbers.count == limits.count + 2 else {
            throw RedisFailure.unexpected
        }
        var buckets = numbers[2...].map { RateLimitBucket(emptyAt: $0) }
        let decision = try RateLimitBucket.take(cost, from: &buckets, within: limits, now: numbers[0])
        guard decision.isAllowed == (numbers[1] == 1) else {
            throw CompanionError(.internalInconsistency, "Redis decides a rate limit otherwise than we do.")
        }
        return decision
    }

    /// Decides as `RateLimitBucket` does, and tells what it found: the time, whether there was room, and when each bucket
    /// would have been empty. Microseconds since 1970 have 51 bits, which a number of Lua holds exactly.
    private static let script = RedisScript(
        """
        local time = redis.call('TIME')
        local now = time[1] * 1000000 + time[2]
        local cost = tonumber(ARGV[1])
        local kept, found = {}, {now, 1}
        for i = 1, #KEYS do
            local interval, burst = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
            local capacity = interval * burst
            kept[i] = tonumber(redis.call('GET', KEYS[i]) or now)
            local level = math.min(math.max(kept[i], now) - now, capacity)
            if cost > burst or level + interval * cost > capacity then found[2] = 0 end
            found[i + 2] = now + level
        end
        for i = 1, #KEYS do
            local empty = found[i + 2]
            if found[2] == 1 then empty = empty + tonumber(ARGV[2 * i]) * cost end
            if empty > now and empty ~= kept[i] then
                local lifetime = math.ceil((empty - now) / 1000)
                redis.call('SET', KEYS[i], string.format('%.0f', empty), 'PX', string.format('%.0f', lifetime))
            end
        end
        return found
        """)
}
