internal import CompanionCore

/// What the objects in requests and answers hold.
///
/// A member's name ends with `?` where it may be missing. Its type is `string`, `id`, `time`, `int`, `number`, `bool`, `any`,
/// another component, `[type]`, or the values of an enumeration with `|` between them.
enum OpenAPIComponents {
    typealias Members = KeyValuePairs<String, String>

    static let all: KeyValuePairs<String, Members> = [
        "Problem": [
            "type": "string", "title": "string", "status": "int", "code": "string", "detail": "string",
            "requestId": "string", "retryAfter?": "number",
        ],
        "Count": ["count": "int"], "Deleted": ["deleted": "int"], "Health": ["status": "string", "away?": "[string]"],
        "SignInOptions": ["password": "bool", "providers": "[string]", "mail": "bool", "signUp": "bool"],
        "SignUp": ["email": "string", "password": "string", "name": "string", "cookie?": "bool"],
        "SignIn": ["email": "string", "password": "string", "device?": "string", "cookie?": "bool"],
        "Refresh": ["refreshToken?": "string"], "Token": ["token": "string"], "Address": ["email": "string"],
        "NewPassword": ["token": "string", "password": "string"],
        "SignedIn": [
            "accessToken": "string", "expiresAt": "time", "refreshToken?": "string", "session": "id", "user": "Person",
        ],
        "Session": [
            "id": "id", "device": "string", "createdAt": "time", "usedAt": "time", "expiresAt": "time",
            "isCurrent": "bool",
        ],
        "NewKey": ["name": "string", "days?": "int"], "Key": ["key": "string", "session": "id", "expiresAt": "time"],
        "Preferences": [
            "locale?": "string", "timeZone?": "string", "isMemoryEnabled?": "bool",
            "ageBand?": "unknown|child|teen|adult", "country?": "string", "highestRating?": "general|teen|mature",
        ],
        "Person": [
            "id": "id", "name": "string", "email?": "string", "persona": "string", "role": "user|moderator|admin",
            "preferences": "Preferences", "createdAt": "time", "updatedAt": "time",
        ],
        "PersonChange": ["name?": "string", "persona?": "string", "preferences?": "Preferences"],
        "Erasure": [
            "id": "id", "isFinished": "bool", "requestedAt": "time", "finishedAt?": "time", "erased": "any",
        ],
        "Meter": ["used": "int", "limit?": "int", "resetsAt?": "time"],
        "TierName": ["name": "string", "title": "string"],
        "Usage": [
            "tier": "TierName", "status": "base|active|grace|expired", "day": "string", "messagesToday": "Meter",
            "tokensThisMonth": "Meter", "characters": "Meter", "memories": "Meter",
        ],
        "TierLimits": [
            "models?": "[string]", "contextTokens?": "int", "messagesPerDay?": "int", "tokensPerMonth?": "int",
            "characters?": "int", "memories?": "int",
        ],
        "Tier": ["name": "string", "title": "string", "limits": "TierLimits"],
        "CatalogOrigin": ["entry": "id", "revision": "int"],
        "Character": [
            "id": "id", "name": "string", "tagline": "string", "description": "string", "tags": "[string]",
            "image?": "string", "creator": "string", "greeting": "string", "revision": "int",
            "origin?": "CatalogOrigin", "createdAt": "time", "updatedAt": "time",
        ],
        "CharacterWithCard": [
            "id": "id", "name": "string", "tagline": "string", "description": "string", "tags": "[string]",
            "image?": "string", "creator": "string", "greeting": "string", "revision": "int",
            "origin?": "CatalogOrigin", "createdAt": "time", "updatedAt": "time", "card": "any",
        ],
        "NewCharacter": ["character": "Character", "warnings": "[string]"],
        "AdoptedCharacter": ["character": "Character"],
        "CharacterVersion": ["revision": "int", "name": "string", "madeAt": "time"],
        "CatalogCharacter": [
            "name?": "string", "tagline?": "string", "description?": "string", "tags?": "[string]", "image?": "string",
            "creator?": "string",
        ],
        "CatalogEntry": [
            "id": "id", "character": "CatalogCharacter", "visibility": "listed|unlisted",
            "rating": "general|teen|mature", "stars?": "number", "ratingCount": "int", "uses": "int", "isMine": "bool",
            "status?": "pending|refused", "reasons?": "[string]", "revision?": "int", "myStars?": "int", "card?": "any",
        ],
        "Publication": [
            "character": "id", "visibility?": "listed|unlisted", "rating?": "general|teen|mature",
        ],
        "NewCatalogEntry": ["entry": "CatalogEntry"], "Stars": ["stars?": "int"], "Reason": ["reason": "string"],
        "Approval": ["revision": "int", "rating?": "general|teen|mature"],
        "ModerationReason": ["category": "string", "score": "number", "action": "string"],
        "ModerationRecord": [
            "id": "id", "user": "id", "chat": "id", "turn?": "id", "origin": "string", "action": "string",
            "reasons": "[ModerationReason]", "createdAt": "time",
        ],
        "ModerationCounters": ["years": "any"],
        "ChatOrigin": ["chat": "id", "sequence": "int"],
        "Chat": [
            "id": "id", "character": "id", "characterName?": "string", "image?": "string", "title": "string",
            "lastMessage?": "Message", "origin?": "ChatOrigin", "characterRevision": "int", "lastSequence": "int",
            "createdAt": "time", "updatedAt": "time",
        ],
        "NewChat": ["character": "id", "title?": "string"], "StartedChat": ["chat": "Chat"],
        "ChatChange": ["title?": "string", "version?": "newest"],
        "Alternative": [
            "text?": "string", "status": "complete|generating|interrupted|blocked|failed", "model?": "string",
            "turn?": "id", "createdAt": "time",
        ],
        "Message": [
            "id": "id", "chat": "id", "sequence": "int", "author": "user|character", "text": "string",
            "status": "complete|generating|interrupted|blocked|failed", "selected": "int",
            "alternatives": "[Alternative]", "clientId?": "string", "createdAt": "time",
        ],
        "MessageChange": ["text?": "string", "selected?": "int"], "Undone": ["undone?": "edit|deletion"],
        "Fork": ["message": "id"],
        "PromptSegment": [
            "part": "string", "title": "string", "tokens": "int", "isIncluded": "bool", "note": "string",
        ],
        "Prompt": ["segments": "[PromptSegment]", "budget": "int", "replyReserve": "int", "promptTokens": "int"],
        "Extraction": ["learnt": "int", "messages": "int"],
        "NewMessage": ["text": "string", "id?": "string"], "NewReply": ["kind": "regenerate|continue"],
        "Exchange": ["message?": "Message", "reply?": "Message", "notices?": "[Frame]"],
        "Frame": ["type": "string", "reply": "id", "seq": "int"],
        "MemorySource": ["chat": "id", "message": "id", "sequence": "int", "saidAt": "time"],
        "Memory": [
            "id": "id", "text": "string", "kind": "fact|preference|event|relationship|plan", "importance": "number",
            "isPinned": "bool", "strength": "int", "character?": "id", "sources": "[MemorySource]", "validAt": "time",
            "invalidAt?": "time", "supersededBy?": "id", "createdAt": "time", "updatedAt": "time",
        ],
        "NewMemory": [
            "text": "string", "kind?": "fact|preference|event|relationship|plan", "importance?": "number",
            "character?": "id",
        ],
        "AddedMemory": ["memory": "Memory"], "MemoryChange": ["text?": "string", "isPinned?": "bool"],
        "Recalled": [
            "text": "string", "date": "time", "score": "number", "scores": "any", "memory?": "Memory",
            "message?": "Message",
        ],
        "SpeechOptions": ["synthesis": "bool", "transcription": "bool"], "Voice": ["id": "string", "name": "string"],
        "Transcript": ["text": "string", "language?": "string"],
        "Model": ["id": "string", "object": "model", "created": "int", "owned_by": "string", "name?": "string"],
        "ModelList": ["object": "list", "data": "[Model]"],
        "CompletionRequest": [
            "model": "string", "messages": "[any]", "stream?": "bool", "stream_options?": "any", "n?": "int",
        ],
        "Completion": [
            "id": "string", "object": "chat.completion", "created": "int", "model": "string", "choices": "[any]",
            "usage": "any",
        ],
    ]

