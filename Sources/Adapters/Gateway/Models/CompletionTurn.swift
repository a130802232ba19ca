internal import CompanionCore
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import NIOCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// One request of OpenAI's chat completions: finds the chat that the client goes on with, and has the reply made.
///
/// Such clients send the whole conversation each time, and name none. The chat is the one whose end is what they send; where there
/// is none, a new one begins, with what they send before the last message. Their system messages, sampling and tools are not the
/// character's, and are ignored.
struct CompletionTurn {
    private let gateway: CompanionGateway
    private let request: GatewayRequest
    private let user: User.ID
    private let model: ModelNames.Model
    /// What was said, without system messages; the last is the person's.
    private let said: [Said]
    private let streams: Bool
    private let includesUsage: Bool

    private struct Said: Equatable {
        var author: Message.Author
        var text: String
    }

    private static let maximumMessages = 10_000
    /// So many of the latest chats with the character are looked at.
    private static let looksAt = 20

    init(_ gateway: CompanionGateway, _ request: GatewayRequest) async throws {
        self.gateway = gateway
        self.request = request
        user = try request.user
        let body = try request.object()
        model = try await ModelNames(of: user, in: gateway.companion).model(named: body.string("model"))
        streams = try body.optionalBool("stream") ?? false
        includesUsage = try body.members("stream_options")?.optionalBool("include_usage") ?? false
        guard try body.optionalInt("n") ?? 1 == 1 else { throw CompanionError(.unsupported, "`n` is 1.") }
        guard let messages = body.object["messages"]?.array, !messages.isEmpty,
            messages.count <= Self.maximumMessages
        else { throw CompanionError(.invalidInput, "`messages` is 1 to \(Self.maximumMessages) messages.") }
        said = try messages.compactMap(Self.read)
        guard said.last?.author == .user else {
            throw CompanionError(.invalidInput, "The last of `messages` must be the user's.")
        }
    }

    private static func read(_ message: JSONValue) throws -> Said? {
        guard let members = message.object.map(JSONMembers.init) else {
            throw CompanionError(.invalidInput, "Each of `messages` is an object with `role` and `content`.")
        }
        let author: Message.Author
        switch try members.string("role") {
        case "user": author = .user
        case "assistant": author = .character
        case "system", "developer", "tool", "function": return nil
        default: throw CompanionError(.invalidInput, "`role` is user, assistant, system or developer.")
        }
        var text = ""
        switch members.object["content"] {
        case .string(let content)?: text = content
        case .array(let parts)?:
            for part in parts {
                guard let part = part.object else { continue }
                guard part["type"]?.string == "text", let piece = part["text"]?.string else {
                    throw CompanionError(.unsupported, "A character reads text alone: leave other parts out.")
                }
                text += piece
            }
        default: break
        }
        return text.isEmpty ? nil : Said(author: author, text: text)
    }

    func answer() async throws -> GatewayResponse {
        let (chat, kind) = try await place()
        let live = try await gateway.replies.start(ReplyRequest(kind: kind, chat: chat, user: user))
        let id = "chatcmpl-\(live.turn.map { "\($0)" } ?? request.id)"
        guard streams else { return try await whole(live, id) }
        return GatewayResponse(
            headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { [self] writer in
                try await stream(live, id, &writer)
                try await writer.finish(nil)
            })
    }

    // MARK: The chat

    private func place() async throws -> (Chat.ID, ReplyRequest.Kind) {
        let chats = gateway.companion.chats
        let text = said[said.count - 1].text
        let before = Array(said.dropLast())
        if let name = HTTPField.Name("X-Companion-Chat"), let id = request.headers[name] {
            guard let id = Chat.ID(id) else {
                throw CompanionError(.invalidInput, "X-Companion-Chat is not an identifier.")
            }
            return (try await chats.chat(id, by: user).id, .message(text, nil))
        }
        if !before.isEmpty {
            for chat in try await chats.chats(by: user, limit: 200).filter({ $0.character == model.character.id })
                .prefix(Self.looksAt)
            {
                let end = try await chats.messages(in: chat.id, by: user, limit: 5).map {
                    Said(author: $0.author, text: $0.text)
                }
                if Self.goesOn(end, with: before) { return (chat.id, .message(text, nil)) }
                // The same message again, without its reply: another one is wanted.
                if end.last?.author == .character, end.dropLast().last == said.last,
                    Self.goesOn(end.dropLast(2), with: before)
                {
                    return (chat.id, .regeneration)
                }
            }
        }
        let chat = try await chats.start(with: model.character.id, by: user)
        if !before.isEmpty {
            let now = Date()
            _ = try await chats.importMessages(
                before.map { ImportedMessage($0.author, $0.text, date: now) }, into: chat.id, by: user)
        }
        return (chat.id, .message(text, nil))
    }

