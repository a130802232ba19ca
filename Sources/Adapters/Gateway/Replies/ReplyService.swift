internal import CompanionCore
internal import Logging
internal import NIOCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What a reply is asked for with.
struct ReplyRequest: Sendable {
    enum Kind: Sendable {
        case message(String, ClientMessageID?)
        case regeneration
        case continuation
    }

    var kind: Kind
    var chat: Chat.ID
    var user: User.ID
    /// Where the stream is read; nil reads it wherever tasks run.
    var executor: LoopExecutor?

    var client: ReplyHub.ClientKey? {
        guard case .message(_, let id?) = kind else { return nil }
        return .init(chat: chat, id: id)
    }
}

/// Starts, follows and stops replies, which belong to the server and not to a connection.
struct ReplyService: Sendable {
    let companion: Companion
    let hub: ReplyHub
    /// Nil: the replies live in this process alone.
    let log: (any ReplyLog)?
    let retention: Duration
    let logger: Logger

    // MARK: Start

    /// Has a reply made; returns when its place is known.
    ///
    /// Sending what is being answered already gives the reply that runs.
    func start(_ request: ReplyRequest) async throws -> LiveReply {
        if let client = request.client, let running = hub.reply(to: client, of: request.user), !running.isEnded {
            return running
        }
        do {
            return try await begin(request)
        } catch let error as CompanionError where error.code == .busy {
            guard case .message(_, let id?) = request.kind, let running = try await reply(to: id, in: request) else {
                throw error
            }
            return running
        }
    }

    /// The reply to a message of that name, which another process may be making.
    private func reply(to id: ClientMessageID, in request: ReplyRequest) async throws -> LiveReply? {
        let last = try await companion.chats.messages(in: request.chat, by: request.user, limit: 2)
        guard last.count == 2, last[0].clientID == id, last[1].alternative.status == .generating else { return nil }
        return try await follow(last[1].id, after: 0, turn: nil, by: request.user)
    }

    private func begin(_ request: ReplyRequest) async throws -> LiveReply {
        try hub.begin()
        return try await withCheckedThrowingContinuation { continuation in
            let production = ReplyProduction(service: self, request: request, started: continuation)
            do {
                try hub.submit { await production.run() }
            } catch {
                hub.end(nil, client: nil)
                continuation.resume(throwing: error)
            }
        }
    }

    // MARK: Follow

    /// A reply that was started before, here or elsewhere.
    ///
    /// - Parameters:
    ///   - sequence: The number of the last frame that is known already.
    ///   - turn: Whose frames were read; where another one has written since, the reply as it is now comes in one frame.
    func follow(_ id: Message.ID, after sequence: Int, turn: Turn.ID?, by user: User.ID) async throws -> LiveReply {
        if let live = hub.reply(id, of: user) {
            if turn == nil || live.turn == turn { return live }
            return Self.whole(try await message(id, by: user), after: sequence, of: user)
        }
        var message = try await message(id, by: user)
        if message.alternative.status == .generating {
            let running = message.alternative.turn
            if let log, let running, turn == nil || turn == running {
                let mirror = LiveReply(id, of: user, turn: running, isLogged: false)
                hub.add(mirror, client: nil)
                let following = ReplyMirroring(service: self, log: log, mirror: mirror)
                do {
                    try hub.submit { await following.run() }
                } catch {
                    hub.keep(mirror)
                    throw error
                }
                return mirror
            }
            // Nobody tells its frames any more: whoever wrote it is dead, or has a log of its own.
            message = try await settled(id, by: user)
        }
        return Self.whole(message, after: sequence, of: user)
    }

    private func message(_ id: Message.ID, by user: User.ID) async throws -> Message {
        let message = try await companion.chats.message(id, by: user)
        guard message.author == .character else {
            throw CompanionError(.invalidInput, "The message \(id) is none of a character's.")
        }
        return message
    }

    /// A message, after a look at whether its writer lives.
    func settled(_ id: Message.ID, by user: User.ID) async throws -> Message {
        _ = try await companion.chats.repair()
        return try await companion.chats.message(id, by: user)
    }

    /// A reply that is told in one frame.
    private static func whole(_ message: Message, after sequence: Int, of user: User.ID) -> LiveReply {
        let live = LiveReply(message.id, of: user, turn: nil, isLogged: false)
        // Its number is one more than the last that is known, so that nobody takes it for an old one.
        for _ in 0..<min(max(0, sequence), ReplyLogBounds.maximumSequence) {
            live.append([ByteBuffer()], isLast: false)
        }
        live.append("finished", [("message", message.frameJSON)], isLast: true)
        return live
    }

    // MARK: Stop

    /// Stops a reply, wherever it is made. What came so far is kept.
    ///
    /// - Throws: `notFound` where there is no such message, `conflict` where it is not being written.
    func cancel(_ id: Message.ID, by user: User.ID) async throws {
        if let live = hub.reply(id, of: user), live.cancel() { return }
        let message = try await message(id, by: user)
        guard message.alternative.status == .generating, let turn = message.alternative.turn, let log else {
            throw CompanionError(.conflict, "The reply is not being written (any more).")
        }
        try await log.append(
            [Array("cancel".utf8)], at: 1, to: Self.control(turn, user), expiringAfter: .seconds(600))
    }

    static func control(_ turn: Turn.ID, _ user: User.ID) -> ReplyLogKey {
        ReplyLogKey(user: user, name: "\(turn).control")
    }

    static func key(_ turn: Turn.ID, _ user: User.ID) -> ReplyLogKey { ReplyLogKey(user: user, name: "\(turn)") }
}
