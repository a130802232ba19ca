/// What is read from a chat for memories in one go, as the store had it at one moment.
struct ExtractionBatch: Sendable {
    var chat: Chat
    /// What the extractor is given.
    var lines: MemoryBatch
    /// The message behind each line, by its number.
    var messages: [Int: Message] = [:]
    /// The memory behind each known one, by its number.
    var knownIDs: [Int: Memory.ID] = [:]
    var known: KnownFacts
    /// Where the cursor stood, and where it is to stand; the same where only opened messages are read.
    var oldCursor: Int
    var newCursor: Int
    var reopened: [Int]
    /// Whether more is left to read after this.
    var hasMore: Bool

    var isEmpty: Bool { newCursor == oldCursor && reopened.isEmpty }
    var hasCitableLines: Bool { lines.lines.contains(where: \.isCitable) }

    /// Whether the batch would be another one if the message with this number had changed.
    func dependsOn(_ sequence: Int) -> Bool {
        sequence > oldCursor && sequence <= newCursor || reopened.contains(sequence)
            || messages.values.contains { $0.sequence == sequence }
    }
}
