internal import CompanionCore
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import NIOCore

/// Replies over plain HTTP: whole, or as server-sent events.
enum ReplyRoutes {
    static let all: [GatewayRoute] = [
        .post(
            "/v1/chats/{id}/messages", "say", "Says something; the reply comes whole, or as server-sent events.",
            body: .json("NewMessage"), answer: .json("Exchange"), ignoresIdempotencyKey: true
        ) { gateway, request in
            let (chat, body) = (try request.id(of: Chat.self), try request.object())
            var name: ClientMessageID?
            if let text = try body.optionalString("id") ?? request.headers[.idempotencyKey] {
                guard let id = ClientMessageID(rawValue: text) else {
                    throw CompanionError(.invalidInput, "The message's `id` is not well-formed: take a UUID.")
                }
                name = id
            }
            return try await gateway.answer(
                ReplyRequest(kind: .message(body.string("text"), name), chat: chat, user: request.user), request)
        },
        .post(
            "/v1/chats/{id}/replies", "replyAgain", "Another alternative of the last reply, or more of it.",
            body: .json("NewReply"), answer: .json("Exchange"), ignoresIdempotencyKey: true
        ) { gateway, request in
            let kind: ReplyRequest.Kind
            switch try request.object().string("kind") {
            case "regenerate": kind = .regeneration
            case "continue": kind = .continuation
            default: throw CompanionError(.invalidInput, "`kind` is regenerate or continue.")
            }
            return try await gateway.answer(ReplyRequest(kind: kind, chat: request.id(), user: request.user), request)
        },
        .get(
            "/v1/messages/{id}/events", "replyEvents", "The frames of a reply, as server-sent events.",
            query: [
                .init(
                    name: "after", summary: "The number of the last frame that is known; or Last-Event-ID.",
                    type: "integer"),
                .init(name: "turn", summary: "Whose frames were read before."),
            ], answer: .file("text/event-stream")
        ) { gateway, request in
            let text = request.headers[.lastEventID] ?? request.query["after"] ?? "0"
            guard let after = Int(text), (0...ReplyLogBounds.maximumSequence).contains(after) else {
                throw CompanionError(.invalidInput, "`after` is the number of a frame.")
            }
            let live = try await gateway.replies.follow(
                request.id(), after: after, turn: request.optionalID("turn"), by: request.user)
            return EventStream.response(live, after: after)
        },
        .change(
            .delete, "/v1/messages/{id}/reply", "stopReply", "Stops a reply; what came so far is kept.",
            status: .accepted, answer: .nothing
        ) { gateway, request in
            try await gateway.replies.cancel(request.id(), by: request.user)
            return GatewayResponse(.accepted, body: .init())
        },
    ]
}

extension CompanionGateway {
    fileprivate func answer(_ reply: ReplyRequest, _ request: GatewayRequest) async throws -> GatewayResponse {
        let live = try await replies.start(reply)
        if request.headers[.accept]?.contains("text/event-stream") == true {
            return EventStream.response(live, after: 0)
        }
        return .json(try await WholeReply(reading: live).json)
    }
}

/// A reply that was waited for.
struct WholeReply {
    /// The frames in their order.
    private(set) var frames: [JSONObject] = []

    init(reading live: LiveReply) async throws {
        let reader = ReplyReader()
        var count = 0
        while true {
            let batch = try await reader.next(of: live, after: count)
            count += batch.frames.count
            for frame in batch.frames where !Self.isText(frame) {
                guard frame.readableBytes > 0, let frame = try JSONValue(parsing: frame.readableBytesView).object else {
                    continue
                }
                frames.append(frame)
            }
            if batch.isEnd { break }
        }
        if let last = frames.last, last["type"]?.string == "failed" {
            let code = last["code"]?.string ?? "unavailable"
            var problem = ProblemError(
                code == "promptTooLarge" ? .unprocessableContent : .badGateway, code, last["message"]?.string ?? "")
            problem.problem.retryAfter = last["retryAfter"]?.double
            throw problem
        }
    }

    private static func isText(_ frame: ByteBuffer) -> Bool {
        frame.readableBytesView.starts(with: #"{"type":"text""#.utf8)
    }

    func first(_ type: String) -> JSONObject? { frames.first { $0["type"]?.string == type } }

    /// What was said, the reply, and what else the person is to be told.
    var json: JSONValue {
        let told = frames.filter { ["disclosure", "crisis", "notice", "blocked"].contains($0["type"]?.string ?? "") }
        return .members([
            "message": first("started")?["message"] ?? .null, "reply": first("finished")?["message"] ?? .null,
            "notices": told.isEmpty ? .null : .list(told) { .object($0) },
        ])
    }
}

/// Frames as server-sent events.
enum EventStream {
    static func response(_ live: LiveReply, after sequence: Int) -> GatewayResponse {
        GatewayResponse(
            headers: [
                .contentType: "text/event-stream", .cacheControl: "no-store",
                // For proxies that would rather collect.
                .init("X-Accel-Buffering")!: "no",
            ],
            body: ResponseBody { writer in
                let reader = ReplyReader()
                var count = sequence
                while true {
                    let batch = try await Self.next(reader, live, count, &writer)
                    if !batch.frames.isEmpty {
                        var buffer = ByteBuffer()
                        for var frame in batch.frames {
                            count += 1
                            buffer.writeStaticString("id: ")
                            buffer.writeString(String(count))
                            buffer.writeStaticString("\ndata: ")
                            buffer.writeBuffer(&frame)
                            buffer.writeStaticString("\n\n")
                        }
                        try await writer.write(buffer)
                    }
                    if batch.isEnd { break }
                }
                try await writer.finish(nil)
            })
    }

    /// The next frames; meanwhile comments go out now and then, so that nobody on the way takes the stream for dead.
    private static func next(
        _ reader: ReplyReader, _ live: LiveReply, _ count: Int, _ writer: inout any ResponseBodyWriter
    ) async throws -> LiveReply.Batch {
        while true {
            let batch = try await withThrowingTaskGroup(of: LiveReply.Batch?.self) { group in
                group.addTask { try await reader.next(of: live, after: count) }
                group.addTask {
                    try await Task.sleep(for: .seconds(15))
                    return nil
                }
                defer { group.cancelAll() }
                return try await group.next() ?? nil
            }
            if let batch { return batch }
            try await writer.write(ByteBuffer(string: ": waiting\n\n"))
        }
    }
}
