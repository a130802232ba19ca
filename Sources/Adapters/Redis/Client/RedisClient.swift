internal import CompanionCore
internal import NIOCore

/// Sends commands to the server that has their key, again where that is right, until their time is over.
final class RedisClient: Sendable {
    /// So often a command is sent somewhere else, or again.
    private static let maximumAttempts = 8

    let settings: RedisSettings
    let topology: RedisTopology
    private let timeout: TimeAmount

    init(_ settings: RedisSettings) {
        self.settings = settings
        topology = RedisTopology(settings)
        timeout = settings.configuration.commandTimeout.timeAmount
    }

    /// Throws as ports do; an error that the server answers with is thrown too.
    func send(_ command: RedisCommand) async throws -> RESPValue {
        let reply = try await sendOne(command)
        if case .error(let error) = reply { throw RedisFailure.error(error) as CompanionError }
        return reply
    }

    /// One command. An error that the server answers with is its reply.
    func sendOne(_ command: RedisCommand) async throws -> RESPValue {
        let deadline = NIODeadline.now() + timeout
        let slot = slot(of: command)
        // As nearly always: the server is known, is connected, and answers.
        guard let node = topology.knownNode(for: slot), let connection = node.readyConnection() else {
            return try await repeating([command], slot, before: deadline, from: 1)[0]
        }
        let outcome: Outcome
        do {
            let reply = try await connection.send(command, before: deadline)
            guard case .error = reply else { return reply }
            outcome = .replies([reply], from: node)
        } catch {
            outcome = .failure(error)
        }
        switch try await next(after: outcome, [command], attempt: 1, deadline) {
        case .done(let replies): return replies[0]
        case .again(let asking):
            return try await repeating([command], slot, before: deadline, from: 2, asking: asking)[0]
        }
    }

    /// Commands whose keys share a slot, in one piece; their order holds. Errors that the server answers with stand among the
    /// replies.
    func sendAll(_ commands: [RedisCommand]) async throws -> [RESPValue] {
        try await repeating(
            commands, commands.lazy.compactMap(slot).first, before: NIODeadline.now() + timeout, from: 1)
    }

    /// Nil where it does not matter.
    private func slot(of command: RedisCommand) -> Int? {
        guard settings.url.topology == .cluster, let key = command.key else { return nil }
        return RedisSlot.of(command.bytes[key])
    }

    private func repeating(
        _ commands: [RedisCommand], _ slot: Int?, before deadline: NIODeadline, from first: Int,
        asking redirected: RedisNode? = nil
    ) async throws -> [RESPValue] {
        var asking = redirected
        var attempt = first
        while true {
            let outcome = await attempted(commands, slot, asking, deadline)
            switch try await next(after: outcome, commands, attempt: attempt, deadline) {
            case .done(let replies): return replies
            case .again(let node): asking = node
            }
            attempt += 1
        }
    }

    // MARK: Attempts

    private enum Outcome {
        case replies([RESPValue], from: RedisNode)
        case failure(any Error)
    }

    private enum Step {
        case done([RESPValue])
        case again(asking: RedisNode?)
    }

    private func attempted(
        _ commands: [RedisCommand], _ slot: Int?, _ asking: RedisNode?, _ deadline: NIODeadline
    ) async -> Outcome {
        do {
            guard let asking else {
                let node = try await topology.node(for: slot, before: deadline)
                return .replies(try await node.send(commands, before: deadline), from: node)
            }
            let replies = try await asking.send([RedisCommand("ASKING")] + commands, before: deadline)
            return .replies(Array(replies.dropFirst()), from: asking)
        } catch {
            return .failure(error)
        }
    }

    private func next(
        after outcome: Outcome, _ commands: [RedisCommand], attempt: Int, _ deadline: NIODeadline
    ) async throws -> Step {
        switch outcome {
        case .replies(let replies, let node):
            guard attempt < Self.maximumAttempts, case .error(let error)? = replies.first(where: \.isError),
                let next = await next(after: error, from: node, isFirst: replies[0].isError, deadline)
            else { return .done(replies) }
            return .again(asking: next.asking)
        case .failure(let error):
            try Task.checkCancellation()
            guard attempt < Self.maximumAttempts, try await mayRepeat(commands, after: error, deadline) else {
                throw RedisFailure.error(error)
            }
            return .again(asking: nil)
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
