#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension ChatService {
    /// Writes a chat as SillyTavern keeps it (JSONL), with all alternatives, page by page: it is never in memory as a
    /// whole. ``ImportedChat/init(sillyTavern:limits:)`` reads it again.
    ///
    /// A message that is written or deleted in the chat meanwhile may be in it or not.
    ///
    /// - Parameter write: Gets whole lines, in order, each with its line break.
    /// - Throws: `notFound`; what `write` throws.
    public func exportSillyTavern(
        _ id: Chat.ID, by user: User.ID, isolation: isolated (any Actor)? = #isolation,
        _ write: nonisolated(nonsending) (_ lines: [UInt8]) async throws -> Void
    ) async throws {
        let (chat, person, character) = try await context.store.read { transaction in
            let chat = try transaction.chats.require(id, of: user)
            return (
                chat, try transaction.users.require(user), try transaction.characters.require(in: chat)
            )
        }
        let names = SillyTavernLines(userName: person.name, characterName: character.card.displayName)
        try await write(names.header(of: chat))
        var sequence = 0
        while true {
            let page = try await messages(in: id, by: user, after: sequence, limit: 200)
            guard let last = page.last else { return }
            try await write(page.flatMap(names.line(of:)))
            sequence = last.sequence
        }
    }
}

/// The lines of a chat's file.
struct SillyTavernLines {
    let userName: String
    let characterName: String

    func header(of chat: Chat) -> [UInt8] {
        line([
            "user_name": .string(userName), "character_name": .string(characterName),
            "create_date": date(chat.createdAt), "chat_metadata": .object([:]),
        ])
    }

    func line(of message: Message) -> [UInt8] {
        let isUser = message.author == .user
        var object: JSONObject = [
            "name": .string(isUser ? userName : characterName), "is_user": .bool(isUser), "is_system": false,
            "send_date": date(message.createdAt), "mes": .string(message.text), "extra": extra(message.alternative),
        ]
        if message.alternatives.count > 1 {
            object["swipes"] = JSONValue(texts: message.alternatives.map(\.text))
            object["swipe_id"] = .number(JSONNumber(message.selected))
            object["swipe_info"] = .array(
                message.alternatives.map { ["send_date": date($0.createdAt), "extra": extra($0)] })
        }
        return line(object)
    }

    private func extra(_ alternative: Alternative) -> JSONValue {
        alternative.model.map { ["model": .string($0)] } ?? .object([:])
    }

    private func date(_ date: Date) -> JSONValue { .string(CivilTime(date).iso8601) }

    private func line(_ object: JSONObject) -> [UInt8] {
        JSONValue.object(object).serializedBytes() + [UInt8(ascii: "\n")]
    }
}
