internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension ChatEvent {
    /// The event as `--json` writes it: Documentation/Guides/Terminal.md lists all of them. Nil for what is only for
    /// people to read.
    var json: JSONValue? {
        switch self {
        case .opened(let opening): opening.json
        case .message(let message): .event("message", ["message": message.json])
        case .reply(let event): event.json
        case .stopped(let message): message.map { .event("finished", $0.finishedMembers) }
        case .waiting: .event("waiting")
        case .swiped(let message): .event("swiped", ["message": message.json])
        case .edited(let message): .event("edited", ["message": message.json])
        case .deleted(let count): .event("deleted", ["count": .number(JSONNumber(count))])
        case .undone(let kind): .event("undone", ["change": kind.map { .string($0.name) } ?? .null])
        case .prompt(let report): .event("prompt", report.members)
        case .persona(let text): .event("persona", ["text": .string(text)])
        case .title(let text): .event("title", ["text": .string(text)])
        case .card(let character): .event("character", ["character": character.json])
        case .chats(let chats): .event("chats", ["chats": .array(chats.map(\.json))])
        case .memories(let memories): .event("memories", ["memories": .array(memories.map(\.json))])
        case .found(let found): .event("found", found.items.members(omissions: found.omissions))
        case .why(let recollection):
            .event("why", (recollection?.items ?? []).members(omissions: recollection?.omissions ?? []))
        case .remembered(let memory): .event("remembered", ["memory": memory.json])
        case .forgotten(let memory): .event("forgotten", ["memory": .string("\(memory.id)")])
        case .help, .leavingAsked: nil
        case .failed(let error): error.json
        }
    }
}

extension ReplyEvent {
    fileprivate var json: JSONValue? {
        switch self {
        case .started(let start):
            .event(
                "started",
                [
                    "turn": .string("\(start.turn)"), "message": start.message.map { .string("\($0.id)") } ?? .null,
                    "reply": .string("\(start.reply)"), "is_replay": .bool(start.isReplay),
                ])
        case .disclosure(let disclosure):
            .event(
                "disclosure",
                ["text": .string(disclosure.message), "suggests_break": .bool(disclosure.suggestsBreak)])
        case .crisis(let referral): .event("crisis", referral.members)
        case .recalled(let recollection):
            .event(
                "recalled",
                [
                    "count": .number(JSONNumber(recollection.count)),
                    "items": .array(recollection.items.map(\.json)),
                ])
        case .notice(let text): .event("notice", ["text": .string(text)])
        case .composed(let report):
            .event(
                "composed",
                [
                    "prompt_tokens": .number(JSONNumber(report.promptTokens)),
                    "budget": .number(JSONNumber(report.budget)),
                ])
        case .text(let piece): .event("text", ["text": .string(piece)])
        case .blocked(let reason): .event("blocked", ["reason": .string(reason)])
        case .finished(let message): .event("finished", message.finishedMembers)
        }
    }
}

extension CrisisReferral {
    fileprivate var members: JSONObject {
        [
            "text": .string(message), "origin": .string(origin == .message ? "message" : "reply"),
            "ends_turn": .bool(endsTurn),
            "resources": .array(
                resources.map { resource in
                    [
                        "name": .string(resource.name), "contact": .string(resource.contact),
                        "url": resource.url.map { .string($0) } ?? .null,
                    ]
                }),
        ]
    }
}

extension ChatOpening {
    fileprivate var json: JSONValue {
        .event(
            "chat",
            [
                "chat": .string("\(chat.id)"), "kind": .string(kind.rawValue), "title": .string(chat.title),
                "character": ["id": .string("\(character.id)"), "name": .string(character.card.name)],
                "user": ["id": .string("\(user.id)"), "name": .string(user.name)],
                "model": ["name": .string(model), "is_simulated": .bool(isSimulated)],
                "notice": notice.map { .string($0) } ?? .null,
                "messages": .array(messages.map(\.json)),
            ])
    }
}

extension Message {
    var json: JSONValue {
        [
            "id": .string("\(id)"), "sequence": .number(JSONNumber(sequence)), "author": .string(author.rawValue),
            "text": .string(text), "status": .string(alternative.status.description),
            "alternative": .number(JSONNumber(selected + 1)),
            "alternatives": .number(JSONNumber(alternatives.count)), "created_at": createdAt.json,
        ]
    }

    fileprivate var finishedMembers: JSONObject {
        [
            "message": .string("\(id)"), "status": .string(alternative.status.description), "text": .string(text),
            "alternative": .number(JSONNumber(selected + 1)),
            "alternatives": .number(JSONNumber(alternatives.count)),
            "model": alternative.model.map { .string($0) } ?? .null,
            "finish_reason": alternative.finishReason.map { .string($0.description) } ?? .null,
            "usage": alternative.usage?.json ?? .null,
        ]
    }
}

extension TokenUsage {
    var json: JSONValue {
        [
            "prompt_tokens": .number(JSONNumber(promptTokens)),
            "cached_prompt_tokens": .number(JSONNumber(cachedPromptTokens)),
            "completion_tokens": .number(JSONNumber(completionTokens)), "is_estimate": .bool(isEstimate),
        ]
    }
}

extension PromptReport {
    /// - Parameter doubts: Why it may have been another, in words for people.
    func json(doubts: [String]) -> JSONValue {
        var members = members
        if !doubts.isEmpty { members["doubts"] = .array(doubts.map { .string($0) }) }
        return .event("prompt", members)
    }

    fileprivate var members: JSONObject {
        [
            "prompt_tokens": .number(JSONNumber(promptTokens)), "budget": .number(JSONNumber(budget)),
            "reply_reserve": .number(JSONNumber(replyReserve)),
            "segments": .array(
                segments.map { segment in
                    [
                        "part": .string(segment.part.rawValue), "title": .string(segment.title),
                        "tokens": .number(JSONNumber(segment.tokens)), "is_included": .bool(segment.isIncluded),
                        "note": .string(segment.note),
                    ]
                }),
        ]
    }
}

extension ChatSummary {
    var json: JSONValue {
        [
            "id": .string("\(chat.id)"), "title": .string(chat.title), "character": .string(characterName),
            "messages": .number(JSONNumber(chat.lastSequence)), "updated_at": chat.updatedAt.json,
        ]
    }
}

extension CompanionCharacter {
    var json: JSONValue {
        [
            "id": .string("\(id)"), "name": .string(card.name), "creator": .string(card.creator),
            "created_at": createdAt.json,
        ]
    }
}

extension ChatChange.Kind {
    fileprivate var name: String {
        switch self {
        case .deletion: "deletion"
        case .edit: "edit"
        }
    }
}

extension CompanionError {
    var json: JSONValue {
        var members: JSONObject = ["code": .string(code.description), "message": .string(message)]
        switch retry {
        case .never: members["retry"] = "never"
        case .backOff: members["retry"] = "back_off"
        case .after(let duration):
            members["retry"] = "after"
            members["retry_after"] = .number(JSONNumber(duration / .seconds(1)))
        }
        return .event("error", members)
    }
}

extension Date {
    /// RFC 3339 in UTC, to the nearest millisecond: the style cuts what is below.
    var json: JSONValue {
        .string(addingTimeInterval(0.0005).formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
    }
}

extension JSONValue {
    /// An object that says first what it is.
    static func event(_ type: String, _ members: JSONObject = [:]) -> JSONValue {
        var event: JSONObject = ["type": .string(type)]
        for (key, value) in members { event[key] = value }
        return .object(event)
    }
}