    static var json: JSONValue {
        var schemas: JSONObject = [:]
        for (name, members) in all {
            var properties: JSONObject = [:]
            var required: [JSONValue] = []
            for (member, type) in members {
                let isOptional = member.hasSuffix("?")
                let key = isOptional ? String(member.dropLast()) : member
                properties[key] = schema(type)
                if !isOptional { required.append(.string(key)) }
            }
            var schema: JSONObject = ["type": "object", "properties": .object(properties)]
            if !required.isEmpty { schema["required"] = .array(required) }
            schemas[name] = .object(schema)
        }
        return .object(schemas)
    }

    static func schema(_ type: String) -> JSONValue {
        if type.hasPrefix("[") { return ["type": "array", "items": schema(String(type.dropFirst().dropLast()))] }
        switch type {
        case "string": return ["type": "string"]
        case "id": return ["type": "string", "format": "uuid"]
        case "time": return ["type": "string", "format": "date-time"]
        case "int": return ["type": "integer"]
        case "number": return ["type": "number"]
        case "bool": return ["type": "boolean"]
        case "any": return [:]
        default:
            if type.first?.isUppercase == true { return ["$ref": .string("#/components/schemas/\(type)")] }
            return ["type": "string", "enum": .list(type.split(separator: "|")) { .string(String($0)) }]
        }
    }
}
