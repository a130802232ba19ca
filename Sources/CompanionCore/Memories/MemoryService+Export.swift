#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension MemoryService {
    /// All of the person's memories as JSON, those that are true no more included, in the order of their making.
    ///
    /// Times are milliseconds since 1970. What was forgotten is not in it.
    public func export(of user: User.ID) async throws -> JSONValue {
        try await context.store.read { transaction in
            _ = try transaction.users.require(user)
            var memories: [JSONValue] = []
            var last: Memory.ID?
            while true {
                let page = try transaction.memories.memories(of: user, after: last, limit: 500)
                memories += page.map(Self.json)
                guard page.count == 500 else { break }
                last = page.last?.id
            }
            return ["format": "swift-companion memories", "version": 1, "memories": .array(memories)]
        }
    }

    private static func json(_ memory: Memory) -> JSONValue {
        let scope: JSONValue =
            switch memory.scope {
            case .everyCharacter: .null
            case .character(let id): .string("\(id)")
            }
        return [
            "id": .string("\(memory.id)"), "kind": .string("\(memory.kind)"), "text": .string(memory.text),
            "onlyCharacter": scope, "importance": .number(JSONNumber(memory.importance)),
            "strength": .number(JSONNumber(memory.strength)), "isPinned": .bool(memory.isPinned),
            "validAt": json(memory.validAt), "invalidAt": memory.invalidAt.map(json) ?? .null,
            "supersededBy": memory.supersededBy.map { .string("\($0)") } ?? .null,
            "createdAt": json(memory.createdAt), "updatedAt": json(memory.updatedAt),
            "sources": .array(memory.sources.map(json)),
        ]
    }

    private static func json(_ source: MemorySource) -> JSONValue {
        switch source {
        case .message(let message):
            [
                "chat": .string("\(message.chat)"), "message": .string("\(message.message)"),
                "sequence": .number(JSONNumber(message.sequence)), "saidAt": json(message.saidAt),
            ]
        case .person(let date): ["writtenAt": json(date)]
        }
    }

    private static func json(_ date: Date) -> JSONValue { .number(JSONNumber(Int(date.millisecondsSince1970))) }
}
