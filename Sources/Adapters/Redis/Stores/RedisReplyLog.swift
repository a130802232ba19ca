public import CompanionCore
internal import NIOCore

/// A log of replies on a Redis server, for as many processes as connect to it: each log is a stream.
///
/// Who waits is told by a channel of the server, over one connection for all who wait, and looks every five seconds in any
/// case.
public struct RedisReplyLog: ReplyLog {
    let client: RedisClient
    let keys: RedisKeys
    let listener: RedisListener

    private static let patience = TimeAmount.seconds(5)

    public func append(
        _ frames: [[UInt8]], at sequence: Int, to log: ReplyLogKey, expiringAfter lifetime: Duration
    ) async throws {
        let lifetime = try ReplyLogBounds.check(frames, at: sequence, to: log, expiringAfter: lifetime)
        guard !frames.isEmpty else { return }
        let arguments = [String(sequence), String(lifetime), keys.replyChannel(log)].map { Array($0.utf8) }
        let reply = try await Self.script.run(
            on: client, keys: [keys.reply(log), keys.replyIndex(of: log.user)], arguments: arguments + frames,
            isRepeatable: true)
        guard let last = reply.integer else { throw RedisFailure.unexpected }
        if last < 0 { throw ReplyLogBounds.gap }
    }

    public func frames(
        of log: ReplyLogKey, after sequence: Int, limit: Int, waitingUpTo patience: Duration
    ) async throws -> [ReplyFrame] {
        let patience = try ReplyLogBounds.check(log, after: sequence, limit: limit, waitingUpTo: patience)
        let now = try await read(log, after: sequence, limit)
        guard now.isEmpty, patience > 0 else { return now }
        let end = NIODeadline.now() + .milliseconds(patience)
        while true {
            let found = try await listener.listening(to: keys.replyChannel(log)) { ear in
                let found = try await read(log, after: sequence, limit)
                guard found.isEmpty else { return found }
                try await ear.wait(until: min(end, .now() + Self.patience))
                return try await read(log, after: sequence, limit)
            }
            if !found.isEmpty || NIODeadline.now() >= end { return found }
        }
    }

    private func read(_ log: ReplyLogKey, after sequence: Int, _ limit: Int) async throws -> [ReplyFrame] {
        var command = RedisCommand("XRANGE", count: 5, isRepeatable: true)
        command.append(key: keys.reply(log))
        command.append("\(sequence + 1)-0")
        command.append("+")
        command.append("COUNT")
        command.append(Int64(limit))
        guard let entries = try await client.send(command).elements else { throw RedisFailure.unexpected }
        let frames = try entries.map { entry in
            guard let parts = entry.elements, parts.count == 2,
                let number = parts[0].text?.split(separator: "-").first.flatMap({ Int($0) }),
                let fields = parts[1].elements, fields.count == 2, let bytes = fields[1].bytes
            else { throw RedisFailure.unexpected }
            return ReplyFrame(sequence: number, bytes: bytes)
        }
        if let first = frames.first, first.sequence != sequence + 1 { throw ReplyLogBounds.lost }
        return frames
    }

    public func remove(_ log: ReplyLogKey) async throws {
        try ReplyLogBounds.check(log)
        var command = RedisCommand("DEL", count: 1, isRepeatable: true)
        command.append(key: keys.reply(log))
        var note = RedisCommand("ZREM", count: 2, isRepeatable: true)
        note.append(key: keys.replyIndex(of: log.user))
        note.append(keys.reply(log))
        for reply in try await client.sendAll([command, note]) {
            if case .error(let error) = reply { throw RedisFailure.error(error) as CompanionError }
        }
    }

    public func removeAll(of user: User.ID) async throws -> Int {
        try await RedisIndex(client: client).removeAll(keys.replyIndex(of: user))
    }

    public func count(of user: User.ID) async throws -> Int {
        try await RedisIndex(client: client).count(keys.replyIndex(of: user))
    }

    private static let script = RedisScript(
        """
        local first, lifetime = tonumber(ARGV[1]), tonumber(ARGV[2])
        local last = 0
        local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
        if newest[1] then
            last = tonumber(string.match(newest[1][1], '^%d+'))
            if first > last + 1 then return -1 end
        end
        for i = 4, #ARGV do
            local number = first + i - 4
            if number > last then
                redis.call('XADD', KEYS[1], string.format('%d-0', number), 'frame', ARGV[i])
                last = number
            end
        end
        redis.call('PEXPIRE', KEYS[1], lifetime)
        \(RedisIndex.note)
        redis.call('PUBLISH', ARGV[3], last)
        return last
        """)
}
