internal import CompanionCore

/// What matters of one event of a Responses stream. Its texts are valid as long as the bytes it was read from.
struct ResponsesEvent {
    enum Kind {
        case textDelta, refusalDelta
        /// The last event: completed, incomplete or failed.
        case ending
        case error
        /// Progress that says nothing to us, and what is not known.
        case other
    }

    var kind = Kind.other
    var delta: JSONText?

    init(_ bytes: UnsafeRawBufferPointer) throws {
        var cursor = JSONCursor(bytes)
        var type: JSONText?
        var delta: JSONText?
        var hasError = false
        try cursor.forEachMember { cursor, key in
            if key.equals("type") {
                type = try cursor.string()
            } else if key.equals("delta") {
                delta = try cursor.string()
            } else if key.equals("error") || key.equals("detail") {
                hasError = try !cursor.isNull() || hasError
                try cursor.skip()
            } else {
                try cursor.skip()
            }
        }
        self.delta = delta
        kind = type.map(Self.kind) ?? (hasError ? .error : .other)
    }

    private static func kind(_ type: JSONText) -> Kind {
        if type.equals("response.output_text.delta") { return .textDelta }
        if type.equals("response.refusal.delta") { return .refusalDelta }
        if type.equals("response.completed") || type.equals("response.incomplete") || type.equals("response.failed") {
            return .ending
        }
        if type.equals("error") { return .error }
        return .other
    }
}
