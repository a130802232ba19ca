internal import CompanionCore
internal import NIOCore

/// Sends commands to the server that has their key, again where that is right, until their time is over.
final class RedisClient: Sendable {
    /// So often a command is sent somewhere else, or again.
    private static let maximumAttempts = 8

    let settings: RedisSettings
    let topology: RedisTopology

    init(_ settings: RedisSettings) {
        self.settings = settings
        topology = RedisTopology(settings)
    }

    /// Throws as ports do; an error that the server answers with is thrown too.
    func send(_ command: RedisCommand) async throws -> RESPValue {
        let reply = try await sendAll([command])[0]
        if case .error(let error) = reply { throw RedisFailure.error(error) as CompanionError }
        return reply
    }

    /// Commands whose keys share a slot, in one piece; their order holds. Errors that the server answers with stand among the
    /// replies.
    func sendAll(_ commands: [RedisCommand]) async throws -> [RESPValue] {
        let deadline = NIODeadline.now() + settings.configuration.commandTimeout.timeAmount
        let slot =
            settings.url.topology == .cluster
            ? commands.lazy.compactMap { command in command.key.map { RedisSlot.of(command.bytes[$0]) } }.first : nil
        var asking: RedisNode?
        var attempt = 1
        while true {
            do {
                var node = asking
                if node == nil { node = try await topology.node(for: slot, before: deadline) }
                guard let node else { throw RedisDeadlinePassed() }
                let isAsking = asking != nil
                asking = nil
                var replies = try await node.send(
                    isAsking ? [RedisCommand("ASKING")] + commands : commands, before: deadline)
                if isAsking { replies.removeFirst() }
                guard attempt < Self.maximumAttempts, case .error(let error)? = replies.first(where: \.isError),
                    let next = await next(after: error, from: node, isFirst: replies[0].isError, deadline)
                else { return replies }
                asking = next.asking
            } catch {
                try Task.checkCancellation()
                guard attempt < Self.maximumAttempts, try await mayRepeat(commands, after: error, deadline) else {
                    throw RedisFailure.error(error)
                }
            }
            attempt += 1
        }
    }

    private struct Next { var asking: RedisNode? }

    /// What to do about an error that says that nothing was done; nil where there is nothing to do.
    private func next(
        after error: RedisError, from node: RedisNode, isFirst: Bool, _ deadline: NIODeadline
    ) async -> Next? {
        // Of several commands the first was done already.
        guard isFirst else { return nil }
        if let redirection = RedisRedirection(error, from: node.endpoint) {
            guard settings.url.topology == .cluster else { return nil }
            guard redirection.isOnce else {
                topology.moved(redirection)
                return Next()
            }
            return Next(asking: topology.node(at: redirection.endpoint))
        }
        switch error.code {
        case "TRYAGAIN", "LOADING", "CLUSTERDOWN", "MASTERDOWN":
            try? await topology.learn(before: deadline)
        case "READONLY":
            // A master that is one no more. Where servers do not know each other there is no other one.
            guard settings.url.topology != .single else { return nil }
            try? await topology.learn(before: deadline)
        default: return nil
        }
        return await pause(before: deadline) ? Next() : nil
    }

    private func mayRepeat(
        _ commands: [RedisCommand], after error: any Error, _ deadline: NIODeadline
    ) async throws -> Bool {
        switch error {
        case let lost as RedisConnectionLost:
            guard !lost.wasSent || commands.allSatisfy(\.isRepeatable) else { return false }
            if lost.cause is RESPFault { return false }
            try await topology.learn(before: deadline)
            return NIODeadline.now() < deadline
        case let error as CompanionError where error.code == .unavailable:
            // The server can't be reached: another one may have taken its place. A single one is not waited for.
            guard settings.url.topology != .single else { return false }
            try await topology.learn(before: deadline)
            return await pause(before: deadline)
        default: return false
        }
    }

    /// False where there is no time left for it.
    private func pause(before deadline: NIODeadline) async -> Bool {
        let pause = TimeAmount.milliseconds(.random(in: 100...200))
        guard NIODeadline.now() + pause < deadline else { return false }
        return (try? await Task.sleep(for: .nanoseconds(pause.nanoseconds))) != nil
    }
}

extension RESPValue {
    var isError: Bool { if case .error = self { true } else { false } }
}
