internal import CompanionCore

/// What matters of one chunk of a Chat Completions stream. Its texts are valid as long as the bytes it was read from.
struct ChatChunk {
    var content: JSONText?
    var refusal: JSONText?
    var finishReason: JSONText?
    var usage: TokenUsage?
    /// Holds something that asks for a look at the whole: an error, or content in parts.
    var isUnusual = false

    /// Reads the usual shape: `choices[0].delta.content` and what stands beside it. Fields that are not known are
    /// passed over, and fields of another type than expected count as absent.
    init(_ bytes: UnsafeRawBufferPointer) throws {
        var cursor = JSONCursor(bytes)
        var seen = Seen()
        try cursor.forEachMember { cursor, key in
            if key.equals("choices") {
                seen.choice = Choice()
                try cursor.forEachElement { cursor, position in
                    guard position == 0 else { return try cursor.skip() }
                    seen.choice = try Choice(&cursor)
                }
            } else if key.equals("usage") {
                seen.usage = try TokenUsage(&cursor)
            } else if key.equals("error") || key.equals("detail") {
                seen.hasError = try !cursor.isNull() || seen.hasError
                try cursor.skip()
            } else if key.equals("object") {
                let object = try cursor.string()
                seen.hasError = seen.hasError || object?.equals("error") == true
            } else {
                try cursor.skip()
            }
        }
        content = seen.choice.content
        refusal = seen.choice.refusal
        finishReason = seen.choice.finishReason
        usage = seen.usage
        isUnusual = seen.hasError || seen.choice.hasParts
    }

    private struct Seen {
        var choice = Choice()
        var usage: TokenUsage?
        var hasError = false
    }

    private struct Choice {
        var content: JSONText?
        var refusal: JSONText?
        var finishReason: JSONText?
        var hasParts = false

        init() {}

        init(_ cursor: inout JSONCursor) throws {
            var choice = Choice()
            try cursor.forEachMember { cursor, key in
                if key.equals("delta") {
                    (choice.content, choice.refusal, choice.hasParts) = (nil, nil, false)
                    try cursor.forEachMember { cursor, key in
                        if key.equals("content") {
                            choice.hasParts = try !cursor.isString() && !cursor.isNull()
                            choice.content = try cursor.string()
                        } else if key.equals("refusal") {
                            choice.refusal = try cursor.string()
                        } else {
                            try cursor.skip()
                        }
                    }
                } else if key.equals("finish_reason") {
                    choice.finishReason = try cursor.string()
                } else {
                    try cursor.skip()
                }
            }
            self = choice
        }
    }
}
