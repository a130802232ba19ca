internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

// The core's values as the gateway shows them. What these objects hold is described once, in `OpenAPIComponents`.

extension User {
    func json(email: String?) -> JSONValue {
        .members([
            "id": .id(id), "name": .string(name), "email": email.map(JSONValue.string) ?? .null,
            "persona": .string(persona), "role": .string("\(role)"), "preferences": preferences.json,
            "createdAt": .time(createdAt), "updatedAt": .time(updatedAt),
        ])
    }

    /// Changes with each change.
    var tag: String { "\(Int((updatedAt.timeIntervalSince1970 * 1_000).rounded()))" }
}

extension UserPreferences {
    var json: JSONValue {
        .members([
            "locale": locale.map(JSONValue.string) ?? .null, "timeZone": timeZone.map(JSONValue.string) ?? .null,
            "isMemoryEnabled": .bool(isMemoryEnabled), "ageBand": .string("\(content.ageBand)"),
            "country": content.country.map(JSONValue.string) ?? .null,
            "highestRating": .string("\(content.highestRating)"),
        ])
    }

    /// With the members that are there.
    func changed(by members: JSONMembers) throws(CompanionError) -> UserPreferences {
        var changed = self
        if members.object["locale"] != nil { changed.locale = try members.optionalString("locale") }
        if members.object["timeZone"] != nil { changed.timeZone = try members.optionalString("timeZone") }
        if let enabled = try members.optionalBool("isMemoryEnabled") { changed.isMemoryEnabled = enabled }
        if members.object["country"] != nil { changed.content.country = try members.optionalString("country") }
        if let name = try members.optionalString("ageBand") {
            guard let band = AgeBand.all.first(where: { "\($0)" == name }) else {
                throw CompanionError(.invalidInput, "`ageBand` is unknown, child, teen or adult.")
            }
            changed.content.ageBand = band
        }
        if let rating = try members.rating("highestRating") { changed.content.highestRating = rating }
        return changed
    }
}

extension JSONMembers {
    func rating(_ name: String) throws(CompanionError) -> CharacterRating? {
        guard let text = try optionalString(name) else { return nil }
        guard let rating = CharacterRating(text) else {
            throw CompanionError(.invalidInput, "`\(name)` is general, teen or mature.")
        }
        return rating
    }
}

extension SignedIn {
    func json(withRefreshToken: Bool) -> JSONValue {
        .members([
            "accessToken": .string(accessToken), "expiresAt": .time(accessClaims.expiresAt),
            "refreshToken": withRefreshToken ? .string(refreshToken) : .null, "session": .id(session),
            "user": user.json(email: nil),
        ])
    }
}

extension Session {
    func json(current: Session.ID) -> JSONValue {
        .members([
            "id": .id(id), "device": .string(device), "createdAt": .time(createdAt), "usedAt": .time(usedAt),
            "expiresAt": .time(expiresAt), "isCurrent": .bool(id == current),
        ])
    }
}

extension CharacterCard {
    /// One line for lists.
    var tagline: String {
        let text = creatorNotes.isEmpty ? (description.isEmpty ? personality : description) : creatorNotes
        let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        return line.count > 160 ? line.prefix(159) + "…" : line
    }

    var shown: KeyValuePairs<String, JSONValue> {
        [
            "name": .string(displayName), "tagline": .string(tagline), "description": .string(description),
            "tags": .list(tags.prefix(32)) { .string($0) }, "image": portraitAddress, "creator": .string(creator),
        ]
    }

    var portraitAddress: JSONValue { portrait.map { .string("/v1/images/\($0)") } ?? .null }
}

extension CompanionCharacter {
    func json(withCard: Bool = false) -> JSONValue {
        var members: JSONObject = ["id": .id(id)]
        for (name, value) in card.shown where value != .null { members[name] = value }
        members["greeting"] = .string(card.firstMessage)
        members["revision"] = .int(revision)
        if let origin { members["origin"] = .members(["entry": .id(origin.entry), "revision": .int(origin.revision)]) }
        members["createdAt"] = .time(createdAt)
        members["updatedAt"] = .time(updatedAt)
        if withCard { members["card"] = card.json(as: .v3) }
        return .object(members)
    }
}

extension CatalogEntry {
    /// - Parameter user: Who looks; the author sees what others do not.
    func json(for user: User.ID, isModerator: Bool = false) -> JSONValue {
        let isMine = author == user
        let version = isMine || isModerator ? submission?.version ?? published : published
        var character: JSONObject = [:]
        for (name, value) in version?.card.shown ?? [:] where value != .null { character[name] = value }
        return .members([
            "id": .id(id), "character": .object(character), "visibility": .string(visibility.rawValue),
            "rating": .string("\(rating)"),
            "stars": meanStars.map { .double(Double($0) / 100) } ?? .null, "ratingCount": .int(ratingCount),
            "uses": .int(uses), "isMine": .bool(isMine),
            "status": isMine || isModerator ? submission.map { .string($0.status.rawValue) } ?? .null : .null,
            "reasons": isMine || isModerator ? submission.map { .list($0.reasons) { .string($0) } } ?? .null : .null,
            "revision": version.map { .int($0.revision) } ?? .null,
            "card": isModerator ? version?.card.json(as: .v3) ?? .null : .null,
        ])
    }
}

extension Chat {
    func json(of character: CompanionCharacter?, lastMessage: Message?) -> JSONValue {
        .members([
            "id": .id(id), "character": .id(self.character),
            "characterName": character.map { .string($0.card.displayName) } ?? .null,
            "image": character?.card.portraitAddress ?? .null, "title": .string(title),
            "lastMessage": lastMessage?.json ?? .null,
            "origin": origin.map { .members(["chat": .id($0.chat), "sequence": .int($0.sequence)]) } ?? .null,
            "characterRevision": .int(characterRevision),
            "lastSequence": .int(lastSequence), "createdAt": .time(createdAt), "updatedAt": .time(updatedAt),
        ])
    }
}

