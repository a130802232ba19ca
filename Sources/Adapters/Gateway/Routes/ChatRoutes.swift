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

/// Chats and what was said in them.
enum ChatRoutes {
    static let all: [GatewayRoute] = [
        .get(
            "/v1/chats", "chats", "The chats, the one used last first.", query: [.limit, .after], answer: .list("Chat")
        ) {
            gateway, request in
            let (user, limit) = (try request.user, try request.limit(30))
            var cursor: ChatCursor?
            if let text = request.query["after"] {
                guard let read = ChatCursor(text: text) else {
                    throw CompanionError(.invalidInput, "`after` is the `next` of a page before.")
                }
                cursor = read
            }
            let chats = try await gateway.companion.chats.chats(by: user, after: cursor, limit: limit)
            let shown = try await gateway.shown(chats, of: user)
            return .json(
                .members([
                    "items": .array(shown),
                    "next": chats.count == limit ? chats.last.map { .string(ChatCursor($0).text) } ?? .null : .null,
                ]))
        },
        .post(
            "/v1/chats", "startChat", "Starts a chat.", body: .json("NewChat"), status: .created,
            answer: .json("StartedChat")
        ) {
            gateway, request in
            let (user, body) = (try request.user, try request.object())
            let chat = try await gateway.companion.chats.start(
                with: body.id("character"), by: user, title: body.optionalString("title") ?? "")
            return .json(.members(["chat": try await gateway.shown(chat, of: user)]), .created)
        },
        .get("/v1/chats/{id}", "chat", "One chat.", answer: .json("Chat")) { gateway, request in
            let user = try request.user
            let chat = try await gateway.companion.chats.chat(request.id(), by: user)
            return .json(try await gateway.shown(chat, of: user))
        },
        .change(
            .patch, "/v1/chats/{id}", "changeChat", "Changes the title, or moves on to the character's newest version.",
            body: .json("ChatChange"), answer: .json("Chat")
        ) { gateway, request in
            let (user, body) = (try request.user, try request.object())
            let chats = gateway.companion.chats
            var chat = try await chats.chat(request.id(), by: user)
            if let title = try body.optionalString("title") {
                chat = try await chats.rename(chat.id, to: title, by: user)
            }
            if let version = try body.optionalString("version") {
                guard version == "newest" else { throw CompanionError(.invalidInput, "`version` is newest.") }
                chat = try await chats.moveToNewestVersion(chat.id, by: user)
            }
            return .json(try await gateway.shown(chat, of: user))
        },
        .change(
            .delete, "/v1/chats/{id}", "deleteChat", "Deletes a chat, and what was remembered from it alone.",
            status: .noContent, answer: .nothing
        ) { gateway, request in
            try await gateway.companion.chats.delete(request.id(), by: request.user)
            return .nothing
        },
        .get(
            "/v1/chats/{id}/messages", "messages", "What was said, in the order of the sequence numbers.",
            query: [
                .init(name: "before", summary: "Those before this sequence number.", type: "integer"),
                .init(name: "after", summary: "Those after this sequence number.", type: "integer"), .limit,
            ], answer: .list("Message")
        ) { gateway, request in
            let (user, limit, chats) = (try request.user, try request.limit(), gateway.companion.chats)
            let chat: Chat.ID = try request.id()
            if let after = try request.sequence("after") {
                let messages = try await chats.messages(in: chat, by: user, after: after, limit: limit)
                return .list(messages, limit: limit, next: { "\($0.sequence)" }) { $0.json }
            }
            let messages = try await chats.messages(
                in: chat, by: user, before: try request.sequence("before"), limit: limit)
            return .json(["items": .list(messages) { $0.json }])
        },
        .change(
            .patch, "/v1/messages/{id}", "changeMessage", "Edits a message, or selects one of its alternatives.",
            body: .json("MessageChange"), answer: .json("Message")
        ) { gateway, request in
            let (user, body, id) = (try request.user, try request.object(), try request.id(of: Message.self))
            if let selected = try body.optionalInt("selected") {
                return .json(try await gateway.companion.chats.select(alternativeAt: selected, of: id, by: user).json)
            }
            return .json(try await gateway.companion.chats.edit(id, to: body.string("text"), by: user).json)
        },
        .change(
            .delete, "/v1/messages/{id}", "deleteMessage", "Deletes a message.",
            query: [.init(name: "following", summary: "Those after it, too.", type: "boolean")],
            answer: .json("Deleted")
        ) { gateway, request in
            let count = try await gateway.companion.chats.delete(
                request.id(), andFollowing: request.query["following"] == "true", by: request.user)
            return .json(["deleted": .int(count)])
        },
        .post(
            "/v1/chats/{id}/undo", "undo", "Takes the last edit or deletion back.", answer: .json("Undone")
        ) { gateway, request in
            let change = try await gateway.companion.chats.undo(in: request.id(), by: request.user)
            let undone: JSONValue =
                switch change?.kind {
                case .edit?: "edit"
                case .deletion?: "deletion"
                case nil: .null
                }
            return .json(["undone": undone])
        },
        .post(
            "/v1/chats/{id}/fork", "fork", "Goes another way from a message on, in a chat of its own.",
            body: .json("Fork"), status: .created, answer: .json("StartedChat")
        ) { gateway, request in
            let user = try request.user
            let chat = try await gateway.companion.chats.fork(
                request.id(), at: request.object().id("message"), by: user)
            return .json(.members(["chat": try await gateway.shown(chat, of: user)]), .created)
        },
        .get(
            "/v1/chats/{id}/prompt", "prompt", "What the model would be shown, explained.",
            query: [.init(name: "text", summary: "As if this were said.")], answer: .json("Prompt")
        ) { gateway, request in
            let prompt = try await gateway.companion.chats.prompt(
                in: request.id(), by: request.user, ifSaying: request.query["text"])
            return .json(prompt.report.json)
        },
        .get(
            "/v1/chats/{id}/export", "exportChat", "The chat as SillyTavern's JSONL.",
            answer: .file("application/jsonl")
        ) { gateway, request in
            let (user, id) = (try request.user, try request.id(of: Chat.self))
            _ = try await gateway.companion.chats.chat(id, by: user)
            let chats = gateway.companion.chats
            return GatewayResponse(
                headers: [
                    .contentType: "application/jsonl", .contentDisposition: "attachment; filename=\"chat.jsonl\"",
                ],
                body: ResponseBody { writer in
                    let output = Output(writer)
                    try await chats.exportSillyTavern(id, by: user) { try await output.write($0) }
                    try await writer.finish(nil)
                })
        },
        .post(
            "/v1/chats/{id}/memories/extract", "extractMemories", "Reads a chat for memories now.",
            answer: .json("Extraction")
        ) { gateway, request in
            let report = try await gateway.companion.memories.extractNow(request.id(), by: request.user)
            return .json(.members(["learnt": .int(report.learnt.count), "messages": .int(report.messages)]))
        },
    ]
}

