#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// Finds what is worth remembering in what a person said.
///
/// Whatever it proposes goes through the write gate: only what cites the person's own lines, and is supported by them,
/// becomes a memory.
///
/// Implementations: ``ModelMemoryExtractor``, ``RuleBasedMemoryExtractor``.
public protocol MemoryExtractor: Sendable {
    /// What the batch tells of the person; empty where it tells nothing.
    ///
    /// Called outside any transaction, and again with the same batch where its outcome could not be kept.
    ///
    /// - Throws: ``CompanionError`` or `CancellationError`. After `refused`, `promptTooLarge` and `limitExceeded` the batch is
    ///   given again in smaller parts; after others it is tried again later.
    func extract(from batch: MemoryBatch) async throws -> MemoryExtraction
}

/// Some lines of one chat, in which something may be worth remembering.
public struct MemoryBatch: Sendable, Hashable {
    /// One message.
    public struct Line: Sendable, Hashable {
        /// What the line is cited by: small, unique in the batch, ascending.
        public var number: Int
        public var author: Message.Author
        public var text: String
        public var saidAt: Date
        /// Whether a memory may come from it. Never the character's; lines that were read before are shown as context only.
        public var isCitable: Bool

        public init(number: Int, author: Message.Author, text: String, saidAt: Date, isCitable: Bool) {
            self.number = number
            self.author = author
            self.text = text
            self.saidAt = saidAt
            self.isCitable = isCitable
        }
    }

    /// A memory that there is already, and that may be touched by the lines.
    public struct Known: Sendable, Hashable {
        /// What the memory is named by: small, unique in the batch, ascending.
        public var number: Int
        public var kind: Memory.Kind
        public var text: String

        public init(number: Int, kind: Memory.Kind, text: String) {
            self.number = number
            self.kind = kind
            self.text = text
        }
    }

    /// The person's name.
    public var person: String
    /// The character's name.
    public var character: String
    /// Oldest first.
    public var lines: [Line]
    /// The nearest ones first.
    public var known: [Known]

    public init(person: String, character: String, lines: [Line], known: [Known] = []) {
        self.person = person
        self.character = character
        self.lines = lines
        self.known = known
    }
}

/// What an extractor found.
public struct MemoryExtraction: Sendable, Hashable {
    public var candidates: [MemoryCandidate]
    /// What it has cost; nil where no model was asked, or the provider does not say.
    public var usage: TokenUsage?

    public init(candidates: [MemoryCandidate], usage: TokenUsage? = nil) {
        self.candidates = candidates
        self.usage = usage
    }
}

/// Something that might be remembered.
public struct MemoryCandidate: Sendable, Hashable {
    /// One statement in the third person, in the language of the lines.
    public var text: String
    public var kind: Memory.Kind
    /// How much it matters, 0 to 1; what lies outside counts as the nearer end.
    public var importance: Double
    /// The lines that say it; all of them citable.
    public var lines: [Int]
    /// When it happened or is to happen, in the words of the lines ("next Friday") or as a date; nil where they do not say.
    public var date: String?
    /// Whether only the character of this chat may know it.
    public var isForThisCharacterOnly: Bool
    /// The known memories that are true no more because of it.
    public var replaces: [Int]

    public init(
        text: String, kind: Memory.Kind, importance: Double = 0.5, lines: [Int], date: String? = nil,
        isForThisCharacterOnly: Bool = false, replaces: [Int] = []
    ) {
        self.text = text
        self.kind = kind
        self.importance = importance
        self.lines = lines
        self.date = date
        self.isForThisCharacterOnly = isForThisCharacterOnly
        self.replaces = replaces
    }
}
