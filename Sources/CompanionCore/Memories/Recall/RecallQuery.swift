#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What is to be recalled.
struct RecallQuery: Sendable {
    var text: String
    /// How many are wanted at most.
    var limit = 100
    /// Now, from which recency counts.
    var now: Date
    /// The instant whose knowledge is asked for: what was said or became true later isn't found, and what was true then
    /// is. Nil: what is true now.
    var asOf: Date?
    /// The nearest by embeddings, in any order; nil where there is no embedder.
    var meaning: [Meaning]?
    /// For chats that are partly in view: the sequence number from which on. What is in view isn't found, nor are
    /// memories that come from it alone.
    var visible: [Chat.ID: Int] = [:]

    struct Meaning: Sendable, Hashable {
        var document: RecallDocument
        /// Higher is more similar.
        var similarity: Double
    }
}

/// Something that was found.
struct RecallHit: Sendable, Hashable {
    var document: RecallDocument
    var score: RecallScore
    /// When it was said, or from when on it is true.
    var date: Date
    var isPinned = false
    /// Of a turn: where it stands.
    var place: Place?
    /// Of a text that is indexed in several pieces: the piece that fits best, counted from 0.
    var piece: Int?

    struct Place: Sendable, Hashable {
        var chat: Chat.ID
        var sequence: Int
        /// When the session began that it belongs to.
        var session: Date
    }
}