    /// Whether the end of a chat is that of what the client has. A greeting that the client never saw does not count.
    private static func goesOn(_ end: some Collection<Said>, with before: [Said]) -> Bool {
        let count = min(4, before.count)
        guard !end.isEmpty, end.count >= count else { return false }
        return zip(end.suffix(count), before.suffix(count)).allSatisfy { kept, sent in
            // What the person was told besides stands before the character's words.
            kept == sent
                || kept.author == sent.author && kept.author == .character && sent.text.hasSuffix("\n\n" + kept.text)
        }
    }

    // MARK: The answer

    private var created: JSONValue { .int(Int(Date().timeIntervalSince1970)) }

    private func whole(_ live: LiveReply, _ id: String) async throws -> GatewayResponse {
        let reply = try await WholeReply(reading: live)
        let message = reply.first("finished")?["message"]?.object ?? [:]
        let text = Self.told(reply.frames) + (message["text"]?.string ?? "")
        let usage = try await usage(of: live)
        return .json(
            .members([
                "id": .string(id), "object": "chat.completion", "created": created, "model": .string(model.name),
                "choices": [
                    [
                        "index": 0, "message": ["role": "assistant", "content": .string(text), "refusal": .null],
                        "logprobs": .null, "finish_reason": .string(Self.reason(message)),
                    ]
                ],
                "usage": usage,
            ]))
    }

    /// What the person has to be told besides the character's words: these clients show nothing else.
    private static func told(_ frames: [JSONObject]) -> String {
        frames.map { told($0) }.joined()
    }

    private static func told(_ frame: JSONObject) -> String {
        guard let type = frame["type"]?.string, let message = frame["message"]?.string else { return "" }
        switch type {
        case "disclosure", "blocked": return "[\(message)]\n\n"
        case "crisis":
            let lines = frame["resources"]?.array?.compactMap(\.object).map { resource in
                [resource["name"], resource["contact"], resource["url"]].compactMap { $0?.string }.joined(
                    separator: ", ")
            }
            return "[\(([message] + (lines ?? [])).joined(separator: "\n"))]\n\n"
        default: return ""
        }
    }

    private static func reason(_ message: JSONObject) -> String {
        message["status"]?.string == "blocked" ? "content_filter" : "stop"
    }

    private func usage(of live: LiveReply) async throws -> JSONValue {
        guard let usage = try? await gateway.companion.chats.message(live.id, by: user).alternative.usage else {
            return ["prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0]
        }
        return [
            "prompt_tokens": .int(usage.promptTokens), "completion_tokens": .int(usage.completionTokens),
            "total_tokens": .int(usage.promptTokens + usage.completionTokens),
        ]
    }

    private func stream(_ live: LiveReply, _ id: String, _ writer: inout any ResponseBodyWriter) async throws {
        let reader = ReplyReader()
        let created = created
        func chunk(_ delta: JSONValue, reason: JSONValue = .null) -> JSONValue {
            [
                "id": .string(id), "object": "chat.completion.chunk", "created": created, "model": .string(model.name),
                "choices": [["index": 0, "delta": delta, "logprobs": .null, "finish_reason": reason]],
            ]
        }
        func event(_ json: JSONValue, into buffer: inout ByteBuffer) {
            buffer.writeStaticString("data: ")
            buffer.writeBytes(json.serializedBytes())
            buffer.writeStaticString("\n\n")
        }
        var buffer = ByteBuffer()
        event(chunk(["role": "assistant", "content": ""]), into: &buffer)
        var count = 0
        while true {
            if buffer.readableBytes > 0 {
                try await writer.write(buffer)
                buffer.clear()
            }
            let batch = try await reader.next(of: live, after: count)
            count += batch.frames.count
            for frame in batch.frames where frame.readableBytes > 0 {
                guard let frame = try JSONValue(parsing: frame.readableBytesView).object else { continue }
                switch frame["type"]?.string {
                case "text"?: event(chunk(["content": frame["text"] ?? ""]), into: &buffer)
                case "finished"?:
                    let message = frame["message"]?.object ?? [:]
                    event(chunk([:], reason: .string(Self.reason(message))), into: &buffer)
                case "failed"?:
                    event(
                        OpenAIErrors.json(
                            Problem(.badGateway, frame["code"]?.string ?? "", frame["message"]?.string ?? "")),
                        into: &buffer)
                default:
                    let told = Self.told(frame)
                    if !told.isEmpty { event(chunk(["content": .string(told)]), into: &buffer) }
                }
            }
            if batch.isEnd { break }
        }
        if includesUsage {
            event(
                [
                    "id": .string(id), "object": "chat.completion.chunk", "created": created,
                    "model": .string(model.name),
                    "choices": [], "usage": try await usage(of: live),
                ], into: &buffer)
        }
        buffer.writeStaticString("data: [DONE]\n\n")
        try await writer.write(buffer)
    }
}
