internal import CompanionCore
internal import Crypto

/// A script that the server runs in one step. It is sent by its digest, and whole where the server does not know it (any more).
struct RedisScript: Sendable {
    private let source: String
    private let digest: String

    init(_ source: String) {
        self.source = source
        digest = Insecure.SHA1.hash(data: Array(source.utf8)).map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0" + digits : digits
        }.joined()
    }

    /// - Parameters:
    ///   - keys: All that it touches; in a cluster of one slot.
    ///   - isRepeatable: Whether running it twice is as good as once.
    func run(
        on client: RedisClient, keys: [[UInt8]], arguments: [[UInt8]], isRepeatable: Bool
    ) async throws -> RESPValue {
        let quick = command("EVALSHA", digest, keys, arguments, isRepeatable)
        let reply = try await client.sendOne(quick)
        guard case .error(let error) = reply else { return reply }
        guard error.code == "NOSCRIPT" else { throw RedisFailure.error(error) as CompanionError }
        return try await client.send(command("EVAL", source, keys, arguments, isRepeatable))
    }

    private func command(
        _ name: StaticString, _ script: String, _ keys: [[UInt8]], _ arguments: [[UInt8]], _ isRepeatable: Bool
    ) -> RedisCommand {
        let size = (keys + arguments).reduce(script.utf8.count + 64) { $0 + $1.count + 16 }
        var command = RedisCommand(
            name, count: 2 + keys.count + arguments.count, isRepeatable: isRepeatable, reserving: size)
        command.append(script)
        command.append(Int64(keys.count))
        for key in keys { command.append(key: key) }
        for argument in arguments { command.append(argument) }
        return command
    }
}
