#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// One message, as the recall index takes it.
struct RecallTurn: Sendable, Hashable {
    var id: Message.ID
    var chat: Chat.ID
    var sequence: Int
    /// The name of who said it; indexed with the text.
    var speaker: String
    /// Whether the person said it, and not the character.
    var isPerson: Bool
    var text: String
    var date: Date
}

/// One memory, as the recall index takes it: found by itself, and one more key to the turns that it came from.
struct RecallFact: Sendable, Hashable {
    var id: Memory.ID
    var text: String
    /// The messages that it came from; those that the index doesn't have count for nothing.
    var sources: [Message.ID] = []
    /// From when on it is true; indexed in words.
    var validAt: Date
    /// From when on it is true no more.
    var invalidAt: Date?
    /// 0 to 1.
    var importance = 0.5
    /// Found by every query, before all that is not pinned.
    var isPinned = false
}