extension Message {
    /// In a frame: the texts of the alternatives are left out, because the one that counts stands there already.
    var frameJSON: JSONValue { json(withTexts: false) }
    var json: JSONValue { json(withTexts: true) }

    private func json(withTexts: Bool) -> JSONValue {
        .members([
            "id": .id(id), "chat": .id(chat), "sequence": .int(sequence), "author": .string(author.rawValue),
            "text": .string(text), "status": .string("\(alternative.status)"), "selected": .int(selected),
            "alternatives": .list(alternatives) { alternative in
                .members([
                    "text": withTexts ? .string(alternative.text) : .null,
                    "status": .string("\(alternative.status)"),
                    "model": alternative.model.map(JSONValue.string) ?? .null,
                    "turn": alternative.turn.map { .id($0) } ?? .null, "createdAt": .time(alternative.createdAt),
                ])
            },
            "clientId": clientID.map { .string($0.rawValue) } ?? .null, "createdAt": .time(createdAt),
        ])
    }
}

extension Memory {
    var json: JSONValue {
        .members([
            "id": .id(id), "text": .string(text), "kind": .string("\(kind)"), "importance": .double(importance),
            "isPinned": .bool(isPinned), "strength": .int(strength),
            "character": { if case .character(let id) = scope { .id(id) } else { .null } }(),
            "sources": .list(sources.compactMap(\.message)) { source in
                .members([
                    "chat": .id(source.chat), "message": .id(source.message), "sequence": .int(source.sequence),
                    "saidAt": .time(source.saidAt),
                ])
            },
            "validAt": .time(validAt), "invalidAt": .time(invalidAt),
            "supersededBy": supersededBy.map { .id($0) } ?? .null, "createdAt": .time(createdAt),
            "updatedAt": .time(updatedAt),
        ])
    }
}

extension RecalledItem {
    var json: JSONValue {
        var members: JSONObject = [
            "text": .string(text), "date": .time(date), "score": .double(score.total),
            "scores": .members([
                "words": .double(score.words), "meaning": .double(score.meaning),
                "propagated": .double(score.propagated),
                "session": .double(score.session), "speaker": .double(score.speaker), "recency": .double(score.recency),
                "importance": .double(score.importance),
            ]),
        ]
        switch content {
        case .memory(let memory): members["memory"] = memory.json
        case .message(let message): members["message"] = message.json
        }
        return .object(members)
    }
}

extension CrisisReferral {
    var members: [(String, JSONValue)] {
        [
            ("message", .string(message)),
            (
                "resources",
                .list(resources) { resource in
                    .members([
                        "name": .string(resource.name), "contact": .string(resource.contact),
                        "url": resource.url.map(JSONValue.string) ?? .null,
                    ])
                }
            ),
            ("endsTurn", .bool(endsTurn)),
        ]
    }
}

extension PromptReport {
    var json: JSONValue {
        .members([
            "segments": .list(segments) { segment in
                .members([
                    "part": .string("\(segment.part)"), "title": .string(segment.title), "tokens": .int(segment.tokens),
                    "isIncluded": .bool(segment.isIncluded), "note": .string(segment.note),
                ])
            },
            "budget": .int(budget), "replyReserve": .int(replyReserve), "promptTokens": .int(promptTokens),
        ])
    }
}

extension TierLimits {
    var json: JSONValue {
        .members([
            "models": models.map { .list($0) { .string($0) } } ?? .null,
            "contextTokens": contextTokens.map { .int($0) } ?? .null,
            "messagesPerDay": messagesPerDay.map { .int($0) } ?? .null,
            "tokensPerMonth": tokensPerMonth.map { .int($0) } ?? .null,
            "characters": characters.map { .int($0) } ?? .null,
            "memories": memories.map { .int($0) } ?? .null,
        ])
    }
}

extension UsageSummary {
    var json: JSONValue {
        .members([
            "tier": .members(["name": .string(entitlements.tier.name), "title": .string(entitlements.tier.title)]),
            "status": .string(entitlements.status.name), "day": .string("\(day)"),
            "messagesToday": messagesToday.json, "tokensThisMonth": tokensThisMonth.json, "characters": characters.json,
            "memories": memories.json,
        ])
    }
}

extension UsageSummary.Meter {
    var json: JSONValue {
        .members(["used": .int(used + held), "limit": limit.map { .int($0) } ?? .null, "resetsAt": .time(resetsAt)])
    }
}

extension Entitlements.Status {
    var name: String {
        switch self {
        case .base: "base"
        case .active: "active"
        case .grace: "grace"
        case .expired: "expired"
        }
    }
}

extension Erasure {
    var json: JSONValue {
        .members([
            "id": .id(id), "isFinished": .bool(isFinished), "requestedAt": .time(requestedAt),
            "finishedAt": .time(finishedAt),
            "erased": .object(erased.sorted { $0.key < $1.key }.reduce(into: [:]) { $0[$1.key] = .int($1.value) }),
        ])
    }
}

extension ModerationRecord {
    var json: JSONValue {
        .members([
            "id": .id(id), "user": .id(user), "chat": .id(chat), "turn": turn.map { .id($0) } ?? .null,
            "origin": .string(origin.rawValue), "action": .string("\(decision.action)"),
            "reasons": .list(decision.reasons) { reason in
                .members([
                    "category": .string("\(reason.finding.category)"), "score": .double(reason.finding.score),
                    "action": .string("\(reason.action)"),
                ])
            },
            "createdAt": .time(createdAt),
        ])
    }
}
