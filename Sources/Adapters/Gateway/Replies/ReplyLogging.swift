internal import CompanionCore
internal import Logging
internal import NIOCore

/// Puts the frames of a reply into the log, from where other processes read them, and listens for who wants it stopped.
struct ReplyLogging: Sendable {
    let log: any ReplyLog
    let live: LiveReply
    let lifetime: Duration
    let logger: Logger

    func run() async {
        guard let turn = live.turn else { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await write(to: ReplyService.key(turn, live.user)) }
            group.addTask { await listen(at: ReplyService.control(turn, live.user)) }
            // The listener waits for as long as there is something to stop.
            await group.next()
            group.cancelAll()
        }
    }

    private func write(to key: ReplyLogKey) async {
        let reader = ReplyReader()
        var count = 0
        do {
            while true {
                let batch = try await reader.nextForLog(of: live)
                if !batch.frames.isEmpty {
                    let frames = batch.frames.map { Array($0.readableBytesView) }
                    try await log.append(frames, at: count + 1, to: key, expiringAfter: lifetime)
                    count += frames.count
                    live.wereLogged(frames.count)
                }
                if batch.isEnd { return }
            }
        } catch {
            if !(error is CancellationError) {
                logger.warning(
                    "A reply goes on without its log: it can be resumed in this process alone.",
                    metadata: ["error": "\(error)"])
            }
            live.goOnWithoutLog()
            // Who listens goes on.
            while !live.isEnded, (try? await reader.next(of: live, after: live.count)) != nil {}
        }
    }

    private func listen(at key: ReplyLogKey) async {
        while !Task.isCancelled {
            do {
                let frames = try await log.frames(of: key, after: 0, limit: 1, waitingUpTo: .seconds(60))
                if !frames.isEmpty {
                    live.cancel()
                    break
                }
            } catch {
                // Without its log a reply can't be stopped from elsewhere.
                break
            }
        }
        // Ends only with the reply: the first of both that returns ends the other.
        let reader = ReplyReader()
        var count = 0
        while !Task.isCancelled, let batch = try? await reader.next(of: live, after: count), !batch.isEnd {
            count += batch.frames.count
        }
    }
}

/// Follows a reply that another process makes, by its log.
struct ReplyMirroring: Sendable {
    let service: ReplyService
    let log: any ReplyLog
    let mirror: LiveReply

    /// How long nothing may come before it is asked whether the writer lives.
    private static let patience = Duration.seconds(1)

    func run() async {
        do {
            try await follow()
        } catch {
            let shown = Problem(ofTurn: error)
            mirror.append(
                "failed", [("code", .string(shown.code)), ("message", .string(shown.detail))], isLast: true)
        }
        service.hub.keep(mirror)
    }

    private func follow() async throws {
        guard let turn = mirror.turn else { return }
        let key = ReplyService.key(turn, mirror.user)
        while true {
            let frames = try await framesOrNil(of: key, after: mirror.count)
            if let frames, !frames.isEmpty {
                let isLast = frames.last.map { Self.isLast($0.bytes) } ?? false
                mirror.append(frames.map { ByteBuffer(bytes: $0.bytes) }, isLast: isLast)
                if isLast { return }
                continue
            }
            let message = try await service.settled(mirror.id, by: mirror.user)
            if message.alternative.status != .generating || message.alternative.turn != turn {
                // What was logged before it was settled.
                if let rest = try await framesOrNil(of: key, after: mirror.count), !rest.isEmpty {
                    let isLast = rest.last.map { Self.isLast($0.bytes) } ?? false
                    mirror.append(rest.map { ByteBuffer(bytes: $0.bytes) }, isLast: isLast)
                    if isLast { return }
                }
                return mirror.append("finished", [("message", message.frameJSON)], isLast: true)
            }
            // Without its log only the store says how it goes on.
            if frames == nil { try await Task.sleep(for: Self.patience) }
        }
    }

    /// Nil where the log can't be read.
    private func framesOrNil(of key: ReplyLogKey, after sequence: Int) async throws -> [ReplyFrame]? {
        do {
            return try await log.frames(of: key, after: sequence, limit: 200, waitingUpTo: Self.patience)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            return nil
        }
    }

    private static func isLast(_ frame: [UInt8]) -> Bool {
        frame.starts(with: #"{"type":"finished""#.utf8) || frame.starts(with: #"{"type":"failed""#.utf8)
    }
}