extension GatewayRequest {
    fileprivate func sequence(_ name: String) throws(CompanionError) -> Int? {
        guard let text = query[name] else { return nil }
        guard let number = Int(text), number >= 0 else {
            throw CompanionError(.invalidInput, "`\(name)` is a sequence number.")
        }
        return number
    }
}

extension CompanionGateway {
    /// A chat with its character and the last message.
    func shown(_ chat: Chat, of user: User.ID) async throws -> JSONValue {
        try await shown([chat], of: user).first ?? .null
    }

    fileprivate func shown(_ chats: [Chat], of user: User.ID) async throws -> [JSONValue] {
        var characters: [CompanionCharacter.ID: CompanionCharacter] = [:]
        var shown: [JSONValue] = []
        for chat in chats {
            if characters[chat.character] == nil {
                characters[chat.character] = try? await companion.characters.character(chat.character, by: user)
            }
            // One that is deleted meanwhile is not shown; the next page will not have it.
            guard let last = try? await companion.chats.messages(in: chat.id, by: user, limit: 1) else { continue }
            shown.append(chat.json(of: characters[chat.character], lastMessage: last.last))
        }
        return shown
    }
}

extension ChatCursor {
    /// As it stands in an address.
    fileprivate var text: String {
        "\(String(updatedAt.timeIntervalSinceReferenceDate.bitPattern, radix: 16))_\(id)"
    }

    fileprivate init?(text: String) {
        let parts = text.split(separator: "_")
        guard parts.count == 2, let bits = UInt64(parts[0], radix: 16), let id = Chat.ID(String(parts[1])) else {
            return nil
        }
        let seconds = Double(bitPattern: bits)
        guard seconds.isFinite else { return nil }
        self.init(updatedAt: Date(timeIntervalSinceReferenceDate: seconds), id: id)
    }
}

// Safety: one task writes, one piece after the other.
private final class Output: @unchecked Sendable {
    private var writer: any ResponseBodyWriter

    init(_ writer: any ResponseBodyWriter) { self.writer = writer }

    func write(_ bytes: [UInt8]) async throws { try await writer.write(ByteBuffer(bytes: bytes)) }
}
