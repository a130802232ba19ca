internal import CompanionCore
internal import HTTPTypes
internal import HummingbirdCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What is known about the person.
enum MemoryRoutes {
    static let all: [GatewayRoute] = [
        .get(
            "/v1/memories", "memories", "What is known about the person.",
            query: [
                .init(name: "character", summary: "Only what this character may know."),
                .init(name: "kind", summary: "fact, preference, event, relationship or plan."),
                .init(name: "text", summary: "Only those that hold this."),
                .init(name: "pinned", summary: "Only those that are pinned, or not.", type: "boolean"),
                .init(name: "history", summary: "What is true no more, too.", type: "boolean"),
                .init(name: "asOf", summary: "What was true then."), .limit, .after,
            ], answer: .list("Memory")
        ) { gateway, request in
            let limit = try request.limit()
            let memories = try await gateway.companion.memories.memories(
                of: request.user, matching: request.memoryFilter(), after: request.optionalID("after"), limit: limit)
            return .list(memories, limit: limit, next: { "\($0.id)" }) { $0.json }
        },
        .get(
            "/v1/memories/search", "searchMemories", "What would be recalled for a text, and why.",
            query: [
                .init(name: "q", summary: "The text."),
                .init(name: "character", summary: "Who would recall it."),
                .init(name: "asOf", summary: "As things were then."), .limit,
            ], answer: .list("Recalled")
        ) { gateway, request in
            guard let character = try request.optionalID("character", of: CompanionCharacter.self) else {
                throw CompanionError(.invalidInput, "`character` is missing: who would recall it.")
            }
            let result = try await gateway.companion.memories.search(
                request.query["q"] ?? "", with: character, by: request.user, asOf: request.instant("asOf"),
                limit: request.limit(20))
            return .json(
                .members([
                    "items": .list(result.items) { $0.json },
                    "omissions": result.omissions.isEmpty ? .null : .list(result.omissions) { .string($0) },
                ]))
        },
        .post(
            "/v1/memories", "addMemory", "Tells something to be remembered.", body: .json("NewMemory"),
            status: .created,
            answer: .json("AddedMemory")
        ) { gateway, request in
            let body = try request.object()
            let memory = try await gateway.companion.memories.add(
                body.string("text"), kind: body.optionalString("kind").map(Self.kind) ?? .fact,
                importance: body.optionalDouble("importance") ?? 0.8,
                scope: body.optionalID("character").map(Memory.Scope.character) ?? .everyCharacter, by: request.user)
            return .json(.members(["memory": memory.json]), .created)
        },
        .get("/v1/memories/{id}", "memory", "One memory.", answer: .json("Memory")) { gateway, request in
            .json(try await gateway.companion.memories.memory(request.id(), by: request.user).json)
        },
        .change(
            .patch, "/v1/memories/{id}", "changeMemory", "Corrects or pins a memory.", body: .json("MemoryChange"),
            answer: .json("Memory")
        ) { gateway, request in
            let (user, body, memories) = (try request.user, try request.object(), gateway.companion.memories)
            var memory = try await memories.memory(request.id(), by: user)
            if let text = try body.optionalString("text") {
                memory = try await memories.edit(memory.id, to: text, by: user)
            }
            if let pinned = try body.optionalBool("isPinned") {
                memory = try await memories.pin(memory.id, pinned, by: user)
            }
            return .json(memory.json)
        },
        .change(
            .delete, "/v1/memories/{id}", "forget", "Forgets a memory, for good.", status: .noContent, answer: .nothing
        ) { gateway, request in
            try await gateway.companion.memories.forget(request.id(), by: request.user)
            return .nothing
        },
        .get(
            "/v1/memories/{id}/history", "memoryHistory", "What it was before, and became.", answer: .list("Memory")
        ) { gateway, request in
            let history = try await gateway.companion.memories.history(of: request.id(), by: request.user)
            return .json(["items": .list(history) { $0.json }])
        },
        .get(
            "/v1/memories/{id}/sources", "memorySources", "The messages that it comes from.", answer: .list("Message")
        ) { gateway, request in
            let sources = try await gateway.companion.memories.sources(of: request.id(), by: request.user)
            return .json(["items": .list(sources) { $0.json }])
        },
    ]

    fileprivate static func kind(_ name: String) throws -> Memory.Kind {
        guard let kind = Memory.Kind(named: name) else {
            throw CompanionError(.invalidInput, "`kind` is fact, preference, event, relationship or plan.")
        }
        return kind
    }
}

extension GatewayRequest {
    fileprivate func instant(_ name: String) throws(CompanionError) -> Date? {
        guard let text = query[name] else { return nil }
        guard let date = Date(text: text) else {
            throw CompanionError(.invalidInput, "`\(name)` is a time such as 2026-05-01T12:00:00Z.")
        }
        return date
    }

    fileprivate func memoryFilter() throws -> MemoryFilter {
        let validity: MemoryFilter.Validity =
            if query["history"] == "true" { .always } else if let instant = try instant("asOf") { .at(instant) } else {
                .now
            }
        return MemoryFilter(
            validity: validity, kinds: try query["kind"].map { [try MemoryRoutes.kind($0)] },
            character: try optionalID("character"), isPinned: query["pinned"].map { $0 == "true" },
            text: query["text"] ?? "")
    }
}
