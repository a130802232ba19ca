#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What is kept about people, as JSON for them to read. Times are ISO 8601, in UTC.
enum PersonalRecord {
    static func json(_ user: User) -> JSONValue {
        let (preferences, content) = (user.preferences, user.preferences.content)
        return [
            "id": json(user.id), "name": .string(user.name), "persona": .string(user.persona),
            "role": .string("\(user.role)"), "locale": preferences.locale.map { .string($0) } ?? .null,
            "timeZone": preferences.timeZone.map { .string($0) } ?? .null,
            "isMemoryEnabled": .bool(preferences.isMemoryEnabled), "ageBand": .string("\(content.ageBand)"),
            "country": content.country.map { .string($0) } ?? .null,
            "highestRating": .string("\(content.highestRating)"),
            "createdAt": json(user.createdAt), "updatedAt": json(user.updatedAt),
        ]
    }

    /// How somebody signs in: without what proves it, which is of no use to them and of much to others.
    static func json(
        _ credential: Credential?, _ identities: [LinkedIdentity], _ sessions: [Session]
    ) -> JSONValue {
        [
            "email": credential.map { .string($0.email) } ?? .null,
            "emailVerifiedAt": credential?.verifiedAt.map { json($0) } ?? .null,
            "hasPassword": .bool(credential?.passwordHash != nil),
            "identities": .array(
                identities.map {
                    [
                        "provider": .string("\($0.provider)"), "subject": .string($0.subject),
                        "linkedAt": json($0.linkedAt),
                    ]
                }),
            "sessions": .array(
                sessions.map {
                    [
                        "id": json($0.id), "device": .string($0.device), "createdAt": json($0.createdAt),
                        "usedAt": json($0.usedAt), "expiresAt": json($0.expiresAt),
                    ]
                }),
        ]
    }

    static func json(
        _ chat: Chat, summary: ChatSummary?, lorebooks: [CompanionLorebook.ID] = [], lore: LorebookState? = nil
    ) -> JSONValue {
        [
            "id": json(chat.id), "character": json(chat.character), "title": .string(chat.title),
            "branchedFrom": chat.origin.map {
                ["chat": json($0.chat), "sequence": .number(JSONNumber($0.sequence))]
            } ?? .null,
            "createdAt": json(chat.createdAt), "updatedAt": json(chat.updatedAt),
            "summary": summary.map {
                [
                    "text": .string($0.text), "throughSequence": .number(JSONNumber($0.throughSequence)),
                    "updatedAt": json($0.updatedAt),
                ]
            } ?? .null,
            "lorebooks": .array(lorebooks.map { json($0) }),
            "loreUsed": .array((lore?.records.keys.sorted() ?? []).map { .string($0) }),
        ]
    }

    static func json(_ lorebook: CompanionLorebook) -> JSONValue {
        [
            "id": json(lorebook.id), "name": .string(lorebook.name), "isEverywhere": .bool(lorebook.isEverywhere),
            "createdAt": json(lorebook.createdAt), "updatedAt": json(lorebook.updatedAt),
            "lorebook": lorebook.book.standaloneJSON,
        ]
    }

    static func json(_ message: Message) -> JSONValue {
        [
            "id": json(message.id), "sequence": .number(JSONNumber(message.sequence)),
            "author": .string(message.author.rawValue), "createdAt": json(message.createdAt),
            "selected": .number(JSONNumber(message.selected)),
            "alternatives": .array(message.alternatives.map(json)),
        ]
    }

    private static func json(_ alternative: Alternative) -> JSONValue {
        [
            "id": json(alternative.id), "text": .string(alternative.text), "status": .string("\(alternative.status)"),
            "model": alternative.model.map { .string($0) } ?? .null,
            "usage": alternative.usage.map {
                [
                    "promptTokens": .number(JSONNumber($0.promptTokens)),
                    "completionTokens": .number(JSONNumber($0.completionTokens)), "isEstimate": .bool($0.isEstimate),
                ]
            } ?? .null,
            "createdAt": json(alternative.createdAt), "updatedAt": json(alternative.updatedAt),
        ]
    }

    static func json(_ memory: Memory) -> JSONValue {
        let scope: JSONValue =
            switch memory.scope {
            case .everyCharacter: .null
            case .character(let id): json(id)
            }
        return [
            "id": json(memory.id), "kind": .string("\(memory.kind)"), "text": .string(memory.text),
            "onlyCharacter": scope, "importance": .number(JSONNumber(memory.importance)),
            "strength": .number(JSONNumber(memory.strength)), "isPinned": .bool(memory.isPinned),
            "validAt": json(memory.validAt), "invalidAt": memory.invalidAt.map(json) ?? .null,
            "supersededBy": memory.supersededBy.map(json) ?? .null, "createdAt": json(memory.createdAt),
            "updatedAt": json(memory.updatedAt), "sources": .array(memory.sources.map(json)),
        ]
    }

