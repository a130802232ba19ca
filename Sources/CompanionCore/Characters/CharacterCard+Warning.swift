extension CharacterCard {
    /// Something in a card that was read otherwise than it was written, or not at all.
    public struct Warning: Sendable, Hashable, CustomStringConvertible {
        /// The place, such as `data.character_book.entries[3].keys`; empty for the whole card.
        public var path: String
        /// What was found and what became of it; never the content.
        public var message: String

        public init(path: String, message: String) {
            self.path = path
            self.message = message
        }

        public var description: String { path.isEmpty ? message : "\(path) \(message)" }
    }
}

/// Warnings up to ``CharacterCard/Limits/warnings``; the others are counted.
struct CardWarnings {
    private var kept: [CharacterCard.Warning] = []
    private var dropped = 0

    mutating func append(path: String, _ message: String) {
        if kept.count < CharacterCard.Limits.warnings {
            kept.append(CharacterCard.Warning(path: path, message: message))
        } else {
            dropped += 1
        }
    }

    var list: [CharacterCard.Warning] {
        dropped == 0 ? kept : kept + [CharacterCard.Warning(path: "", message: "there are \(dropped) more warnings")]
    }
}