    private static func json(_ source: MemorySource) -> JSONValue {
        switch source {
        case .message(let message): json(message)
        case .person(let date): ["writtenAt": json(date)]
        }
    }

    private static func json(_ source: MemorySource.MessageSource) -> JSONValue {
        [
            "chat": json(source.chat), "message": json(source.message),
            "sequence": .number(JSONNumber(source.sequence)), "saidAt": json(source.saidAt),
        ]
    }

    /// The words are gone; what is left of them is a fingerprint, from which they can't be read.
    static func json(_ forgotten: ForgottenMemory) -> JSONValue {
        [
            "id": json(forgotten.id), "forgottenAt": json(forgotten.forgottenAt),
            "messages": .array(forgotten.messages.map(json)),
            "fingerprint": .array(forgotten.fingerprint.map { .string(String($0, radix: 16)) }),
        ]
    }

    static func json(_ job: Job) -> JSONValue {
        [
            "id": json(job.id), "kind": .string("\(job.kind)"), "key": .string(job.key),
            "payload": .string(job.payload), "status": .string(job.status.rawValue), "runAt": json(job.runAt),
            "attempts": .number(JSONNumber(job.attempts)), "lastError": job.lastError.map { .string($0) } ?? .null,
            "createdAt": json(job.createdAt), "updatedAt": json(job.updatedAt),
        ]
    }

    static func json(_ record: ModerationRecord) -> JSONValue {
        [
            "id": json(record.id), "chat": json(record.chat), "turn": record.turn.map { json($0) } ?? .null,
            "about": .string(record.origin.rawValue), "action": .string("\(record.decision.action)"),
            "reasons": .array(
                record.decision.reasons.map {
                    [
                        "category": .string("\($0.finding.category)"), "score": .number(JSONNumber($0.finding.score)),
                        "action": .string("\($0.action)"),
                    ]
                }),
            "createdAt": json(record.createdAt),
        ]
    }

    static func json(_ subscription: Subscription) -> JSONValue {
        [
            "tier": .string(subscription.tier), "startedAt": json(subscription.startedAt),
            "endsAt": subscription.endsAt.map { json($0) } ?? .null,
            "next": subscription.next.map { ["tier": .string($0.tier), "at": json($0.at)] } ?? .null,
            "overrides": .array(
                subscription.overrides.map {
                    [
                        "limit": .string($0.kind.rawValue), "value": $0.value.map { .number(JSONNumber($0)) } ?? .null,
                        "endsAt": $0.endsAt.map { json($0) } ?? .null, "reason": .string($0.reason),
                    ]
                }),
            "reference": .string(subscription.reference), "updatedAt": json(subscription.updatedAt),
        ]
    }

    static func json(_ entry: CatalogEntry) -> JSONValue {
        func version(_ version: CatalogEntry.Version?) -> JSONValue {
            guard let version else { return .null }
            return [
                "card": version.card.json(as: .v3), "revision": .number(JSONNumber(version.revision)),
                "at": json(version.at),
            ]
        }
        return [
            "id": json(entry.id), "character": json(entry.character), "visibility": .string(entry.visibility.rawValue),
            "rating": .string("\(entry.rating)"), "published": version(entry.published),
            "submitted": version(entry.submission?.version),
            "submissionStatus": entry.submission.map { .string($0.status.rawValue) } ?? .null,
            "submissionReasons": .array((entry.submission?.reasons ?? []).map { .string($0) }),
            "stars": .number(JSONNumber(entry.stars)), "ratingCount": .number(JSONNumber(entry.ratingCount)),
            "uses": .number(JSONNumber(entry.uses)), "createdAt": json(entry.createdAt),
        ]
    }

    static func json(_ rating: CatalogRating) -> JSONValue {
        ["entry": json(rating.entry), "stars": .number(JSONNumber(rating.stars))]
    }

    static func json(_ usage: DailyUsage) -> JSONValue {
        [
            "day": .string("\(usage.day)"), "model": .string(usage.model),
            "messages": .number(JSONNumber(usage.amount.messages)),
            "promptTokens": .number(JSONNumber(usage.amount.promptTokens)),
            "completionTokens": .number(JSONNumber(usage.amount.completionTokens)),
        ]
    }

    static func json(_ state: ModerationState) -> JSONValue {
        [
            "lastActivity": state.disclosure.lastActivity.map { json($0) } ?? .null,
            "lastToldOfAI": state.disclosure.lastTold.map { json($0) } ?? .null,
            "lastCrisisSign": state.lastCrisisSign.map { json($0) } ?? .null,
        ]
    }

    static func json(_ date: Date) -> JSONValue {
        .string(Date.ISO8601FormatStyle(includingFractionalSeconds: true).format(date))
    }

    private static func json<Entity>(_ id: Identifier<Entity>) -> JSONValue { .string("\(id)") }
}
